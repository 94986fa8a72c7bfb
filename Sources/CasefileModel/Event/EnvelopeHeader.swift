/// The few fields of an envelope that an index needs, read without an allocation.
package struct EnvelopeHeader {
  package private(set) var idHigh: UInt64 = 0
  package private(set) var idLow: UInt64 = 0
  package private(set) var streamRange: Range<Int> = 0..<0
  package private(set) var typeNumber: UInt32 = 0
  package private(set) var occurredAt: Int64 = 0
  private var originRange: Range<Int>?
  private var groupRange: Range<Int>?
  /// Where the commitments begin, or the seal where there are none.
  package private(set) var plainEnd: Int
  package let seal: Seal

  package var id: EventID { EventID(high: idHigh, low: idLow) }

  /// Reads the header and lends each tag's range in turn.
  package init(
    _ span: RawSpan, tag visit: (Range<Int>) -> Void = { _ in }
  ) throws(CodecError) {
    seal = try Seal(of: span)
    plainEnd = span.byteCount - Seal.sizeBytes
    var hasID = false
    var reader = WireReader(span, in: 0..<plainEnd)
    while let field = try reader.next() {
      switch field.number {
      case Envelope.Field.id:
        guard field.kind == .length, field.range.count == 16 else {
          throw CodecError(.wrongSize, "id has another size than 16 bytes", at: field.start)
        }
        hasID = true
        let start = field.range.lowerBound
        idHigh = UInt64(bigEndian: span.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        idLow = UInt64(
          bigEndian: span.unsafeLoadUnaligned(fromByteOffset: start + 8, as: UInt64.self))
      case Envelope.Field.stream:
        try field.require(.length, "stream")
        streamRange = field.range
      case Envelope.Field.type:
        try field.require(.varint, "type")
        typeNumber = UInt32(truncatingIfNeeded: field.value)
      case Envelope.Field.occurredAt:
        try field.require(.fixed64, "occurredAt")
        occurredAt = Int64(bitPattern: field.value)
      case Envelope.Field.tags:
        try field.require(.length, "tag")
        visit(field.range)
      case Envelope.Field.origin:
        try field.require(.length, "origin")
        originRange = field.range
      case Envelope.Field.group:
        try field.require(.length, "group")
        groupRange = field.range
      case Envelope.Field.commitments:
        plainEnd = min(plainEnd, field.start)
      default: continue
      }
    }
    guard hasID, !streamRange.isEmpty, typeNumber != 0 else {
      throw CodecError(.missingField, "an envelope needs id, stream and type", at: 0)
    }
  }

  /// Where the origin's texts stand in the envelope.
  package struct OriginTexts {
    package fileprivate(set) var system: Range<Int>?
    package fileprivate(set) var importBatch: Range<Int>?
  }

  /// Reads which system and which import the event comes from.
  ///
  /// - Parameter span: what the header was read from.
  package func originTexts(_ span: RawSpan) throws(CodecError) -> OriginTexts {
    var texts = OriginTexts()
    guard let originRange else { return texts }
    var reader = WireReader(span, in: originRange)
    while let field = try reader.next() {
      switch field.number {
      case Envelope.Field.originSystem:
        try field.require(.length, "origin system")
        texts.system = field.range
      case Envelope.Field.originBatch:
        try field.require(.length, "import batch")
        texts.importBatch = field.range
      default: continue
      }
    }
    return texts
  }

  /// Reads which group of events that were one action the event belongs to; nil if none.
  ///
  /// - Parameter span: what the header was read from.
  package func group(_ span: RawSpan) throws(CodecError) -> ActionGroup? {
    guard let groupRange else { return nil }
    return try Envelope.group(span, groupRange)
  }
}

extension RawSpan {
  /// Whether a part of it has these bytes; a part that is not there has none.
  package func has(_ bytes: [UInt8], at range: Range<Int>?) -> Bool {
    guard let range, range.count == bytes.count else { return false }
    return extracting(range).withUnsafeBytes { $0.elementsEqual(bytes) }
  }
}
