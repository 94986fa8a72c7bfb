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
    // Within the origin.
    static let originSystem: UInt32 = 1
    static let originBatch: UInt32 = 3
  }

  /// Unique in the whole store.
  public var id: EventID { box.fields.id }
  /// The stream that it belongs to.
  public var stream: StreamID { box.fields.stream }
  /// The number of its type.
  public var typeNumber: UInt32 { box.fields.typeNumber }
  /// The name that an embedder's own type carries.
  public var typeName: String? { box.fields.typeName }
  /// The version of the type's fields, from 1.
  public var schemaVersion: UInt32 { box.fields.schemaVersion }
  /// When it happened, by the source.
  public var occurredAt: Timestamp { box.fields.occurredAt }
  /// The IANA name of the zone in which the source stated the time.
  public var zone: String? { box.fields.zone }
  /// How uncertain `occurredAt` is, in milliseconds.
  public var uncertaintyMilliseconds: UInt32? { box.fields.uncertaintyMilliseconds }
  /// Who did it.
  public var actor: Actor { box.fields.actor }
  /// Where it came from.
  public var origin: Origin? { box.fields.origin }
  /// The event that led to it.
  public var causation: EventID? { box.fields.causation }
  /// What several events of different streams have in common.
  public var correlation: String? { box.fields.correlation }
  /// The user action that it is a part of.
  public var group: ActionGroup? { box.fields.group }
  /// Whose desk it is.
  public var tenant: String? { box.fields.tenant }
  /// The project or client company.
  public var project: String? { box.fields.project }
  /// Who may see it.
  public var visibility: Visibility { box.fields.visibility }
  /// Opaque words for queries.
  public var tags: [String] { box.fields.tags }
  /// The plain fields in wire format.
  public var body: [UInt8] { box.fields.body }
  /// One for each content field.
  public var commitments: [Commitment] { box.fields.commitments }
  /// Its place in the log.
  public var position: Position { box.fields.position }
  /// Its number in its stream, from 1.
  public var version: StreamVersion { box.fields.version }
  /// When the log recorded it; never goes backwards.
  public var recordedAt: Timestamp { box.fields.recordedAt }
  /// The leaf hash of the stream's previous event, zero at version 1.
  public var previous: Digest { box.fields.previous }

  /// One reference however often an event is copied: its fields have twenty.
  private final class Box: Sendable {
    let fields: Fields
    // Moved to where it stays: handed over, each reference would be counted twice.
    init(decoding span: RawSpan, of stream: StreamID?) throws(CodecError) {
      var decoded = Fields(try Seal(of: span))
      try decoded.read(span, of: stream)
      fields = consume decoded
    }
  }
  private let box: Box

  /// Reads an envelope's bytes.
  ///
  /// - Throws: `CodecError` with the byte; unknown fields are passed over and stay in the bytes.
  public init(decoding span: RawSpan) throws(CodecError) {
    box = try Box(decoding: span, of: nil)
  }

  /// The same of an event that is probably of a stream: its name is then not made anew.
  package init(decoding span: RawSpan, of stream: StreamID?) throws(CodecError) {
    box = try Box(decoding: span, of: stream)
  }

  /// Two envelopes are equal when all of their fields are.
  public static func == (left: Envelope, right: Envelope) -> Bool {
    left.box === right.box || left.box.fields == right.box.fields
  }

  /// Hashes what no two events of a store share.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(position)
  }

  // What is asked of every event, without a copy of it.
  package var importBatch: String? { box.fields.origin?.importBatch }
  package var sequence: Int64? { box.fields.origin?.sequence }
  package var hasCommitments: Bool { !box.fields.commitments.isEmpty }
  package var sourceSystem: String? { box.fields.origin?.system }
}

extension Envelope {
  fileprivate struct Fields: Hashable, Sendable {
    fileprivate(set) var id: EventID = EventID(high: 0, low: 0)
    fileprivate(set) var stream: StreamID = StreamID(stored: "")
    fileprivate(set) var typeNumber: UInt32 = 0
    fileprivate(set) var typeName: String?
    fileprivate(set) var schemaVersion: UInt32 = 1
    fileprivate(set) var occurredAt: Timestamp = Timestamp(microseconds: 0)
    fileprivate(set) var zone: String?
    fileprivate(set) var uncertaintyMilliseconds: UInt32?
    fileprivate(set) var actor: Actor = Actor(Actor.Kind(rawValue: 0))
    fileprivate(set) var origin: Origin?
    fileprivate(set) var causation: EventID?
    fileprivate(set) var correlation: String?
    fileprivate(set) var group: ActionGroup?
    fileprivate(set) var tenant: String?
    fileprivate(set) var project: String?
    fileprivate(set) var visibility: Visibility = Visibility.public
    fileprivate(set) var tags: [String] = []
    fileprivate(set) var body: [UInt8] = []
    fileprivate(set) var commitments: [Commitment] = []
    let position: Position
    let version: StreamVersion
    let recordedAt: Timestamp
    let previous: Digest

    init(_ seal: Seal) {
      position = seal.position
      version = seal.version
      recordedAt = seal.recordedAt
      previous = seal.previous
    }

    mutating func read(_ span: RawSpan, of known: StreamID?) throws(CodecError) {
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
          if let known, field.kind == .length, span.equals(field.range, known.description) {
            stream = known
          } else {
            stream = StreamID(stored: try Envelope.text(span, field, "stream"))
          }
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
        case Field.tags:
          // Most events have a few.
          if tags.isEmpty { tags.reserveCapacity(4) }
          tags.append(try Envelope.text(span, field, "tag"))
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
      case Field.group:
        try field.require(.length, "group")
        group = try Envelope.group(span, field.range, group)
      case Field.tenant: tenant = try Envelope.text(span, field, "tenant")
      case Field.project: project = try Envelope.text(span, field, "project")
      case Field.visibility:
        try field.require(.varint, "visibility")
        visibility = Visibility(rawValue: UInt32(truncatingIfNeeded: field.value))
      default: return
      }
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
    guard let id = EventID(span, field.range) else {
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
      case Field.originSystem: origin.system = try text(span, inner, "origin system")
      case 2: origin.externalID = try text(span, inner, "external id")
      case Field.originBatch: origin.importBatch = try text(span, inner, "import batch")
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

  static func group(
    _ span: RawSpan, _ range: Range<Int>, _ known: ActionGroup? = nil
  ) throws(CodecError) -> ActionGroup {
    var group = known ?? ActionGroup(id: EventID(high: 0, low: 0), index: 0, count: 0)
    var reader = WireReader(span, in: range)
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
        hash =
          inner.range.count == Digest.sizeBytes ? Digest(span, at: inner.range.lowerBound) : nil
      default: continue
      }
    }
    guard let hash else {
      throw CodecError(.wrongSize, "a commitment has no 32-byte hash", at: field.start)
    }
    return Commitment(path: path, subject: subject, hash: hash)
  }
}
