internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// The view `tickets`: the state of every ticket, and what each ticket says of its agents.
///
/// Order in a ticket is that of the domain, so a ticket with new events is folded anew from the log;
/// its rows are a function of its events and of nothing else. State and parts come of one fold, so
/// they are one view. Corrections and retractions may stand in other streams, and may come before
/// what they act on: for those the view keeps where they are. Where an import's batch is retracted,
/// every ticket that it touched is folded anew.
struct TicketsView: View {
  let name = "tickets"
  let version = 10
  let schema: EventSchema
  let folds: SharedFolds

  /// What a row is about: the first byte of its key.
  enum Kind: UInt8 {
    /// First position of the ticket → `TicketRow`.
    case state = 1
    /// First position of the ticket → the positions of what acts on it from other streams.
    case foreign = 2
    /// An event id that the log does not have yet → the positions of what acts on it.
    case pending = 3
    /// How many ids are pending; no row: none.
    case pendingCount = 4
    /// Agent, first position of the ticket → `AgentPart`.
    case part = 5
    /// First position of the ticket → whose rows it has.
    case owners = 6
    /// Client, first position of the ticket → nothing.
    case client = 7
    /// Import batch → `BatchRow`.
    case batch = 8
    /// Agent, position of an event of a contact outside of tickets that names the agent → nothing.
    case contact = 9
    /// First position of the ticket → `ClockFacts`: what its deadlines depend on, whatever the
    /// policies.
    case clocks = 10
    /// A group of events that tell of duty → `DutyGroupRow`.
    case dutyGroup = 11
    /// Agent, position of an event that tells of duty and names the agent → the shifts that it names.
    case dutyEvent = 12
    /// Position of an event outside of tickets → the positions of what corrects or retracts it, or
    /// what does so.
    case amended = 13
    /// Agent, `DutyRows.Part`, time → what is known of the agent's duty.
    case duty = 14
    /// `GapRows.Part`, time, position → the events that tell of an outage or a gap of the recorder.
    case gap = 15
    /// Outage → `DutyGroupRow`: the events that tell of its beginning and its end.
    case outage = 16
    /// How long a ticket was under way, since when, its first position → nothing.
    case underWay = 17
    /// A status in which a ticket that is not under way stands, its first position → nothing.
    case standing = 18
  }

  /// The types of the events on which the rows depend that are no tickets'.
  static let asideTypes = AgentDuty.types.union(AmendmentIndex.types).union(GapRows.types)

  static func key(_ kind: Kind, _ first: Position) -> [UInt8] {
    [kind.rawValue] + RowCoding.key(first.rawValue)
  }

  static func key(_ kind: Kind, _ owner: String, _ first: Position) -> [UInt8] {
    [kind.rawValue] + RowCoding.key(owner) + RowCoding.key(first.rawValue)
  }

  /// The rows of an agent or a client.
  static func prefix(_ kind: Kind, _ owner: String) -> [UInt8] {
    [kind.rawValue] + RowCoding.key(owner)
  }

  /// The position at the end of a key.
  static func position(in key: some BidirectionalCollection<UInt8>) -> Position {
    Position(RowCoding.number(key.suffix(8)))
  }

  /// A row's value; bytes with the right checksum that are none were written by another program.
  static func decode<Value: RowCodable>(
    _ type: Value.Type, _ bytes: [UInt8]
  ) throws(ViewDamage) -> Value {
    do throws(RowError) {
      return try RowReader.decode(type, bytes)
    } catch {
      throw ViewDamage("a row of the view tickets can't be read")
    }
  }

  /// Whether an agent's part may have to do with a time; only the row's begin is read.
  static func mayTouch(
    _ bytes: [UInt8], since: Timestamp?, until: Timestamp?
  ) throws(ViewDamage) -> Bool {
    do throws(RowError) {
      return try AgentPart.mayTouch(bytes, since: since, until: until)
    } catch {
      throw ViewDamage("a row of the view tickets can't be read")
    }
  }

