internal import CasefileModel

/// All mistakes of one profile, so that its writer sees them at once.
final class ProfileMistakes {
  private let subject: String
  private let code: ImportError.Code
  private var mistakes: [String] = []

  init(of subject: String = "profile", code: ImportError.Code = .profileInvalid) {
    self.subject = subject
    self.code = code
  }

  var isEmpty: Bool { mistakes.isEmpty }

  func note(_ path: String, _ message: String) { mistakes.append("\(path): \(message)") }

  func throwIfAny() throws(ImportError) {
    guard let first = mistakes.first else { return }
    let shown = mistakes.prefix(20)
    throw ImportError(
      code,
      mistakes.count == 1
        ? "the \(subject) has a mistake. \(first)"
        : "the \(subject) has \(mistakes.count) mistakes. " + shown.joined(separator: ". ")
          + (shown.count < mistakes.count ? ". And more" : ""))
  }
}

/// Reads the members of one object of a profile, and notes each mistake with the member's path.
struct ProfileReader {
  private var members: [String: JSONValue] = [:]
  /// The members' names in order.
  private(set) var names: [String] = []
  private var known: [String] = []
  private var nullNames: Set<String> = []
  private let path: String
  let mistakes: ProfileMistakes
  /// Whether there is an object at all.
  private(set) var isPresent: Bool

