/// An event as it was read from the log, its leaf hash recomputed from the bytes that were read.
public struct StoredEvent: Hashable, Sendable {
  /// The decoded envelope.
  public let envelope: Envelope
  /// The envelope's stored bytes: what the leaf hash covers.
  public let envelopeBytes: [UInt8]
  /// `SHA-256(0x00 ‖ envelope bytes)`, RFC 6962 §2.1.
  public let leaf: Digest
  /// The content; nil where the event has none or it was not asked for.
  public let content: Content?

  /// Joins the parts of an event.
  public init(envelope: Envelope, envelopeBytes: [UInt8], leaf: Digest, content: Content?) {
    self.envelope = envelope
    self.envelopeBytes = envelopeBytes
    self.leaf = leaf
    self.content = content
  }

  /// Its place in the log.
  public var position: Position { envelope.position }

  /// A reader of its fields, plain and content together.
  public var fields: FieldReader { FieldReader(body: envelope.body, content: content) }

  /// The fields as a typed payload; nil if the event is of another type.
  ///
  /// - Throws: `CodecError` if the body is not of that type.
  public func payload<Payload: EventPayload>(
    as type: Payload.Type, upcasters: Upcasters = Upcasters()
  ) throws(CodecError) -> Payload? {
    guard envelope.typeNumber == Payload.type.number,
      !Payload.type.isOwn || envelope.typeName == Payload.type.name
    else { return nil }
    return try Payload(
      from: upcasters.newest(fields, of: Payload.type, from: envelope.schemaVersion))
  }
}

/// Turns fields of older schema versions into the newest form when an event is read.
///
/// The stored bytes stay as they are; only what a reader sees changes. A step takes the fields of
/// one version and writes those of the next.
public struct Upcasters: Sendable {
  /// Reads the fields of one version and writes those of the next.
  public typealias Step = @Sendable (FieldReader, inout FieldWriter) throws(CodecError) -> Void

  private struct Key: Hashable {
    let type: EventType
    let version: UInt32
  }
  private var steps: [Key: Step] = [:]

  /// Makes an empty set: every event is read as it was written.
  public init() {}

  /// Adds the step from a version of a type to the next one.
  public mutating func add(_ type: EventType, from version: UInt32, _ step: @escaping Step) {
    steps[Key(type: type, version: version)] = step
  }

  /// The fields after all steps that apply.
  ///
  /// - Throws: what a step throws.
  public func newest(
    _ fields: FieldReader, of type: EventType, from version: UInt32
  ) throws(CodecError) -> FieldReader {
    var fields = fields
    var version = version
    while let step = steps[Key(type: type, version: version)] {
      var writer = FieldWriter()
      try step(fields, &writer)
      fields = FieldReader(
        body: writer.wire.bytes,
        values: writer.contents.map { Content.Value(path: $0.path, subject: 0, bytes: $0.bytes) })
      version += 1
    }
    return fields
  }
}
