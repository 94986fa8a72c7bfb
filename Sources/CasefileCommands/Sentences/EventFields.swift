import CasefileModel

/// The fields of one event for a sentence. It notes which fields were said, so that the rest can be
/// listed and nothing is dropped.
struct EventFields {
  private let members: [JSONValue.Member]
  private let zone: Zone
  private(set) var said: Set<String> = []

  init(_ data: JSONValue, zone: Zone) {
    if case .object(let members) = data { self.members = members } else { members = [] }
    self.zone = zone
  }

  private func value(_ name: String) -> JSONValue? {
    guard let member = members.first(where: { $0.name == name }), member.value != .null else {
      return nil
    }
    return member.value
  }

  /// A field as a text: an id, a label, a number.
  mutating func text(_ name: String) -> String? {
    guard let value = value(name) else { return nil }
    said.insert(name)
    return EventFields.plain(value)
  }

  /// A fixed word, its parts divided: `internalDepartment` is `internal department`.
  mutating func word(_ name: String) -> String? { text(name).map(EventFields.words) }

  /// A time in the zone.
  mutating func time(_ name: String) -> String? {
    guard case .string(let text)? = value(name), let time = Timestamp(text) else { return nil }
    said.insert(name)
    return zone.text(time)
  }

  /// A number of seconds, such as `1 h 5 min`.
  mutating func seconds(_ name: String) -> String? {
    guard case .int(let seconds)? = value(name) else { return nil }
    said.insert(name)
    return EventFields.duration(seconds)
  }

  /// A truth value; false where it is missing.
  mutating func flag(_ name: String) -> Bool {
    guard case .bool(let value)? = value(name) else { return false }
    said.insert(name)
    return value
  }

  /// The texts of a list.
  mutating func list(_ name: String) -> [String] {
    guard case .array(let values)? = value(name) else { return [] }
    said.insert(name)
    return values.map(EventFields.plain)
  }

  /// The objects of a list.
  mutating func objects(_ name: String) -> [EventFields] {
    guard case .array(let values)? = value(name) else { return [] }
    said.insert(name)
    return values.map { EventFields($0, zone: zone) }
  }

  /// What was not said yet: each field with its value; null is a content that was erased.
  var rest: [(name: String, value: String)] {
    members.filter { !said.contains($0.name) }.map { member in
      (EventFields.words(member.name), EventFields.plain(member.value, zone: zone))
    }
  }

  /// A duration in its two largest units.
  static func duration(_ seconds: Int64) -> String {
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 {
      return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds / 60) min \(seconds % 60) s"
    }
    let minutes = seconds / 60
    if minutes < 48 * 60 {
      return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    }
    let hours = minutes / 60
    return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
  }

  /// `internalDepartment` as `internal department`; ids and labels of others stay as they are.
  static func words(_ name: String) -> String {
    guard name.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }),
      name.utf8.first.map({ $0 >= 0x61 }) ?? false
    else { return name }
    var text = ""
    for character in name {
      if character.isUppercase { text += " " }
      text += character.lowercased()
    }
    return text
  }

  private static func plain(_ value: JSONValue) -> String { plain(value, zone: nil) }

  private static func plain(_ value: JSONValue, zone: Zone?) -> String {
    switch value {
    case .null: "erased"
    case .string(let text): zone.flatMap { zone in Timestamp(text).map(zone.text) } ?? text
    case .bool(let value): value ? "yes" : "no"
    case .array(let values): values.map { plain($0, zone: zone) }.joined(separator: ", ")
    case .object(let members):
      members.map { "\($0.name) \(plain($0.value, zone: zone))" }.joined(separator: ", ")
    default: value.text
    }
  }
}
