/// What is known of event types: their fields, which of them are content, and on which streams they
/// belong. The library's own types come from `Schemas/casefile/v1/types.json`; embedders add theirs.
public struct EventSchema: Sendable {
  /// What a field holds.
  package enum FieldKind: Hashable, Sendable {
    case string, id, int, bool, time, bytes, eventID, json, map, intMap
    case enumeration(String)
    case message(String)
  }

  package struct Field: Hashable, Sendable {
    package let number: UInt32
    package let name: String
    package let kind: FieldKind
    package var isContent = false
    package var isRequired = false
    package var isList = false
    /// The id field whose value is the data subject; nil: the type's.
    package var subject: String?
  }

  package struct TypeDescriptor: Hashable, Sendable {
    package let type: EventType
    package let schemaVersion: UInt32
    /// The kinds of stream that it belongs on; empty: any.
    package let streamKinds: [String]
    package let subject: String?
    package var fields: [Field]
  }

  package private(set) var typesByName: [String: TypeDescriptor] = [:]
  private var namesByNumber: [UInt32: String] = [:]
  package private(set) var messages: [String: [Field]] = [:]
  package private(set) var enums: [String: [(name: String, number: UInt32)]] = [:]
  /// What `check` asks first.
  private(set) var quick = QuickCheck()

  /// The library's own types.
  public static let builtIn = EventSchema(table: vocabularyTableText)

  /// The first parts of the library's own type names; an embedder's names begin with none of them.
  package var reservedPrefixes: Set<String> {
    Set(
      typesByName.values.filter { !$0.type.isOwn }.map {
        String($0.type.name.prefix { $0 != "." })
      })
  }

  /// The types, sorted by number.
  public var types: [EventType] { typesByName.values.map(\.type).sorted { $0.number < $1.number } }

  package func descriptor(named name: String) -> TypeDescriptor? { typesByName[name] }

  package func descriptor(number: UInt32, name: String?) -> TypeDescriptor? {
    if number >= EventType.firstOwnNumber {
      guard let name, let known = typesByName[name], known.type.number == number else { return nil }
      return known
    }
    return namesByNumber[number].flatMap { typesByName[$0] }
  }

  /// The name of a stored event's type; `type <number>` where neither it nor we know one.
  public func typeName(of envelope: Envelope) -> String {
    guard envelope.typeNumber >= EventType.firstOwnNumber, let name = envelope.typeName else {
      return typeName(ofNumber: envelope.typeNumber)
    }
    return name
  }

  /// The name of a type of the vocabulary; `type <number>` where we know none.
  package func typeName(ofNumber number: UInt32) -> String {
    (number >= EventType.firstOwnNumber ? nil : namesByNumber[number]) ?? "type \(number)"
  }

  /// One field of an embedder's own type.
  public struct OwnField: Sendable {
    /// What the field holds.
    public struct Kind: Sendable {
      let kind: FieldKind
      /// A text.
      public static let string = Kind(kind: .string)
      /// An opaque id.
      public static let id = Kind(kind: .id)
      /// A 64-bit number.
      public static let int = Kind(kind: .int)
      /// A truth value.
      public static let bool = Kind(kind: .bool)
      /// An instant.
      public static let time = Kind(kind: .time)
      /// Bytes.
      public static let bytes = Kind(kind: .bytes)
      /// An event's id.
      public static let eventID = Kind(kind: .eventID)
      /// A map of texts.
      public static let map = Kind(kind: .map)
    }
    let field: Field

    /// Describes a field.
    ///
    /// - Parameters:
    ///   - number: the protobuf field number, from 1, never used again for something else.
    ///   - isContent: whether it is free text or personal data, and lies outside the envelope.
    public init(
      _ number: UInt32, _ name: String, _ kind: Kind, isContent: Bool = false,
      isRequired: Bool = false, isList: Bool = false
    ) {
      field = Field(
        number: number, name: name, kind: kind.kind, isContent: isContent, isRequired: isRequired,
        isList: isList)
    }
  }

  /// Adds an embedder's own type. Types that nobody registered are stored whole as content.
  ///
  /// - Parameters:
  ///   - type: a number above 10,000 and a name such as `acme.refundPaid` whose first part is not
  ///     one of the library's.
  ///   - streamKinds: the kinds of stream that it belongs on; empty: any.
  ///   - subject: the name of the id field whose value is the content's data subject; without it
  ///     the stream is.
  /// - Throws: `ModelError` `.duplicateType`, `.unknownType` for a number or name that can't be, or
  ///   `.invalidType` for fields that can't be.
  public mutating func register(
    _ type: EventType, schemaVersion: UInt32 = 1, on streamKinds: [String] = [],
    subject: String? = nil, fields: [OwnField]
  ) throws(ModelError) {
    guard type.number > EventType.firstOwnNumber else {
      throw ModelError(
        .unknownType, "\(type.name) has number \(type.number); own types begin at 10001")
    }
    try checkOwnName(type.name)
    guard typesByName[type.name] == nil, namesByNumber[type.number] == nil else {
      throw ModelError(.duplicateType, "\(type.name) (\(type.number)) is registered already")
    }
    try EventSchema.check(
      fields.map(\.field), of: type.name, schemaVersion: schemaVersion, subject: subject)
    let descriptor = TypeDescriptor(
      type: type, schemaVersion: schemaVersion, streamKinds: streamKinds, subject: subject,
      fields: fields.map(\.field).sorted { $0.number < $1.number })
    add(descriptor)
    quick.add(descriptor)
  }

