/// Reads all of an envelope without keeping any of it: what a verification asks of every event.
///
/// It refuses what `Envelope` refuses. Decoding takes five times as long, since it makes a text of
/// every field.
package struct EnvelopeCheck {
  package private(set) var id = EventID(high: 0, low: 0)
  package private(set) var streamRange: Range<Int> = 0..<0
  /// How many content fields the event commits to.
  package private(set) var commitmentCount = 0
  /// Where the first of them begins; 0 where there are none.
  package private(set) var commitmentsStart = 0
  package let seal: Seal

  package init(_ span: RawSpan) throws(CodecError) {
    seal = try Seal(of: span)
    var hasID = false
    var hasTime = false
    var type: UInt64 = 0
    var reader = WireReader(span, in: 0..<span.byteCount - Seal.sizeBytes)
    while let field = try reader.next() {
      switch field.number {
      case Envelope.Field.id:
        id = try EnvelopeCheck.eventID(span, field, "id")
        hasID = true
      case Envelope.Field.stream:
        try EnvelopeCheck.text(span, field, "stream")
        streamRange = field.range
      case Envelope.Field.type:
        try field.require(.varint, "type")
        type = field.value & 0xFFFF_FFFF
      case Envelope.Field.occurredAt:
        try field.require(.fixed64, "occurredAt")
        hasTime = true
      case Envelope.Field.body: try field.require(.length, "body")
      case Envelope.Field.commitments:
        if commitmentCount == 0 { commitmentsStart = field.start }
        commitmentCount += 1
        try EnvelopeCheck.commitment(span, field)
      case Envelope.Field.actor, Envelope.Field.origin, Envelope.Field.group:
        try EnvelopeCheck.message(span, field)
      case Envelope.Field.schemaVersion, Envelope.Field.uncertainty, Envelope.Field.visibility:
        try field.require(.varint, "field \(field.number)")
      case Envelope.Field.causation: _ = try EnvelopeCheck.eventID(span, field, "causation")
      case Envelope.Field.tags, Envelope.Field.typeName, Envelope.Field.zone,
        Envelope.Field.correlation, Envelope.Field.tenant, Envelope.Field.project:
        try EnvelopeCheck.text(span, field, "field \(field.number)")
      default: continue
      }
    }
    guard hasID, !streamRange.isEmpty, hasTime, type != 0 else {
      throw CodecError(
        .missingField, "an envelope needs id, stream, type and occurredAt", at: span.byteCount)
    }
  }

  private static func text(
    _ span: RawSpan, _ field: WireField, _ name: @autoclosure () -> String
  ) throws(CodecError) {
    if field.kind != .length { try field.require(.length, name()) }
    guard span.isText(field.range) else {
      throw CodecError(.invalidText, "\(name()) is not UTF-8", at: field.range.lowerBound)
    }
  }

  private static func eventID(
    _ span: RawSpan, _ field: WireField, _ name: String
  ) throws(CodecError) -> EventID {
    try field.require(.length, name)
    guard let id = EventID(span, field.range) else {
      throw CodecError(
        .wrongSize, "\(name) has \(field.range.count) bytes instead of 16",
        at: field.range.lowerBound)
    }
    return id
  }

  /// The messages in an envelope: by field the numbers of texts, varints, fixed numbers and ids.
  private static func message(_ span: RawSpan, _ field: WireField) throws(CodecError) {
    try field.require(.length, "a message")
    var reader = WireReader(span, in: field.range)
    while let inner = try reader.next() {
      switch (field.number, inner.number) {
      case (Envelope.Field.actor, 2...3), (Envelope.Field.origin, 1...4):
        try text(span, inner, "field \(field.number).\(inner.number)")
      case (Envelope.Field.actor, 1), (Envelope.Field.origin, 5...6),
        (Envelope.Field.origin, 8...9), (Envelope.Field.group, 2...3):
        if inner.kind != .varint {
          try inner.require(.varint, "field \(field.number).\(inner.number)")
        }
      case (Envelope.Field.origin, 7): try inner.require(.fixed64, "sourceRecordedAt")
      case (Envelope.Field.group, 1): _ = try eventID(span, inner, "group id")
      default: continue
      }
    }
  }

  private static func commitment(_ span: RawSpan, _ field: WireField) throws(CodecError) {
    try field.require(.length, "commitment")
    var hasHash = false
    var reader = WireReader(span, in: field.range)
    while let inner = try reader.next() {
      switch inner.number {
      case 1, 2: try text(span, inner, "commitment field \(inner.number)")
      case 3:
        try inner.require(.length, "commitment hash")
        hasHash = inner.range.count == Digest.sizeBytes
      default: continue
      }
    }
    guard hasHash else {
      throw CodecError(.wrongSize, "a commitment has no 32-byte hash", at: field.start)
    }
  }
}

extension RawSpan {
  /// Whether the bytes of a range that the caller has checked are UTF-8.
  fileprivate func isText(_ range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    while offset + 8 <= range.upperBound {
      let word = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      guard word & 0x8080_8080_8080_8080 == 0 else { return isWideText(range) }
      offset += 8
    }
    while offset < range.upperBound {
      guard unsafeLoad(fromByteOffset: offset, as: UInt8.self) < 0x80 else {
        return isWideText(range)
      }
      offset += 1
    }
    return true
  }

  private func isWideText(_ range: Range<Int>) -> Bool {
    extracting(range).isUTF8
  }
}
