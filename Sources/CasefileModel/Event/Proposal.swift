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

  package var sizeBytes: Int { bytes.count + Seal.sizeBytes + content.count }

  /// Encodes an event; about 1 µs, and 2 µs for each commitment.
  ///
  /// - Throws: `ModelError` for what the store refuses: times out of range, limits, personal data in
  ///   ids or tags, unknown numbers of the envelope's enumerations.
  package init(
    _ event: Event, id: EventID, seeds: inout some SeedSource
  ) throws(ModelError) {
    try Proposal.check(event)
    let content = Proposal.content(of: event, seeds: &seeds)
    var writer = WireWriter(capacity: 160 + event.body.count + event.contents.count * 64)
    Proposal.write(event, id: id, to: &writer)
    plainSizeBytes = writer.bytes.count
    if let content {
      for commitment in content.commitments() {
        var inner = WireWriter(capacity: 64)
        inner.string(1, commitment.path)
        inner.string(2, commitment.subject)
        inner.digest(3, commitment.hash)
        writer.bytes(Envelope.Field.commitments, inner.bytes)
      }
    }
    self.id = id
    stream = event.stream
    type = event.type
    tags = event.tags
    bytes = writer.bytes
    self.content = content?.encoded() ?? []
    guard bytes.count + Seal.sizeBytes <= Limits.envelopeSizeBytes else {
      throw ModelError(
        .tooLarge,
        "the envelope has \(bytes.count + Seal.sizeBytes) bytes; the limit is "
          + "\(Limits.envelopeSizeBytes). Put long texts into content fields.")
    }
    guard self.content.count <= Limits.contentSizeBytes else {
      throw ModelError(
        .tooLarge,
        "the content has \(self.content.count) bytes; the limit is \(Limits.contentSizeBytes). "
          + "Keep large files outside and attach their hash.")
    }
  }

  /// What a sealed envelope was before: its seal is cut off. The bytes were decoded before.
  package init(sealed envelope: Envelope, bytes: [UInt8], content: [UInt8]) {
    id = envelope.id
    stream = envelope.stream
    type = EventType(number: envelope.typeNumber, name: envelope.typeName ?? "")
    tags = envelope.tags
    self.bytes = Array(bytes.dropLast(Seal.sizeBytes))
    plainSizeBytes = self.bytes.count
    self.content = content
  }

  private static func content(of event: Event, seeds: inout some SeedSource) -> Content? {
    guard !event.contents.isEmpty else { return nil }
    var subjects: [Content.Subject] = []
    var values: [Content.Value] = []
    for field in event.contents {
      let name = field.subject ?? event.stream.description
      let index: Int
      if let known = subjects.firstIndex(where: { $0.id == name }) {
        index = known
      } else {
        index = subjects.count
        subjects.append(Content.Subject(id: name, seed: seeds.next()))
      }
      values.append(Content.Value(path: field.path, subject: index, bytes: field.bytes))
    }
    return Content(subjects: subjects, values: values)
  }

  private static func write(_ event: Event, id: EventID, to writer: inout WireWriter) {
    writer.bytes(Envelope.Field.id, id.bytes)
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
    var actor = WireWriter(capacity: 32)
    actor.varint(1, UInt64(event.actor.kind.rawValue))
    if let id = event.actor.id { actor.string(2, id) }
    if let other = event.actor.onBehalfOf { actor.string(3, other) }
    writer.bytes(Envelope.Field.actor, actor.bytes)
    if let origin = event.origin { write(origin, to: &writer) }
    if let causation = event.causation { writer.bytes(Envelope.Field.causation, causation.bytes) }
    if let text = event.correlation { writer.string(Envelope.Field.correlation, text) }
    if let group = event.group {
      var inner = WireWriter(capacity: 24)
      inner.bytes(1, group.id.bytes)
      inner.varint(2, UInt64(group.index))
      inner.varint(3, UInt64(group.count))
      writer.bytes(Envelope.Field.group, inner.bytes)
    }
    if let tenant = event.tenant { writer.string(Envelope.Field.tenant, tenant) }
    if let project = event.project { writer.string(Envelope.Field.project, project) }
    if event.visibility != .public {
      writer.varint(Envelope.Field.visibility, UInt64(event.visibility.rawValue))
    }
    for tag in event.tags { writer.string(Envelope.Field.tags, tag) }
    if !event.body.isEmpty { writer.bytes(Envelope.Field.body, event.body) }
  }

  private static func write(_ origin: Origin, to writer: inout WireWriter) {
    var inner = WireWriter(capacity: 48)
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
    writer.bytes(Envelope.Field.origin, inner.bytes)
  }

  private static func check(_ event: Event) throws(ModelError) {
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
      if let colon = tag.firstIndex(of: ":") {
        try OpaqueID.check(String(tag[tag.index(after: colon)...]), in: "a tag's id")
      }
    }
    let texts = [
      (event.zone, "zone"), (event.correlation, "correlation"), (event.tenant, "tenant"),
      (event.project, "project"), (event.origin?.system, "origin.system"),
      (event.origin?.externalID, "origin.externalId"),
      (event.origin?.importBatch, "origin.importBatch"), (event.origin?.channel, "origin.channel"),
    ]
    for case (let text?, let name) in texts { try short(text, name) }
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