  /// The rules of `Tools/generate`: what breaks them would be stored where it does not belong.
  private static func check(
    _ fields: [Field], of type: String, schemaVersion: UInt32, subject: String?
  ) throws(ModelError) {
    guard schemaVersion >= 1 else {
      throw ModelError(.invalidType, "\(type) has schema version 0; the first is 1")
    }
    for (index, field) in fields.enumerated() {
      // protobuf.dev, Language Guide: 1 … 2^29 - 1, of which 19,000 … 19,999 are its own.
      guard (1..<1 << 29).contains(field.number), !(19_000...19_999).contains(field.number) else {
        throw ModelError(.invalidType, "\(type).\(field.name) has the number \(field.number)")
      }
      let isDoubled = fields[..<index].contains {
        $0.number == field.number || $0.name == field.name
      }
      guard !isDoubled, !field.name.isEmpty, !field.name.hasPrefix("#") else {
        throw ModelError(
          .invalidType, "\(type) has two fields \(field.name) or \(field.number), or a bad name")
      }
      let isAllowed: Bool =
        switch (field.kind, field.isContent, field.isList) {
        case (.string, _, _): true
        case (.id, false, _), (.int, false, _), (.eventID, false, _): true
        case (.bool, false, false), (.map, false, false): true
        case (.int, true, false), (.map, true, false): true
        case (.time, _, false), (.bytes, _, false): true
        default: false
        }
      guard isAllowed else {
        throw ModelError(
          .invalidType,
          "\(type).\(field.name): there is no such \(field.isContent ? "content" : "plain") "
            + "\(field.isList ? "list" : "field")")
      }
    }
    guard let subject else { return }
    guard fields.contains(where: { $0.name == subject && $0.kind == .id && !$0.isList }) else {
      throw ModelError(.invalidType, "\(type): the subject \(subject) is no plain id field of it")
    }
  }

  package func checkOwnName(_ name: String) throws(ModelError) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isName =
      parts.count >= 2
      && parts.allSatisfy { part in
        !part.isEmpty
          && part.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          }
      }
    guard isName, name.utf8.count <= Limits.shortTextSizeBytes else {
      throw ModelError(
        .unknownType, "an event type is named like company.thingHappened, in letters and digits")
    }
    guard !reservedPrefixes.contains(String(parts[0])) else {
      throw ModelError(.unknownType, unknownTypeMessage(name))
    }
  }

  package func unknownTypeMessage(_ name: String) -> String {
    // The name itself is not repeated: it is a given text like any other.
    guard let near = NearMatch.best(for: name, in: typesByName.keys) else {
      return "there is no event type of this name"
    }
    return "there is no event type of this name; is it \(near)?"
  }

  private mutating func add(_ descriptor: TypeDescriptor) {
    typesByName[descriptor.type.name] = descriptor
    namesByNumber[descriptor.type.number] = descriptor.type.name
  }

  // MARK: The vocabulary's table

  /// Reads the table that `Tools/generate` writes; its grammar stands at the head of that file.
  private init(table: String) {
    var reader = VocabularyReader(table)
    while let kind = reader.nextRecord() {
      switch kind {
      case UInt8(ascii: "E"):
        let name = reader.text()
        while !reader.isAtEnd { enums[name, default: []].append((reader.text(), reader.number())) }
      case UInt8(ascii: "K"): reader.skipLine()
      case UInt8(ascii: "M"): messages[reader.text()] = reader.fields()
      case UInt8(ascii: "T"):
        let type = EventType(number: reader.number(), name: reader.text())
        let version = reader.number()
        let kinds = reader.text()
        let subject = reader.isAtEnd ? nil : reader.value()
        add(
          TypeDescriptor(
            type: type, schemaVersion: version,
            streamKinds: kinds == "*" ? [] : kinds.split(separator: ",").map(String.init),
            subject: subject, fields: reader.fields()))
      default: preconditionFailure("The generated vocabulary table has a line of no known kind.")
      }
    }
    quick = QuickCheck(messages: messages, enums: enums)
    for type in typesByName.values { quick.add(type) }
  }
}

/// Finds the word that somebody may have meant.
package enum NearMatch {
  /// The nearest candidate within a third of the word's letters; nil if none is so near.
  package static func best(for word: String, in candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased().utf8)
    guard wanted.count <= 200 else { return nil }
    let limit = max(1, wanted.count / 3)
    var best: (distance: Int, word: String)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().utf8)
      guard abs(other.count - wanted.count) <= limit else { continue }
      let found = distance(wanted, other)
      guard found <= limit else { continue }
      if let best, (best.distance, best.word) <= (found, candidate) { continue }
      best = (found, candidate)
    }
    return best?.word
  }

  /// Levenshtein's distance, one row at a time.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in 0..<right.count {
        let above = row[column + 1]
        let replaced = diagonal + (right[column] == letter ? 0 : 1)
        row[column + 1] = min(replaced, above + 1, row[column] + 1)
        diagonal = above
      }
    }
    return row[right.count]
  }
}
