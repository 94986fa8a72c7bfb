/// What a caller appends: one past fact about a stream.
///
/// ```swift
/// let opened = try Event(
///   TicketOpened(number: "4711", clientId: "c-9"), on: .ticket("4711"),
///   at: Timestamp("2026-03-02T11:05:00Z")!, by: Actor(.agent, "a-1"))
/// ```
/// The position, the version, the time of recording and the link to the stream's previous event are
/// given by the log. Personal data and free text of the payload go into the content, as the schema
/// says; everything else becomes the envelope.
public struct Event: Hashable, Sendable {
  /// Unique in the whole store; nil lets the store draw a UUIDv7, and the append is not repeatable.
  public var id: EventID?
  /// The stream that it belongs to.
  public var stream: StreamID
  /// Its type.
  public let type: EventType
  /// The version of the type's fields, from 1.
  public let schemaVersion: UInt32
  /// When it happened, by the source.
  public var occurredAt: Timestamp
  /// The IANA name of the zone in which the source stated the time.
  public var zone: String?
  /// How uncertain `occurredAt` is, in milliseconds.
  public var uncertaintyMilliseconds: UInt32?
  /// Who did it.
  public var actor: Actor
  /// Where it came from.
  public var origin: Origin?
  /// The event that led to it.
  public var causation: EventID?
  /// What several events of different streams have in common.
  public var correlation: String?
  /// The user action that it is a part of.
  public var group: ActionGroup?
  /// Whose desk it is, where one store serves several.
  public var tenant: String?
  /// The project or client company.
  public var project: String?
  /// Who may see it.
  public var visibility: Visibility
  /// Opaque words for queries, such as `agent:a-1`.
  public var tags: [String]
  /// The plain fields in wire format.
  package let body: [UInt8]
  /// The fields for the content.
  package let contents: [FieldWriter.ContentField]

  /// Makes an event of a typed payload. The payload is encoded here, on the caller's thread.
  ///
  /// - Parameter schemaVersion: nil: the version that the payload's Swift type writes.
  public init(
    _ payload: some EventPayload, on stream: StreamID, at occurredAt: Timestamp, by actor: Actor,
    id: EventID? = nil, visibility: Visibility = .public, tags: [String] = [],
    origin: Origin? = nil, group: ActionGroup? = nil, schemaVersion: UInt32? = nil
  ) {
    var writer = FieldWriter()
    payload.write(to: &writer)
    self.init(
      type: Swift.type(of: payload).type,
      schemaVersion: schemaVersion ?? Swift.type(of: payload).schemaVersion, stream: stream,
      occurredAt: occurredAt, actor: actor, fields: writer)
    self.id = id
    self.visibility = visibility
    self.tags = tags
    self.origin = origin
    self.group = group
  }

  /// Makes an event of fields that were written one by one.
  public init(
    type: EventType, schemaVersion: UInt32, stream: StreamID, occurredAt: Timestamp, actor: Actor,
    fields: FieldWriter
  ) {
    self.type = type
    self.schemaVersion = schemaVersion
    self.stream = stream
    self.occurredAt = occurredAt
    self.actor = actor
    visibility = .public
    tags = []
    body = fields.wire.bytes
    contents = fields.contents
  }
}

/// Where the random seeds of commitments come from; injected, so that tests repeat.
public protocol SeedSource: Sendable {
  /// The next 32 bytes, which nobody else has or can guess.
  mutating func next() -> [UInt8]
}

/// Seeds from the operating system, drawn in bulk: one call for the first, then one for 64 seeds.
public struct SystemSeeds: SeedSource {
  private var buffer = SystemRandomBuffer()

  /// Makes a source with an empty buffer.
  public init() {}

  /// The next 32 bytes from the system's generator.
  public mutating func next() -> [UInt8] { Array(buffer.take(32)) }
}

/// Random numbers from the operating system, drawn in bulk: Swift's own generator makes a system call
/// for each number.
public struct SystemRandomNumbers: RandomNumberGenerator, Sendable {
  private var buffer = SystemRandomBuffer()

  /// Makes a generator with an empty buffer.
  public init() {}

  /// The next 64 bits from the system's generator.
  public mutating func next() -> UInt64 {
    buffer.take(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