  /// The begin of a ticket's row, and its state where that is asked for.
  static func read(
    _ bytes: [UInt8]
  ) throws(ViewDamage) -> (head: TicketRowHead, state: () throws(ViewDamage) -> TicketState) {
    do throws(RowError) {
      var reader = RowReader(bytes)
      return (
        try reader.get(),
        { () throws(ViewDamage) in try decode(TicketRow.self, bytes).state }
      )
    } catch {
      throw ViewDamage("a row of the view tickets can't be read")
    }
  }

  static func positions(in bytes: [UInt8]) throws(ViewDamage) -> [Position] {
    try decode([Position].self, bytes)
  }

  /// The positions of what acts on an event outside of tickets.
  static func amendments(of event: Position, _ rows: ViewRows) throws -> [Position] {
    try rows.value(key(.amended, event)).map { try positions(in: $0) } ?? []
  }

  func apply(_ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix) throws {
    try TicketsStep<FoldedTicket>.apply(
      events, to: &rows, log: log, schema: schema,
      folds: folds.shared(in: log))
  }

  /// Applies those events that have one of `asideTypes` to the rows that tell what acts on an event
  /// from elsewhere, and to those that tell of duty. The rows of tickets stay behind.
  func applyAside(_ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix) throws {
    try TicketsStep<FoldedTicket>.applyAside(events, to: &rows, log: log, schema: schema)
  }

  func describe(key: [UInt8]) -> String { TicketsView.describe(key: key) }

  static func describe(key: [UInt8]) -> String {
    guard let kind = key.first.flatMap(Kind.init) else { return "an unknown row" }
    switch kind {
    case .batch: return "an import's batch"
    case .dutyGroup, .duty: return "what is known of an agent's duty"
    case .gap, .outage: return "an outage or a gap of the recorder"
    default: break
    }
    let place = "the ticket that begins at position \(TicketsView.position(in: key))"
    return switch kind {
    case .state: "state of \(place)"
    case .foreign: "corrections from elsewhere of \(place)"
    case .pending, .pendingCount: "corrections that wait for their target"
    case .part: "an agent's part in \(place)"
    case .underWay, .standing: "when something happened on \(place)"
    case .owners, .client: "who takes part in \(place)"
    case .batch, .dutyGroup, .duty, .gap, .outage: "no ticket"
    case .dutyEvent: "what tells of duty at position \(TicketsView.position(in: key))"
    case .amended: "corrections of position \(TicketsView.position(in: key))"
    case .contact: "an agent's contact at position \(TicketsView.position(in: key))"
    case .clocks: "what the deadlines depend on of \(place)"
    }
  }
}

/// What a view keeps of a ticket that was folded.
protocol TicketRows: Sendable {
  /// Whether the view also keeps what is no ticket's: where agents are named in contacts, what acts on
  /// events outside of tickets, and agents' duty.
  static var keepsAside: Bool { get }

  /// Whether the view keeps rows of a stream.
  static func keeps(_ stream: StreamID) -> Bool

  /// Folds a stream; nil without an event of one that is kept.
  init?(_ events: [StoredEvent], first: Position, schema: EventSchema)

  /// The view's part of what was folded for several.
  static func part(of fold: SharedFolds.Fold) -> Self?

  /// Writes the ticket's rows in the place of its former ones.
  func put(into rows: inout ViewRows) throws
}

extension StoredEvent {
  /// The batch that it retracts; nil for others, and where that can't be read.
  var retractedBatch: String? {
    guard envelope.typeNumber == ImportBatchRetracted.type.number else { return nil }
    return (try? payload(as: ImportBatchRetracted.self))?.batchId
  }

  /// Whether it is a correction or a retraction.
  var isAmendment: Bool {
    let type = envelope.typeNumber
    return type == EventCorrected.type.number || type == EventRetracted.type.number
  }

  /// The event that it corrects or retracts; nil for others, and where that can't be read.
  var amendedEvent: EventID? {
    guard isAmendment else { return nil }
    if let correction = try? payload(as: EventCorrected.self) { return correction.targetEventId }
    return (try? payload(as: EventRetracted.self))?.targetEventId
  }
}
