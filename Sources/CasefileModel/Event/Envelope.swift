/// The immutable part of a stored event, decoded: who, when, what, and the seal of the log.
///
/// Its bytes are the Merkle leaf; they are written once and never encoded again. Stored as the
/// message `Envelope` of `Schemas/casefile/v1/envelope.proto`.
public struct Envelope: Hashable, Sendable {
  enum Field {
    static let id: UInt32 = 1
    static let stream: UInt32 = 2
    static let type: UInt32 = 3
    static let schemaVersion: UInt32 = 4
    static let typeName: UInt32 = 5
    static let occurredAt: UInt32 = 6
    static let zone: UInt32 = 7
    static let uncertainty: UInt32 = 8
    static let actor: UInt32 = 9
    static let origin: UInt32 = 10
    static let causation: UInt32 = 11
    static let correlation: UInt32 = 12
    static let group: UInt32 = 13
    static let tenant: UInt32 = 14
    static let project: UInt32 = 15
    static let visibility: UInt32 = 16
    static let tags: UInt32 = 17
    static let body: UInt32 = 18
    static let commitments: UInt32 = 1000
    static let seal: UInt32 = 2044
  }

  /// Unique in the whole store.
  public private(set) var id = EventID(high: 0, low: 0)
  /// The stream that it belongs to.
  public private(set) var stream = StreamID(stored: "")
  /// The number of its type.
  public private(set) var typeNumber: UInt32 = 0
  /// The name that an embedder's own type carries.
  public private(set) var typeName: String?
  /// The version of the type's fields, from 1.
  public private(set) var schemaVersion: UInt32 = 1
  /// When it happened, by the source.
  public private(set) var occurredAt = Timestamp(microseconds: 0)
  /// The IANA name of the zone in which the source stated the time.
  public private(set) var zone: String?
  /// How uncertain `occurredAt` is, in milliseconds.
  public private(set) var uncertaintyMilliseconds: UInt32?
  /// Who did it.
  public private(set) var actor = Actor(Actor.Kind(rawValue: 0))
  /// Where it came from.
  public private(set) var origin: Origin?
  /// The event that led to it.
  public private(set) var causation: EventID?
  /// What several events of different streams have in common.
  public private(set) var correlation: String?
  /// The user action that it is a part of.
  public private(set) var group: ActionGroup?
  /// Whose desk it is.
  public private(set) var tenant: String?
  /// The project or client company.
  public private(set) var project: String?
  /// Who may see it.
  public private(set) var visibility = Visibility.public
  /// Opaque words for queries.
  public private(set) var tags: [String] = []
  /// The plain fields in wire format.
  public private(set) var body: [UInt8] = []
  /// One for each content field.
  public private(set) var commitments: [Commitment] = []
  /// Its place in the log.
  public let position: Position
  /// Its number in its stream, from 1.
  public let version: StreamVersion
  /// When the log recorded it; never goes backwards.
  public let recordedAt: Timestamp
  /// The leaf hash of the stream's previous event, zero at version 1.
  public let previous: Digest

  /// Reads an envelope's bytes.
  ///
  /// - Throws: `CodecError` with the byte; unknown fields are passed over and stay in the bytes.
  public init(decoding span: RawSpan) throws(CodecError) {
    let seal = try Seal(of: span)
    position = seal.position
    version = seal.version
    recordedAt = seal.recordedAt
    previous = seal.previous
    var hasID = false
    var hasStream = false
    var hasTime = false
    var reader = WireReader(span, in: 0..<span.byteCount - Seal.sizeBytes)
    while let field = try reader.next() {
      switch field.number {
      case Field.id:
        id = try Envelope.eventID(span, field, "id")
        hasID = true
      case Field.stream:
        stream = StreamID(stored: try Envelope.text(span, field, "stream"))
        hasStream = !stream.description.isEmpty
      case Field.type:
        try field.require(.varint, "type")
        typeNumber = UInt32(truncatingIfNeeded: field.value)
      case Field.occurredAt:
        try field.require(.fixed64, "occurredAt")
        occurredAt = Timestamp(microseconds: Int64(bitPattern: field.value))
        hasTime = true
      case Field.actor: actor = try Envelope.actor(span, field, actor)
      case Field.origin: origin = try Envelope.origin(span, field, origin ?? Origin())
      case Field.tags: tags.append(try Envelope.text(span, field, "tag"))
      case Field.body:
        try field.require(.length, "body")
        body = span.copy(field.range)
      case Field.commitments: commitments.append(try Envelope.commitment(span, field))
      default: try readRare(field, span)
      }
    }
    guard hasID, hasStream, hasTime, typeNumber != 0 else {
      throw CodecError(
        .missingField, "an envelope needs id, stream, type and occurredAt", at: span.byteCount)
    }
  }

