/// Where an event came from, as far as the source says.
public struct Origin: Hashable, Sendable {
  /// How the event came into the log.
  public struct Basis: OpenEnum {
    /// The number on the wire.
    public let rawValue: UInt32
    /// Makes a basis of any number; a newer program's are kept as they are.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Written as it happened; what an event has that says nothing.
    public static let live = Basis(rawValue: 0)
    /// Taken over from another system.
    public static let imported = Basis(rawValue: 1)
    /// Written afterwards by hand, such as a call on a private phone.
    public static let enteredLater = Basis(rawValue: 2)
    /// Every basis with its word.
    public static let names: [(String, UInt32)] = [
      ("live", 0), ("imported", 1), ("enteredLater", 2),
    ]
  }

  /// The id of the source system.
  public var system: String?
  /// What the source calls the row, message or call.
  public var externalID: String?
  /// The import that brought it.
  public var importBatch: String?
  /// The channel as the source names it.
  public var channel: String?
  /// The source's own order key; see domain order in `Event`.
  public var sequence: Int64?
  /// How the event came into the log.
  public var basis: Basis
  /// When the source says that it wrote the row.
  public var sourceRecordedAt: Timestamp?
  /// Which file of the import batch, from 1.
  public var file: UInt32?
  /// Which row of that file, from 1, the header not counted.
  public var row: UInt64?

  /// Makes an origin; everything that the source does not say stays nil.
  public init(
    system: String? = nil, externalID: String? = nil, importBatch: String? = nil,
    channel: String? = nil, sequence: Int64? = nil, basis: Basis = .live,
    sourceRecordedAt: Timestamp? = nil, file: UInt32? = nil, row: UInt64? = nil
  ) {
    self.system = system
    self.externalID = externalID
    self.importBatch = importBatch
    self.channel = channel
    self.sequence = sequence
    self.basis = basis
    self.sourceRecordedAt = sourceRecordedAt
    self.file = file
    self.row = row
  }
}

/// One user action that gave several events: they share an id and are stored in one commit.
public struct ActionGroup: Hashable, Sendable {
  /// The group's id.
  public var id: EventID
  /// This event's place in the group, from 1.
  public var index: UInt32
  /// The number of events in the group.
  public var count: UInt32

  /// Makes a place in a group.
  public init(id: EventID, index: UInt32, count: UInt32) {
    self.id = id
    self.index = index
    self.count = count
  }
}

/// Who may see an event.
public struct Visibility: OpenEnum {
  /// The number on the wire.
  public let rawValue: UInt32
  /// Makes a visibility of any number; a newer program's are kept as they are.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// May be shown to the client.
  public static let `public` = Visibility(rawValue: 0)
  /// For the desk only.
  public static let `internal` = Visibility(rawValue: 1)
  /// For named readers only, such as reviews.
  public static let restricted = Visibility(rawValue: 2)
  /// Every visibility with its word.
  public static let names: [(String, UInt32)] = [("public", 0), ("internal", 1), ("restricted", 2)]
}
