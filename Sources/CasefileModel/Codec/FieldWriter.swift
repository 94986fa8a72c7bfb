/// Writes the fields of one event: plain ones into the body, the others into the content.
///
/// Payloads call it once for each field, in order of the field numbers; absent values write nothing.
public struct FieldWriter {
  var wire = WireWriter(capacity: 64)
  var contents: [ContentField] = []
  private var path: String
  private var subject: String?

  /// A content field before it has a seed.
  package struct ContentField: Hashable, Sendable {
    package let path: String
    /// Nil: the event's stream is the subject.
    package let subject: String?
    package let bytes: [UInt8]

    package init(path: String, subject: String?, bytes: [UInt8]) {
      self.path = path
      self.subject = subject
      self.bytes = bytes
    }
  }

  /// Makes a writer for an event's own fields.
  public init() { path = "" }

  /// Says whose data the content fields are, unless a field says otherwise; nil: the stream's.
  public mutating func setSubject(_ id: String?) { subject = id }

  // MARK: Plain fields

  /// Writes a plain text.
  public mutating func string(_ number: UInt32, _ value: String?) {
    if let value { wire.string(number, value) }
  }

  /// Writes an opaque id.
  public mutating func id(_ number: UInt32, _ value: String?) { string(number, value) }

  /// Writes a signed number.
  public mutating func int(_ number: UInt32, _ value: Int64?) {
    if let value { wire.varint(number, UInt64(bitPattern: value)) }
  }

  /// Writes a truth value.
  public mutating func bool(_ number: UInt32, _ value: Bool?) {
    if let value { wire.varint(number, value ? 1 : 0) }
  }

  /// Writes an instant as eight bytes.
  public mutating func time(_ number: UInt32, _ value: Timestamp?) {
    if let value { wire.fixed64(number, UInt64(bitPattern: value.microseconds)) }
  }

  /// Writes bytes.
  public mutating func bytes(_ number: UInt32, _ value: [UInt8]?) {
    if let value { wire.bytes(number, value) }
  }

  /// Writes an event id as 16 bytes.
  public mutating func eventID(_ number: UInt32, _ value: EventID?) {
    if let value { wire.id(number, value) }
  }

  /// Writes an enumeration's number.
  public mutating func enumeration(_ number: UInt32, _ value: (some OpenEnum)?) {
    if let value { wire.varint(number, UInt64(value.rawValue)) }
  }

  /// Writes a message; its content fields get paths below this field.
  public mutating func message(_ number: UInt32, _ value: (some EventMessage)?) {
    guard let value else { return }
    nested(number, path: path(to: number)) { value.write(to: &$0) }
  }

  /// Writes several texts.
  public mutating func strings(_ number: UInt32, _ values: [String]) {
    for value in values { wire.string(number, value) }
  }

  /// Writes several opaque ids.
  public mutating func ids(_ number: UInt32, _ values: [String]) { strings(number, values) }

  /// Writes several numbers, packed as proto3 does.
  public mutating func ints(_ number: UInt32, _ values: [Int64]) {
    guard !values.isEmpty else { return }
    wire.message(number) { packed in
      for value in values { packed.varint(UInt64(bitPattern: value)) }
    }
  }

  /// Writes several event ids.
  public mutating func eventIDs(_ number: UInt32, _ values: [EventID]) {
    for value in values { wire.id(number, value) }
  }

  /// Writes several enumeration values, packed as proto3 does.
  public mutating func enumerations(_ number: UInt32, _ values: [some OpenEnum]) {
    ints(number, values.map { Int64($0.rawValue) })
  }

  /// Writes several messages; content paths hold the element's index.
  public mutating func messages(_ number: UInt32, _ values: [some EventMessage]) {
    for (index, value) in values.enumerated() {
      nested(number, path: path(to: number, index: index)) { value.write(to: &$0) }
    }
  }

  /// Writes a map of texts, sorted by the bytes of the keys.
  public mutating func map(_ number: UInt32, _ values: [String: String]) {
    for (key, value) in values.sorted(by: { $0.key.isBefore($1.key) }) {
      wire.message(number) {
        $0.string(1, key)
        $0.string(2, value)
      }
    }
  }

  /// Writes a map of numbers, sorted by the bytes of the keys.
  public mutating func intMap(_ number: UInt32, _ values: [String: Int64]) {
    for (key, value) in values.sorted(by: { $0.key.isBefore($1.key) }) {
      wire.message(number) {
        $0.string(1, key)
        $0.varint(2, UInt64(bitPattern: value))
      }
    }
  }

  // MARK: Content fields

  /// Writes a text into the content.
  public mutating func contentString(_ number: UInt32, _ value: String?, subject: String? = nil) {
    if let value { content(own(number), Array(value.utf8), subject) }
  }