  init(_ json: JSONValue?, path: String, mistakes: ProfileMistakes) {
    self.path = path
    self.mistakes = mistakes
    isPresent = false
    guard let json else { return }
    guard case .object(let all) = json else {
      mistakes.note(
        path.isEmpty ? "the profile" : path, "is \(json.kindName); it should be an object")
      return
    }
    isPresent = true
    for member in all {
      guard member.value != .null else {
        nullNames.insert(member.name)
        continue
      }
      members[member.name] = member.value
      names.append(member.name)
    }
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func isText(_ name: String) -> Bool {
    if case .string? = members[name] { true } else { false }
  }

  func note(_ name: String, _ message: String) { mistakes.note(place(name), message) }

  private func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  private mutating func take(_ name: String) -> JSONValue? {
    if !known.contains(name) { known.append(name) }
    return members[name]
  }

  /// Notes members that nobody asked for, with the one that may be meant.
  func finish() {
    for name in names where !known.contains(name) {
      let near = NearMatch.best(for: name, in: known)
      note(
        name,
        "there is no such member" + (near.map { "; is it \($0)?" } ?? ".")
          + " Known: \(known.sorted().joined(separator: ", "))")
    }
  }

  /// Lets members stand that are for people or for a later version.
  mutating func skip(_ names: String...) { for name in names { _ = take(name) } }

  /// A member as it is.
  mutating func raw(_ name: String) -> JSONValue? { take(name) }

  /// Whether a member is there and null.
  mutating func hasNull(_ name: String) -> Bool {
    _ = take(name)
    return nullNames.contains(name)
  }

  // MARK: Values

  mutating func optionalText(_ name: String) -> String? {
    guard let value = take(name) else { return nil }
    guard case .string(let text) = value, !text.isEmpty else {
      note(name, "is \(value.kindName); it should be a text that is not empty")
      return nil
    }
    return text
  }

  /// A required text; `what` says what it should be.
  mutating func text(_ name: String, _ what: String) -> String {
    if take(name) == nil {
      if isPresent { note(name, "is required: \(what)") }
      return ""
    }
    return optionalText(name) ?? ""
  }

  /// A required text that becomes part of every event.
  mutating func opaqueID(_ name: String, _ what: String) -> String {
    let text = text(name, what)
    guard !text.isEmpty else { return text }
    do {
      try OpaqueID.check(text, in: place(name))
      if text.utf8.count > 64 { note(name, "has more than 64 bytes, and every event carries it") }
    } catch {
      mistakes.note(place(name), error.message)
    }
    return text
  }

  mutating func texts(_ name: String, _ what: String) -> [String] {
    guard let value = take(name) else { return [] }
    guard case .array(let elements) = value else {
      note(name, "is \(value.kindName); it should be \(what)")
      return []
    }
    var texts: [String] = []
    for (index, element) in elements.enumerated() {
      guard case .string(let text) = element else {
        note("\(name)[\(index)]", "is \(element.kindName); it should be a text")
        continue
      }
      if texts.contains(text) { note("\(name)[\(index)]", "\(text) stands here twice") }
      texts.append(text)
    }
    return texts
  }

  mutating func textOrTexts(_ name: String) -> [String] {
    if case .string(let text)? = members[name] {
      _ = take(name)
      return [text]
    }
    return texts(name, "a column or a list of columns")
  }

  mutating func byte(_ name: String) -> UInt8? {
    guard let text = optionalText(name) else { return nil }
    let bytes = Array(text.utf8)
    guard bytes.count == 1, bytes[0] < 0x80, bytes[0] > 0x20 || bytes[0] == 0x09 else {
      note(name, "should be one ASCII character, such as \",\", \";\" or \"\\t\"")
      return nil
    }
    return bytes[0]
  }

  /// An inner object. Where it is absent, a reader of nothing is returned.
  mutating func object(_ name: String, isRequired: Bool = true) -> ProfileReader {
    let value = take(name)
    if value == nil, isRequired, isPresent { note(name, "is required: an object") }
    return ProfileReader(value, path: place(name), mistakes: mistakes)
  }

  /// The objects of a list, each with its path.
  mutating func objects(_ name: String, _ what: String) -> [(String, ProfileReader)] {
    guard let value = take(name) else {
      if isPresent { note(name, "is required: \(what)") }
      return []
    }
    guard case .array(let elements) = value else {
      note(name, "is \(value.kindName); it should be \(what)")
      return []
    }
    return elements.enumerated().map { index, json in
      let path = place("\(name)[\(index)]")
      return (path, ProfileReader(json, path: path, mistakes: mistakes))
    }
  }

  mutating func orderedMap<Value>(
    _ name: String, _ read: (inout ProfileReader, String) -> Value?
  ) -> [(String, Value)] {
    var inner = object(name, isRequired: false)
    return inner.names.compactMap { key in read(&inner, key).map { (key, $0) } }
  }

  mutating func map<Value>(
    _ name: String, _ read: (inout ProfileReader, String) -> Value?
  ) -> [String: Value] {
    Dictionary(orderedMap(name, read)) { first, _ in first }
  }

  // MARK: Words

  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Word.Type, isRequired: Bool = true
  ) -> Word? where Word.RawValue == String {
    let words = Word.allCases.map(\.rawValue)
    guard take(name) != nil else {
      if isRequired, isPresent {
        note(name, "is required: \(words.joined(separator: " or "))")
      }
      return nil
    }
    return optionalText(name).flatMap { word(name, $0, words) { Word(rawValue: $0) } }
  }

  mutating func words<Word: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Word.Type
  ) -> [Word] where Word.RawValue == String {
    let words = Word.allCases.map(\.rawValue)
    return texts(name, "a list of \(words.joined(separator: ", "))").compactMap {
      word(name, $0, words) { Word(rawValue: $0) }
    }
  }

  mutating func enumeration<Value: OpenEnum>(_ name: String, _ type: Value.Type) -> Value? {
    optionalText(name).flatMap { word(name, $0, Value.names.map(\.0)) { Value(name: $0) } }
  }

  mutating func enumerations<Value: OpenEnum>(_ name: String, _ type: Value.Type) -> [Value] {
    let words = Value.names.map(\.0)
    return texts(name, "a list of \(words.joined(separator: ", "))").compactMap {
      word(name, $0, words) { Value(name: $0) }
    }
  }

  func word<Value>(
    _ name: String, _ text: String, _ words: [String], _ make: (String) -> Value?
  ) -> Value? {
    if let value = make(text) { return value }
    let near = NearMatch.best(for: text, in: words)
    note(
      name,
      "\(text) is not known" + (near.map { "; is it \($0)?" } ?? ".")
        + " Known: \(words.joined(separator: ", "))")
    return nil
  }
}
