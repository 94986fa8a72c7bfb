/// The part of an event that may have to be erased one day: texts, names, addresses, numbers.
///
/// The envelope holds only a commitment to each value, so that the log verifies after the content
/// has become unreadable. Stored as the message `Content` of `Schemas/casefile/v1/content.proto`.
public struct Content: Hashable, Sendable {
  /// How the bytes are kept.
  public static let clearForm: UInt32 = 1

  /// A data subject and the 32 random bytes from which its salts are derived.
  public struct Subject: Hashable, Sendable {
    /// The opaque id of the person, or the stream.
    public let id: String
    /// 32 random bytes, drawn once for each event and subject.
    public let seed: [UInt8]

    /// Makes a subject; the seed must come from a good source of random numbers.
    public init(id: String, seed: [UInt8]) {
      self.id = id
      self.seed = seed
    }
  }

  /// One value with its place in the event.
  public struct Value: Hashable, Sendable {
    /// Field numbers from the event's message down, joined by points; list elements by index.
    public let path: String
    /// Which of `subjects` it belongs to.
    public let subject: Int
    /// UTF-8 of a text, raw bytes, or an integer in eight big-endian bytes.
    public let bytes: [UInt8]

    /// Makes a value of a path and a subject's index.
    public init(path: String, subject: Int, bytes: [UInt8]) {
      self.path = path
      self.subject = subject
      self.bytes = bytes
    }
  }

  /// Whose data it is.
  public private(set) var subjects: [Subject]
  /// The values in order of the fields.
  public private(set) var values: [Value]

  /// Makes a content of subjects and values, each of which belongs to one of the subjects.
  public init(subjects: [Subject] = [], values: [Value] = []) {
    precondition(
      values.allSatisfy { subjects.indices.contains($0.subject) },
      "A content value belongs to one of the content's subjects.")
    precondition(subjects.allSatisfy { $0.seed.count == 32 }, "A seed has 32 bytes.")
    self.subjects = subjects
    self.values = values
  }

  /// Reads the stored form.
  ///
  /// - Throws: `CodecError` with the byte, also for a value whose subject is not listed.
  public init(decoding span: RawSpan) throws(CodecError) {
    subjects = []
    values = []
    var form: UInt32 = 0
    var largest: (subject: UInt64, offset: Int) = (0, 0)
    var reader = WireReader(span)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        try field.require(.varint, "form")
        form = UInt32(truncatingIfNeeded: field.value)
      case 2:
        try field.require(.length, "subject")
        subjects.append(try Content.subject(span, field.range))
      case 3:
        try field.require(.length, "value")
        let value = try Content.value(span, field.range)
        if value.subject >= largest.subject { largest = (value.subject, field.start) }
        // An index beyond Int is beyond every list, which is checked below.
        values.append(
          Value(path: value.path, subject: Int(clamping: value.subject), bytes: value.bytes))
      default: continue
      }
    }
    // Checked last: protobuf lets values stand before the subjects.
    guard values.isEmpty || largest.subject < UInt64(subjects.count) else {
      throw CodecError(
        .malformed, "a value names none of the \(subjects.count) subjects", at: largest.offset)
    }
    guard form == Content.clearForm else {
      throw CodecError(.malformed, "content of form \(form) is not known here", at: 0)
    }
  }

  private static func subject(_ span: RawSpan, _ range: Range<Int>) throws(CodecError) -> Subject {
    var id = ""
    var seed: [UInt8] = []
    var reader = WireReader(span, in: range)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        try field.require(.length, "subject id")
        id = try span.text(field.range, "subject id")
      case 2:
        try field.require(.length, "seed")
        seed = span.copy(field.range)
      default: continue
      }
    }
    guard seed.count == 32 else {
      throw CodecError(.wrongSize, "a seed has \(seed.count) bytes", at: range.lowerBound)
    }
    return Subject(id: id, seed: seed)
  }

  private static func value(
    _ span: RawSpan, _ range: Range<Int>
  ) throws(CodecError) -> (path: String, subject: UInt64, bytes: [UInt8]) {
    var path = ""
    var subject: UInt64 = 0
    var bytes: [UInt8] = []
    var reader = WireReader(span, in: range)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        try field.require(.length, "path")
        path = try span.text(field.range, "path")
      case 2:
        try field.require(.varint, "subject index")
        subject = field.value
      case 3:
        try field.require(.length, "value")
        bytes = span.copy(field.range)
      default: continue
      }
    }
    return (path, subject, bytes)
  }

  /// The stored form.
  public func encoded() -> [UInt8] {
    let size = values.reduce(64) { $0 + $1.bytes.count + 24 } + subjects.count * 64
    var writer = WireWriter(capacity: size)
    writer.varint(1, UInt64(Content.clearForm))
    for subject in subjects {
      writer.message(2) {
        $0.string(1, subject.id)
        $0.bytes(2, subject.seed)
      }
    }
    for value in values {
      writer.message(3) {
        $0.string(1, value.path)
        if value.subject > 0 { $0.varint(2, UInt64(value.subject)) }
        $0.bytes(3, value.bytes)
      }
    }
    return writer.bytes
  }

  /// The value at a path, nil if there is none.
  public func value(at path: String) -> [UInt8]? { values.first { $0.path == path }?.bytes }

  /// What the envelope says of each value, in the same order.
  public func commitments() -> [Commitment] {
    let salts = subjects.map { SaltSource(seed: $0.seed) }
    return values.map { value in
      Commitment(
        path: value.path, subject: subjects[value.subject].id,
        hash: salts[value.subject].commitment(path: value.path, value: value.bytes))
    }
  }

  /// Whether the commitments are those of this content, without a list of these.
  package func matches(_ commitments: [Commitment]) -> Bool {
    guard commitments.count == values.count else { return false }
    // The subject of nearly all values is the one of the value before.
    var known: (subject: Int, salts: SaltSource)?
    for index in values.indices {
      let subject = values[index].subject
      let salts: SaltSource
      if let known, known.subject == subject {
        salts = known.salts
      } else {
        salts = SaltSource(seed: subjects[subject].seed)
        known = (subject, salts)
      }
      guard commitments[index].path == values[index].path,
        commitments[index].subject == subjects[subject].id,
        commitments[index].hash
          == salts.commitment(path: values[index].path, value: values[index].bytes)
      else { return false }
    }
    return true
  }
}

/// The envelope's word for one content field: it binds the value and tells nothing of it.
public struct Commitment: Hashable, Sendable {
  /// The field's place in the event, as in `Content.Value`.
  public let path: String
  /// The data subject's opaque id.
  public let subject: String
  /// `SHA-256(0x02 ‖ salt ‖ u16be(length of path) ‖ path ‖ value)`.
  public let hash: Digest

  /// Makes a commitment that was read or computed.
  public init(path: String, subject: String, hash: Digest) {
    self.path = path
    self.subject = subject
    self.hash = hash
  }

  /// Computes the hash of a value under a subject's seed, about 0.4 µs.
  public static func hash(of value: [UInt8], path: String, seed: [UInt8]) -> Digest {
    // The salt of each field comes from the seed, so that one field can be shown alone.
    SaltSource(seed: seed).commitment(path: path, value: value)
  }
}