  /// Writes a JSON value into the content.
  public mutating func contentJSON(_ number: UInt32, _ value: JSONText?, subject: String? = nil) {
    contentString(number, value?.text, subject: subject)
  }

  /// Writes a number into the content.
  public mutating func contentInt(_ number: UInt32, _ value: Int64?, subject: String? = nil) {
    if let value { content(own(number), FieldWriter.bigEndian(value), subject) }
  }

  /// Writes an instant into the content.
  public mutating func contentTime(_ number: UInt32, _ value: Timestamp?, subject: String? = nil) {
    contentInt(number, value?.microseconds, subject: subject)
  }

  /// Writes bytes into the content.
  public mutating func contentBytes(_ number: UInt32, _ value: [UInt8]?, subject: String? = nil) {
    if let value { content(own(number), value, subject) }
  }

  /// Writes several texts into the content, a path each.
  public mutating func contentStrings(
    _ number: UInt32, _ values: [String], subject: String? = nil
  ) {
    for (index, value) in values.enumerated() {
      content("\(path)\(number).\(index)", Array(value.utf8), subject)
    }
  }

  /// Writes a map into the content as a list of pairs, sorted by the bytes of the keys: `n.i.1` and
  /// `n.i.2`.
  public mutating func contentMap(
    _ number: UInt32, _ values: [String: String], subject: String? = nil
  ) {
    for (index, pair) in values.sorted(by: { $0.key.isBefore($1.key) }).enumerated() {
      content("\(path)\(number).\(index).1", Array(pair.key.utf8), subject)
      content("\(path)\(number).\(index).2", Array(pair.value.utf8), subject)
    }
  }

  // MARK: Parts

  private func own(_ number: UInt32) -> String {
    path.isEmpty ? String(number) : "\(path)\(number)"
  }

  private mutating func content(_ path: String, _ bytes: [UInt8], _ own: String?) {
    contents.append(ContentField(path: path, subject: own ?? subject, bytes: bytes))
  }

  /// Writes content at a path below this message: values that are not known here are carried along.
  mutating func rawContent(_ suffix: String, _ bytes: [UInt8], subject: String?) {
    content(path + suffix, bytes, subject)
  }

  /// Writes bytes that are already a field: unknown ones are carried along like this.
  package mutating func raw(_ field: [UInt8]) { wire.bytes.append(contentsOf: field) }

  mutating func nested<E: Error>(
    _ number: UInt32, path: String, _ fill: (inout FieldWriter) throws(E) -> Void
  ) throws(E) {
    let outer = (path: self.path, subject: subject)
    self.path = path
    wire.tag(number, .length)
    let start = wire.bytes.count
    wire.bytes.append(0)
    try fill(&self)
    wire.close(from: start)
    self.path = outer.path
    subject = outer.subject
  }

  /// The content path of what a message field or list element holds.
  func path(to number: UInt32, index: Int? = nil) -> String {
    index.map { "\(path)\(number).\($0)." } ?? "\(path)\(number)."
  }

  static func bigEndian(_ value: Int64) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}

/// The typed fields of one event type. The types of `Schemas/casefile/v1/types.json` conform, and an
/// embedder's own may.
public protocol EventPayload: EventMessage {
  /// The type's number and name.
  static var type: EventType { get }
  /// The version of its fields that it writes, from 1.
  static var schemaVersion: UInt32 { get }
}

extension EventPayload {
  /// The first version.
  public static var schemaVersion: UInt32 { 1 }
}

/// A group of fields within a payload.
public protocol EventMessage: Sendable, Hashable {
  /// Reads the fields; content fields that were erased come back as nil.
  init(from reader: FieldReader) throws(CodecError)
  /// Writes the fields in order of their numbers.
  func write(to writer: inout FieldWriter)
}

/// A JSON value as its text.
public struct JSONText: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The JSON text.
  public let text: String
  /// Keeps a text that is JSON; it is not checked here.
  public init(_ text: String) { self.text = text }
  /// Keeps a literal that is JSON.
  public init(stringLiteral text: String) { self.text = text }
}

/// The number and name of an event type.
public struct EventType: Hashable, Sendable, CustomStringConvertible {
  /// The number on the wire: below 10,000 the library's own, above an embedder's.
  public let number: UInt32
  /// The exact name, such as `ticket.opened`.
  public let name: String

  /// Makes a type of its number and name.
  public init(number: UInt32, name: String) {
    self.number = number
    self.name = name
  }

  /// The first number of embedders' types, kept for those that nobody registered.
  public static let firstOwnNumber: UInt32 = 10_000

  /// Whether it is an embedder's own type, whose envelopes carry the name.
  public var isOwn: Bool { number >= EventType.firstOwnNumber }

  /// The name.
  public var description: String { name }
}
