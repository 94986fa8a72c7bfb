/// An event as the caller gives it, encoded once and never touched again: the first part of an
/// envelope, to which the writer adds the seal.
package struct Proposal: Sendable {
  package let id: EventID
  package let stream: StreamID
  package let type: EventType
  package let tags: [String]
  /// The envelope without its seal.
  package let bytes: [UInt8]
  /// How many of `bytes` come before the commitments: what a repeated request must have equal.
  package let plainSizeBytes: Int
  /// The content bytes, empty where the event has none.
  package let content: [UInt8]
  /// The leaf hash as far as the bytes go.
  package let leaf: HashBeginning

  /// What it will take in the log. Kept, since to ask for it elsewhere would copy a proposal.
  package let sizeBytes: Int

  /// Encodes an event; about 0.5 µs, and 0.5 µs for each commitment. It is borrowed: an event is a
  /// dozen references, and what an initializer owns is copied for it.
  ///
  /// - Throws: `ModelError` for what the store refuses: times out of range, limits, personal data in
  ///   ids or tags, unknown numbers of the envelope's enumerations.
  package init(
    _ event: borrowing Event, id: EventID, seeds: inout some SeedSource
  ) throws(ModelError) {
    try Proposal.check(event)
    // Of most events exact enough that the array is never moved.
    var writer = WireWriter(capacity: 192 + event.body.count + event.contents.count * 96)
    Proposal.write(event, id: id, to: &writer)
    plainSizeBytes = writer.bytes.count
    content =
      event.contents.isEmpty ? [] : Proposal.content(of: event, seeds: &seeds, &writer)
    self.id = id
    stream = event.stream
    type = event.type
    tags = event.tags
    let encoded = writer.bytes
    bytes = encoded
    leaf = HashBeginning(0x00, encoded.span.bytes)
    sizeBytes = encoded.count + Seal.sizeBytes + content.count
    guard bytes.count + Seal.sizeBytes <= Limits.envelopeSizeBytes else {
      throw ModelError(
        .tooLarge,
        "the envelope has \(bytes.count + Seal.sizeBytes) bytes; the limit is "
          + "\(Limits.envelopeSizeBytes). Put long texts into content fields.")
    }
    guard content.count <= Limits.contentSizeBytes else {
      throw ModelError(
        .tooLarge,
        "the content has \(content.count) bytes; the limit is \(Limits.contentSizeBytes). "
          + "Keep large files outside and attach their hash.")
    }
  }

  /// How many seeds an event takes: one for each of its content's subjects.
  package static func seedCount(
    _ contents: [FieldWriter.ContentField], on stream: StreamID
  ) -> Int {
    guard let first = contents.first else { return 0 }
    // Nearly always all of them are of one subject.
    if contents.allSatisfy({ $0.subject == first.subject }) { return 1 }
    return Set(contents.map { $0.subject ?? stream.description }).count
  }

  /// Encodes the content, as `Content` does, and its commitments into the envelope, both straight
  /// from the event: no list of values is made between.
  private static func content(
    of event: borrowing Event, seeds: inout some SeedSource, _ envelope: inout WireWriter
  ) -> [UInt8] {
    var subjects: [(id: String, salts: SaltSource)] = []
    var content = WireWriter(
      capacity: event.contents.reduce(128) { $0 + $1.bytes.count + 24 })
    content.varint(1, UInt64(Content.clearForm))
    for field in event.contents {
      let name = field.subject ?? event.stream.description
      guard !subjects.contains(where: { $0.id == name }) else { continue }
      let seed = seeds.next()
      precondition(seed.count == 32, "A seed has 32 bytes.")
      subjects.append((name, SaltSource(seed: seed)))
      content.message(2) {
        $0.string(1, name)
        $0.bytes(2, seed)
      }
    }
    for field in event.contents {
      let name = field.subject ?? event.stream.description
      let index = subjects.count == 1 ? 0 : subjects.firstIndex { $0.id == name } ?? 0
      content.message(3) {
        $0.string(1, field.path)
        if index > 0 { $0.varint(2, UInt64(index)) }
        $0.bytes(3, field.bytes)
      }
      envelope.message(Envelope.Field.commitments) {
        $0.string(1, field.path)
        $0.string(2, name)
        $0.digest(3, subjects[index].salts.commitment(path: field.path, value: field.bytes))
      }
    }
    return content.bytes
  }

  private static func write(_ event: borrowing Event, id: EventID, to writer: inout WireWriter) {
    writer.id(Envelope.Field.id, id)
    writer.string(Envelope.Field.stream, event.stream.description)
    writer.varint(Envelope.Field.type, UInt64(event.type.number))
    if event.schemaVersion != 1 {
      writer.varint(Envelope.Field.schemaVersion, UInt64(event.schemaVersion))
    }
    if event.type.isOwn { writer.string(Envelope.Field.typeName, event.type.name) }
    writer.fixed64(Envelope.Field.occurredAt, UInt64(bitPattern: event.occurredAt.microseconds))
    if let zone = event.zone { writer.string(Envelope.Field.zone, zone) }
    if let uncertainty = event.uncertaintyMilliseconds {
      writer.varint(Envelope.Field.uncertainty, UInt64(uncertainty))
    }
    writer.message(Envelope.Field.actor) {
      $0.varint(1, UInt64(event.actor.kind.rawValue))
      if let id = event.actor.id { $0.string(2, id) }
      if let other = event.actor.onBehalfOf { $0.string(3, other) }
    }
    if let origin = event.origin {
      writer.message(Envelope.Field.origin) { write(origin, to: &$0) }
    }
    if let causation = event.causation { writer.id(Envelope.Field.causation, causation) }
    if let text = event.correlation { writer.string(Envelope.Field.correlation, text) }
    if let group = event.group {
      writer.message(Envelope.Field.group) {
        $0.id(1, group.id)
        $0.varint(2, UInt64(group.index))
        $0.varint(3, UInt64(group.count))
      }
    }
    if let tenant = event.tenant { writer.string(Envelope.Field.tenant, tenant) }
    if let project = event.project { writer.string(Envelope.Field.project, project) }
    if event.visibility != .public {
      writer.varint(Envelope.Field.visibility, UInt64(event.visibility.rawValue))
    }
    for tag in event.tags { writer.string(Envelope.Field.tags, tag) }
    if !event.body.isEmpty { writer.bytes(Envelope.Field.body, event.body) }
  }

  private static func write(_ origin: Origin, to inner: inout WireWriter) {
    if let system = origin.system { inner.string(1, system) }
    if let external = origin.externalID { inner.string(2, external) }
    if let batch = origin.importBatch { inner.string(3, batch) }
    if let channel = origin.channel { inner.string(4, channel) }
    if let sequence = origin.sequence { inner.zigzag(5, sequence) }
    if origin.basis != .live { inner.varint(6, UInt64(origin.basis.rawValue)) }
    if let written = origin.sourceRecordedAt {
      inner.fixed64(7, UInt64(bitPattern: written.microseconds))
    }
    if let file = origin.file { inner.varint(8, UInt64(file)) }
    if let row = origin.row { inner.varint(9, row) }
  }

  private static func check(_ event: borrowing Event) throws(ModelError) {
    guard event.occurredAt.isInRange else {
      throw ModelError(
        .timeOutOfRange,
        "occurredAt is \(event.occurredAt.microseconds) µs since 1970; times lie between "
          + "\(Timestamp.earliest) and \(Timestamp.latest)")
    }
    if let written = event.origin?.sourceRecordedAt, !written.isInRange {
      throw ModelError(
        .timeOutOfRange,
        "origin.sourceRecordedAt is \(written.microseconds) µs since 1970; times lie between "
          + "\(Timestamp.earliest) and \(Timestamp.latest)")
    }
    try known(event.actor.kind, "actor.kind")
    try known(event.visibility, "visibility")
    if let origin = event.origin { try known(origin.basis, "origin.basis") }
    if let id = event.actor.id { try short(id, "actor.id") }
    if let other = event.actor.onBehalfOf { try short(other, "actor.onBehalfOf") }
    guard event.tags.count <= Limits.tagCount else {
      throw ModelError(
        .tooLarge, "the event has \(event.tags.count) tags; the limit is \(Limits.tagCount)")
    }
    for tag in event.tags {
      try short(tag, "a tag")
      if let colon = tag.utf8.firstIndex(of: UInt8(ascii: ":")) {
        let id = tag[tag.utf8.index(after: colon)...]
        try OpaqueID.check(id, in: "a tag's id")
      }
    }
    if let zone = event.zone { try short(zone, "zone") }
    if let correlation = event.correlation { try short(correlation, "correlation") }
    if let tenant = event.tenant { try short(tenant, "tenant") }
    if let project = event.project { try short(project, "project") }
    if let origin = event.origin {
      if let system = origin.system { try short(system, "origin.system") }
      if let external = origin.externalID { try short(external, "origin.externalId") }
      if let batch = origin.importBatch { try short(batch, "origin.importBatch") }
      if let channel = origin.channel { try short(channel, "origin.channel") }
    }
    guard event.schemaVersion >= 1 else {
      throw ModelError(.wrongType, "schemaVersion is 0; the first version is 1")
    }
    guard event.origin?.file != 0, event.origin?.row != 0 else {
      throw ModelError(.wrongType, "origin.file and origin.row begin at 1")
    }
    if let group = event.group, group.index < 1 || group.index > group.count {
      throw ModelError(
        .invalidGroup, "group.index \(group.index) is not within 1 … \(group.count)")
    }
  }

  private static func known(_ value: some OpenEnum, _ name: String) throws(ModelError) {
    guard value.name == nil else { return }
    throw ModelError(.unknownEnumValue, "\(name) has the unknown number \(value.rawValue)")
  }

  private static func short(_ text: String, _ name: String) throws(ModelError) {
    try OpaqueID.check(text, in: name)
    guard text.utf8.count <= Limits.shortTextSizeBytes else {
      throw ModelError(
        .tooLarge,
        "\(name) has \(text.utf8.count) bytes; the limit is \(Limits.shortTextSizeBytes)")
    }
  }
}