  private mutating func readRare(_ field: WireField, _ span: RawSpan) throws(CodecError) {
    switch field.number {
    case Field.schemaVersion:
      try field.require(.varint, "schema version")
      schemaVersion = UInt32(truncatingIfNeeded: field.value)
    case Field.typeName: typeName = try Envelope.text(span, field, "type name")
    case Field.zone: zone = try Envelope.text(span, field, "zone")
    case Field.uncertainty:
      try field.require(.varint, "uncertainty")
      uncertaintyMilliseconds = UInt32(truncatingIfNeeded: field.value)
    case Field.causation: causation = try Envelope.eventID(span, field, "causation")
    case Field.correlation: correlation = try Envelope.text(span, field, "correlation")
    case Field.group: group = try Envelope.group(span, field, group)
    case Field.tenant: tenant = try Envelope.text(span, field, "tenant")
    case Field.project: project = try Envelope.text(span, field, "project")
    case Field.visibility:
      try field.require(.varint, "visibility")
      visibility = Visibility(rawValue: UInt32(truncatingIfNeeded: field.value))
    default: return
    }
  }

  private static func text(
    _ span: RawSpan, _ field: WireField, _ name: String
  ) throws(CodecError) -> String {
    try field.require(.length, name)
    return try span.text(field.range, name)
  }

  private static func eventID(
    _ span: RawSpan, _ field: WireField, _ name: String
  ) throws(CodecError) -> EventID {
    try field.require(.length, name)
    guard let id = EventID(span.copy(field.range)) else {
      throw CodecError(
        .wrongSize, "\(name) has \(field.range.count) bytes instead of 16",
        at: field.range.lowerBound)
    }
    return id
  }

  // A message that stands twice is the union of both, as every protobuf tool reads it.
  private static func actor(
    _ span: RawSpan, _ field: WireField, _ known: Actor
  ) throws(CodecError) -> Actor {
    try field.require(.length, "actor")
    var actor = known
    var reader = WireReader(span, in: field.range)
    while let inner = try reader.next() {
      switch inner.number {
      case 1:
        try inner.require(.varint, "actor kind")
        actor.kind = Actor.Kind(rawValue: UInt32(truncatingIfNeeded: inner.value))
      case 2: actor.id = try text(span, inner, "actor id")
      case 3: actor.onBehalfOf = try text(span, inner, "actor's principal")
      default: continue
      }
    }
    return actor
  }

  private static func origin(
    _ span: RawSpan, _ field: WireField, _ known: Origin
  ) throws(CodecError) -> Origin {
    try field.require(.length, "origin")
    var origin = known
    var reader = WireReader(span, in: field.range)
    while let inner = try reader.next() {
      switch inner.number {
      case 1: origin.system = try text(span, inner, "origin system")
      case 2: origin.externalID = try text(span, inner, "external id")
      case 3: origin.importBatch = try text(span, inner, "import batch")
      case 4: origin.channel = try text(span, inner, "origin channel")
      case 5:
        try inner.require(.varint, "sequence")
        origin.sequence = Int64(bitPattern: inner.value >> 1) ^ -Int64(inner.value & 1)
      case 6:
        try inner.require(.varint, "basis")
        origin.basis = Origin.Basis(rawValue: UInt32(truncatingIfNeeded: inner.value))
      case 7:
        try inner.require(.fixed64, "sourceRecordedAt")
        origin.sourceRecordedAt = Timestamp(microseconds: Int64(bitPattern: inner.value))
      case 8:
        try inner.require(.varint, "file")
        origin.file = UInt32(truncatingIfNeeded: inner.value)
      case 9:
        try inner.require(.varint, "row")
        origin.row = inner.value
      default: continue
      }
    }
    return origin
  }

  private static func group(
    _ span: RawSpan, _ field: WireField, _ known: ActionGroup?
  ) throws(CodecError) -> ActionGroup {
    try field.require(.length, "group")
    var group = known ?? ActionGroup(id: EventID(high: 0, low: 0), index: 0, count: 0)
    var reader = WireReader(span, in: field.range)
    while let inner = try reader.next() {
      switch inner.number {
      case 1: group.id = try eventID(span, inner, "group id")
      case 2:
        try inner.require(.varint, "group index")
        group.index = UInt32(truncatingIfNeeded: inner.value)
      case 3:
        try inner.require(.varint, "group count")
        group.count = UInt32(truncatingIfNeeded: inner.value)
      default: continue
      }
    }
    return group
  }

  private static func commitment(
    _ span: RawSpan, _ field: WireField
  ) throws(CodecError) -> Commitment {
    try field.require(.length, "commitment")
    var path = ""
    var subject = ""
    var hash: Digest?
    var reader = WireReader(span, in: field.range)
    while let inner = try reader.next() {
      switch inner.number {
      case 1: path = try text(span, inner, "commitment path")
      case 2: subject = try text(span, inner, "commitment subject")
      case 3:
        try inner.require(.length, "commitment hash")
        hash = Digest(span.copy(inner.range))
      default: continue
      }
    }
    guard let hash else {
      throw CodecError(.wrongSize, "a commitment has no 32-byte hash", at: field.start)
    }
    return Commitment(path: path, subject: subject, hash: hash)
  }
}
