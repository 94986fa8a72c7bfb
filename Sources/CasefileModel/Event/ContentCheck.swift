/// Compares a stored content with the commitments of its envelope, both where they lie: what a
/// verification asks of every event that has content.
///
/// It refuses what `Content` refuses. Decoding both takes three times as long, since it makes a text
/// or an array of every part.
package struct ContentCheck {
  /// What does not match.
  package enum Mismatch {
    /// The content has another number of fields than the envelope commits to.
    case count(content: Int, envelope: Int)
    /// The field at a path has another value, path or subject.
    case field(path: String)
  }

  private struct Value {
    var path = 0..<0
    var subject: UInt64 = 0
    var bytes = 0..<0
    /// Where the message begins.
    let start: Int
  }

  private var subjects: [(id: Range<Int>, key: KeyedHash)] = []
  private var values: [Value] = []

  /// All mismatches in order of the fields.
  ///
  /// - Parameter first: where the envelope's commitments begin.
  /// - Throws: `CodecError` with the byte of the content, where that can't be read.
  package static func mismatches(
    of content: RawSpan, with envelope: RawSpan, commitmentsFrom first: Int
  ) throws(CodecError) -> [Mismatch] {
    try ContentCheck(content).mismatches(content, envelope, first)
  }

  private init(_ span: RawSpan) throws(CodecError) {
    var form: UInt64 = 0
    var reader = WireReader(span)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        try field.require(.varint, "form")
        form = field.value & 0xFFFF_FFFF
      case 2:
        try field.require(.length, "subject")
        subjects.append(try ContentCheck.subject(span, field.range))
      case 3:
        try field.require(.length, "value")
        values.append(try ContentCheck.value(span, field))
      default: continue
      }
    }
    for value in values where value.subject >= UInt64(subjects.count) {
      throw CodecError(
        .malformed, "a value names none of the \(subjects.count) subjects", at: value.start)
    }
    guard form == UInt64(Content.clearForm) else {
      throw CodecError(.malformed, "content of form \(form) is not known here", at: 0)
    }
  }

  private static func subject(
    _ span: RawSpan, _ range: Range<Int>
  ) throws(CodecError) -> (id: Range<Int>, key: KeyedHash) {
    var id = 0..<0
    var seed = 0..<0
    var reader = WireReader(span, in: range)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        try field.requireText(span, "subject id")
        id = field.range
      case 2:
        try field.require(.length, "seed")
        seed = field.range
      default: continue
      }
    }
    guard seed.count == 32 else {
      throw CodecError(.wrongSize, "a seed has \(seed.count) bytes", at: range.lowerBound)
    }
    return (id, span.extracting(seed).withUnsafeBytes { KeyedHash(key: $0) })
  }

  private static func value(
    _ span: RawSpan, _ message: WireField
  ) throws(CodecError) -> Value {
    var value = Value(start: message.start)
    var reader = WireReader(span, in: message.range)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        try field.requireText(span, "path")
        value.path = field.range
      case 2:
        try field.require(.varint, "subject index")
        value.subject = field.value
      case 3:
        try field.require(.length, "value")
        value.bytes = field.range
      default: continue
      }
    }
    return value
  }

  private func mismatches(
    _ content: RawSpan, _ envelope: RawSpan, _ first: Int
  ) throws(CodecError) -> [Mismatch] {
    var found: [Mismatch] = []
    var count = 0
    var reader = WireReader(envelope, in: first..<max(first, envelope.byteCount - Seal.sizeBytes))
    while let field = try reader.next() {
      guard field.number == Envelope.Field.commitments else { continue }
      if count < values.count, let path = try mismatch(values[count], content, envelope, field) {
        found.append(.field(path: path))
      }
      count += 1
    }
    return count == values.count ? found : [.count(content: values.count, envelope: count)]
  }

  /// The path of a commitment that is not the one to a value; nil: it is.
  private func mismatch(
    _ value: Value, _ content: RawSpan, _ envelope: RawSpan, _ commitment: WireField
  ) throws(CodecError) -> String? {
    var path = 0..<0
    var subject = 0..<0
    var hash: Digest?
    var reader = WireReader(envelope, in: commitment.range)
    while let field = try reader.next() {
      switch field.number {
      case 1: path = field.range
      case 2: subject = field.range
      case 3: hash = Digest(envelope, at: field.range.lowerBound)
      default: continue
      }
    }
    let owner = subjects[Int(value.subject)]
    let pathBytes = content.extracting(value.path)
    if pathBytes.equals(envelope.extracting(path)),
      content.extracting(owner.id).equals(envelope.extracting(subject)),
      owner.key.commitment(path: pathBytes, value: content.extracting(value.bytes)) == hash
    {
      return nil
    }
    return try envelope.text(path, "path")
  }
}

extension WireField {
  fileprivate func requireText(_ span: RawSpan, _ name: String) throws(CodecError) {
    try require(.length, name)
    guard span.extracting(range).isUTF8 else {
      throw CodecError(.invalidText, "\(name) is not UTF-8", at: range.lowerBound)
    }
  }
}
