/// Writes envelopes without their seals one after the other.
enum EnvelopeWriter {
  /// Where a stream's name begins in an envelope: behind the id and the name's own tag and length.
  static func streamStart(nameSizeBytes: Int) -> Int {
    18 + WireSize.bytes(Envelope.Field.stream, nameSizeBytes) - nameSizeBytes
  }

  /// Writes all but the commitments.
  ///
  /// - Parameters:
  ///   - stream: the name of the event's stream.
  ///   - list: the event's tags.
  ///   - tags: gets the place of each tag.
  /// - Returns: how many bytes it wrote.
  static func write(
    _ events: Span<Event>, at index: Int, id: EventID, _ stream: String, _ list: [String],
    to bytes: inout [UInt8], _ tags: inout [Range<Int>]
  ) -> Int {
    let start = bytes.count
    bytes.append(addingCapacity: sizeMax(events, at: index, stream, list)) { out in
      out.id(Envelope.Field.id, id)
      out.text(Envelope.Field.stream, stream)
      writeHead(events, at: index, to: &out)
      if let origin = events[index].origin { write(origin, to: &out) }
      writeRelations(events, at: index, to: &out)
      for tag in list {
        out.text(Envelope.Field.tags, tag)
        let end = start + out.count
        tags.append(end - tag.utf8.count..<end)
      }
      if !events[index].body.isEmpty { out.bytes(Envelope.Field.body, events[index].body) }
    }
    return bytes.count - start
  }

  /// Not less than `write` writes.
  private static func sizeMax(
    _ events: Span<Event>, at index: Int, _ stream: String, _ tags: [String]
  ) -> Int {
    let fieldCount = 48 + tags.count
    var size = fieldCount * OutputSpan<UInt8>.fieldSizeMax
    size += stream.utf8.count + events[index].type.name.utf8.count
    size += WireSize.of(events[index].zone) + WireSize.of(events[index].actor.id)
    size += WireSize.of(events[index].actor.onBehalfOf) + WireSize.of(events[index].correlation)
    size += WireSize.of(events[index].tenant) + WireSize.of(events[index].project)
    // Ids and numbers: 16 bytes or fewer each.
    size += 12 * 16
    if let origin = events[index].origin { size += originSize(origin) }
    for tag in tags { size += tag.utf8.count }
    return size + events[index].body.count
  }

  @_lifetime(out: copy out)
  private static func writeHead(
    _ events: Span<Event>, at index: Int, to out: inout OutputSpan<UInt8>
  ) {
    out.varint(Envelope.Field.type, UInt64(events[index].type.number))
    if events[index].schemaVersion != 1 {
      out.varint(Envelope.Field.schemaVersion, UInt64(events[index].schemaVersion))
    }
    if events[index].type.isOwn { out.text(Envelope.Field.typeName, events[index].type.name) }
    out.fixed64(
      Envelope.Field.occurredAt, UInt64(bitPattern: events[index].occurredAt.microseconds))
    if let zone = events[index].zone { out.text(Envelope.Field.zone, zone) }
    if let uncertainty = events[index].uncertaintyMilliseconds {
      out.varint(Envelope.Field.uncertainty, UInt64(uncertainty))
    }
    let kind = UInt64(events[index].actor.kind.rawValue)
    let actor = events[index].actor.id
    let other = events[index].actor.onBehalfOf
    out.tag(Envelope.Field.actor, .length)
    out.varint(
      UInt64(
        1 + WireSize.varint(kind) + (actor.map { WireSize.text(2, $0) } ?? 0)
          + (other.map { WireSize.text(3, $0) } ?? 0)))
    out.varint(1, kind)
    if let actor { out.text(2, actor) }
    if let other { out.text(3, other) }
  }

  @_lifetime(out: copy out)
  private static func writeRelations(
    _ events: Span<Event>, at index: Int, to out: inout OutputSpan<UInt8>
  ) {
    if let causation = events[index].causation { out.id(Envelope.Field.causation, causation) }
    if let text = events[index].correlation { out.text(Envelope.Field.correlation, text) }
    if let group = events[index].group {
      let (place, count) = (UInt64(group.index), UInt64(group.count))
      out.tag(Envelope.Field.group, .length)
      out.varint(UInt64(18 + 2 + WireSize.varint(place) + WireSize.varint(count)))
      out.id(1, group.id)
      out.varint(2, place)
      out.varint(3, count)
    }
    if let tenant = events[index].tenant { out.text(Envelope.Field.tenant, tenant) }
    if let project = events[index].project { out.text(Envelope.Field.project, project) }
    if events[index].visibility != .public {
      out.varint(Envelope.Field.visibility, UInt64(events[index].visibility.rawValue))
    }
  }

  /// How many bytes the fields of an origin take.
  private static func originSize(_ origin: Origin) -> Int {
    var size = 0
    if let system = origin.system { size += WireSize.text(1, system) }
    if let external = origin.externalID { size += WireSize.text(2, external) }
    if let batch = origin.importBatch { size += WireSize.text(3, batch) }
    if let channel = origin.channel { size += WireSize.text(4, channel) }
    if let sequence = origin.sequence { size += 1 + WireSize.varint(WireSize.zigzag(sequence)) }
    if origin.basis != .live { size += 1 + WireSize.varint(UInt64(origin.basis.rawValue)) }
    if origin.sourceRecordedAt != nil { size += 9 }
    if let file = origin.file { size += 1 + WireSize.varint(UInt64(file)) }
    if let row = origin.row { size += 1 + WireSize.varint(row) }
    return size
  }

  @_lifetime(out: copy out)
  private static func write(_ origin: Origin, to out: inout OutputSpan<UInt8>) {
    out.tag(Envelope.Field.origin, .length)
    out.varint(UInt64(originSize(origin)))
    if let system = origin.system { out.text(1, system) }
    if let external = origin.externalID { out.text(2, external) }
    if let batch = origin.importBatch { out.text(3, batch) }
    if let channel = origin.channel { out.text(4, channel) }
    if let sequence = origin.sequence { out.varint(5, WireSize.zigzag(sequence)) }
    if origin.basis != .live { out.varint(6, UInt64(origin.basis.rawValue)) }
    if let written = origin.sourceRecordedAt {
      out.fixed64(7, UInt64(bitPattern: written.microseconds))
    }
    if let file = origin.file { out.varint(8, UInt64(file)) }
    if let row = origin.row { out.varint(9, row) }
  }
}

extension WireSize {
  fileprivate static func of(_ text: String?) -> Int { text?.utf8.count ?? 0 }

  fileprivate static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1 ^ value >> 63)
  }
}
