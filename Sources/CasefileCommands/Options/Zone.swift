import CasefileModel
import Foundation

/// A time zone for showing and reading times.
///
/// Verdicts on deadlines never come from here: they have their own reader of zone data.
struct Zone {
  /// Its IANA name.
  let name: String
  private let zone: TimeZone

  /// Coordinated Universal Time.
  static let utc = Zone(name: "UTC", zone: TimeZone(secondsFromGMT: 0) ?? .current)

  private init(name: String, zone: TimeZone) {
    self.name = name
    self.zone = zone
  }

  /// Finds a zone by its IANA name.
  ///
  /// - Throws: a usage failure for a name that there is not.
  init(named name: String) throws {
    if name == "UTC" || name == "Z" {
      self = .utc
      return
    }
    // Foundation also takes abbreviations, which mean several zones.
    guard name.contains("/"), let zone = TimeZone(identifier: name) else {
      throw CommandFailure.usage(
        "there is no time zone \(name); give an IANA name such as Europe/Moscow, or UTC")
    }
    self.init(name: name, zone: zone)
  }

  /// Local date and time to the second, with the offset: `2026-03-02 14:05:00 +03:00`.
  func text(_ time: Timestamp) -> String {
    let offset = offsetSeconds(at: time)
    let civil = CivilTime(secondsSince1970: time.seconds + Int64(offset))
    return "\(day(civil)) \(pad(civil.hour)):\(pad(civil.minute)):\(pad(civil.second)) "
      + Zone.offsetText(offset)
  }

  /// The local date.
  func day(_ time: Timestamp) -> String {
    day(CivilTime(secondsSince1970: time.seconds + Int64(offsetSeconds(at: time))))
  }

  /// The first instant of a date such as `2026-03-02`; nil where the text is no date.
  func startOfDay(_ text: String) -> Timestamp? {
    guard text.utf8.count == 10, let midnight = Timestamp(text + "T00:00:00Z") else { return nil }
    // Midnight may be skipped or come twice: the first instant whose local date is this one is
    // looked for among the offsets around it.
    let day = text
    let offsets = Set(
      [-86_400, 0, 86_400].map { offsetSeconds(at: midnight.adding(microseconds: $0 * 1_000_000)) })
    let candidates = offsets.map { midnight.adding(microseconds: Int64(-$0) * 1_000_000) }
    if let first = candidates.filter({ self.day($0) == day }).min() { return first }
    return firstTransition(after: candidates.min() ?? midnight)
  }

  /// The last instant of a date; nil where the text is no date.
  func endOfDay(_ text: String) -> Timestamp? {
    guard text.utf8.count == 10, let midnight = Timestamp(text + "T00:00:00Z") else { return nil }
    let next = Zone.utc.day(midnight.adding(microseconds: 86_400 * 1_000_000))
    return startOfDay(next)?.adding(microseconds: -1)
  }

  private func firstTransition(after time: Timestamp) -> Timestamp? {
    let date = Date(timeIntervalSince1970: Double(time.seconds) - 1)
    return zone.nextDaylightSavingTimeTransition(after: date).map {
      Timestamp(seconds: Int64($0.timeIntervalSince1970))
    }
  }

  private func offsetSeconds(at time: Timestamp) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.seconds)))
  }

  private func day(_ civil: CivilTime) -> String {
    let year = String(civil.year)
    return String(repeating: "0", count: max(0, 4 - year.count)) + year
      + "-\(pad(civil.month))-\(pad(civil.day))"
  }

  private func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func offsetText(_ seconds: Int) -> String {
    let minutes = abs(seconds) / 60
    let hours = minutes / 60
    let rest = minutes % 60
    return (seconds < 0 ? "-" : "+") + (hours < 10 ? "0" : "") + "\(hours):"
      + (rest < 10 ? "0" : "") + "\(rest)"
  }
}

/// Reads the times of options.
struct TimeArgument {
  /// The instant.
  let time: Timestamp
  /// Whether only a date was given.
  let isDate: Bool

  /// Reads RFC 3339, or a date: its first instant in the zone.
  ///
  /// - Throws: a usage failure that names the option.
  init(_ text: String, option: String, zone: Zone) throws {
    if let time = Timestamp(text) {
      self.time = time
      isDate = false
    } else if let time = zone.startOfDay(text) {
      self.time = time
      isDate = true
    } else {
      throw CommandFailure.usage(
        "\(option) is \(text); give a date such as 2026-03-02 or a time such as "
          + "2026-03-02T14:05:00+03:00")
    }
  }

  /// Reads an option and tells on standard error which instant a date means.
  ///
  /// - Parameter atEnd: takes a date only, and its last instant.
  static func read(
    _ text: String?, option: String, zone: Zone, atEnd: Bool = false,
    _ phrases: any Phrases = EnglishPhrases()
  ) throws -> Timestamp? {
    guard let text else { return nil }
    let argument: TimeArgument
    if atEnd {
      guard let time = zone.endOfDay(text) else {
        throw CommandFailure.usage("\(option) is \(text); give a date such as 2026-03-02")
      }
      argument = TimeArgument(time: time, isDate: true)
    } else {
      argument = try TimeArgument(text, option: option, zone: zone)
    }
    if argument.isDate {
      Console.note(phrases.read(option, text, as: "\(argument.time)", in: zone.name))
    }
    return argument.time
  }

  private init(time: Timestamp, isDate: Bool) {
    self.time = time
    self.isDate = isDate
  }
}
