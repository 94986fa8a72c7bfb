/// An event as it was read from the log, its leaf hash recomputed from the bytes that were read.
public struct StoredEvent: Hashable, Sendable {
  /// Held in one place, a copy of the event is a single reference. Copies of events took a fifth of a
  /// rebuild of views (2026-11-25).
  private final class Parts: Sendable {
    let envelope: Envelope
    let envelopeBytes: [UInt8]
    let leaf: Digest
    let content: Content?

    init(envelope: Envelope, envelopeBytes: [UInt8], leaf: Digest, content: Content?) {
      self.envelope = envelope
      self.envelopeBytes = envelopeBytes
      self.leaf = leaf
      self.content = content
    }
  }

  private let parts: Parts

  /// The decoded envelope.
  public var envelope: Envelope { parts.envelope }
  /// The envelope's stored bytes: what the leaf hash covers.
  public var envelopeBytes: [UInt8] { parts.envelopeBytes }
  /// `SHA-256(0x00 ‖ envelope bytes)`, RFC 6962 §2.1.
  public var leaf: Digest { parts.leaf }
  /// The content; nil where the event has none or it was not asked for.
  public var content: Content? { parts.content }

  // What is asked of every event that is read, without a copy of it.
  package var hasContent: Bool { parts.content != nil }
  package var envelopeSizeBytes: Int { parts.envelopeBytes.count }

  /// Joins the parts of an event.
  public init(envelope: Envelope, envelopeBytes: [UInt8], leaf: Digest, content: Content?) {
    parts = Parts(
      envelope: envelope, envelopeBytes: envelopeBytes, leaf: leaf, content: content)
  }

  /// Two events are equal when all of their parts are.
  public static func == (left: StoredEvent, right: StoredEvent) -> Bool {
    left.parts === right.parts
      || left.leaf == right.leaf && left.envelopeBytes == right.envelopeBytes
        && left.content == right.content && left.envelope == right.envelope
  }

  /// Hashes what tells events apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(leaf)
    hasher.combine(envelope.id)
  }

  /// Its place in the log.
  public var position: Position { parts.envelope.position }

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
