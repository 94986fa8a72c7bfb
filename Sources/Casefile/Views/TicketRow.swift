internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// The row of a ticket.
struct TicketRow: RowCodable {
  let head: TicketRowHead
  let state: TicketState

  init(head: TicketRowHead, state: TicketState) {
    self.head = head
    self.state = state
  }

  var version: StreamVersion { head.version }
  /// False where all that it has was retracted: then no list has it.
  var isInForce: Bool { head.isInForce }

  func write(to writer: inout RowWriter) {
    writer.put(head)
    writer.put(state)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(head: try reader.get(), state: try reader.get())
  }
}

/// The begin of a ticket's row: whether the state in it answers for another moment.
///
/// A list as of an instant need not fold what was over by then, nor what had not begun: only the
/// tickets that were under way.
struct TicketRowHead: RowCodable, Equatable {
  /// What the state in the row says of a moment.
  enum Answer {
    /// The ticket was not there, not known, or all of it retracted.
    case absent
    /// It is the state of the moment, evaluated at this instant.
    case state(evaluatedAt: Timestamp?)
    /// Nothing: the ticket is to be folded.
    case unknown
  }

  let version: StreamVersion
  let isInForce: Bool
  private let begin: Timestamp
  /// When the newest event was so.
  let end: Timestamp
  /// The position of the newest event, of corrections from elsewhere too.
  let lastPosition: Position
  private let isSettled: Bool

  init(_ summary: HistorySummary) {
    version = summary.version
    isInForce = summary.isInForce
    begin = summary.begin
    end = summary.end
    lastPosition = summary.lastPosition
    isSettled = summary.isSettled
  }

  /// What a row of the view `quality` says holds at every instant after the newest event: what depends
  /// on the instant is worked out from it.
  init(_ facts: QualityFacts) {
    version = facts.version
    isInForce = facts.isInForce
    begin = facts.begin
    end = facts.end
    lastPosition = facts.lastPosition
    isSettled = true
  }

  /// - Parameters:
  ///   - first: the position of the ticket's first event.
  ///   - known: how many events of the log were known; nil: all.
  func answer(asOf: Timestamp?, known: UInt64?, first: Position) -> Answer {
    if let known {
      if first.rawValue >= known { return .absent }
      // Without all that corrects it, its first event may stand elsewhere.
      if lastPosition.rawValue >= known { return .unknown }
    }
    // Nothing of what was retracted counts at any moment.
    guard isInForce else { return .absent }
    guard let asOf else { return .state(evaluatedAt: nil) }
    if asOf < begin { return .absent }
    return asOf >= end && isSettled ? .state(evaluatedAt: asOf) : .unknown
  }

  func write(to writer: inout RowWriter) {
    writer.put(version)
    writer.put(isInForce)
    writer.put(begin)
    writer.put(end)
    writer.put(lastPosition)
    writer.put(isSettled)
  }

  init(from reader: inout RowReader) throws(RowError) {
    version = try reader.get()
    isInForce = try reader.get()
    begin = try reader.get()
    end = try reader.get()
    lastPosition = try reader.get()
    isSettled = try reader.get()
  }
}

extension TicketRowHead {
  /// What holds of several tickets' rows together.
  struct Span: RowCodable {
    /// Whether each of them is in force and settled.
    private let isPlain: Bool
    private let end: Timestamp
    private let lastPosition: Position

    init(_ heads: [TicketRowHead]) {
      isPlain = heads.allSatisfy { $0.isInForce && $0.isSettled }
      end = heads.map { max($0.begin, $0.end) }.max() ?? .earliest
      lastPosition = heads.map(\.lastPosition).max() ?? Position(0)
    }

    /// Whether all of them are the state of the moment; `answer` tells of each, where they are not.
    func isState(asOf: Timestamp, known: UInt64?) -> Bool {
      isPlain && asOf >= end && known.map { lastPosition.rawValue < $0 } ?? true
    }

    func write(to writer: inout RowWriter) {
      writer.put(isPlain)
      writer.put(end)
      writer.put(lastPosition)
    }

    init(from reader: inout RowReader) throws(RowError) {
      isPlain = try reader.get()
      end = try reader.get()
      lastPosition = try reader.get()
    }
  }
}

/// Whose rows a ticket has, to take them away when it is folded anew.
struct Owners: RowCodable, Sendable {
  var agents: [String] = []
  var client: String?
  /// The keys of the rows by which it is found as of a past instant.
  var moments: [DutyGroupRow.RowKey] = []

  init(
    agents: [String] = [], client: String? = nil, moments: [DutyGroupRow.RowKey] = []
  ) {
    self.agents = agents
    self.client = client
    self.moments = moments
  }

  func write(to writer: inout RowWriter) {
    writer.put(agents)
    writer.put(client)
    writer.put(moments)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(
      agents: try reader.get(), client: try reader.get(), moments: try reader.get())
  }
}

/// A ticket folded and encoded, ready to be put into the rows.
struct FoldedTicket: TicketRows {
  static var keepsAside: Bool { true }

  static func keeps(_ stream: StreamID) -> Bool { stream.isTicket }

  let first: Position
  let row: [UInt8]
  let owners: Owners
  let parts: [(agent: String, row: [UInt8])]
  let clocks: [UInt8]

  init?(_ events: [StoredEvent], first: Position, schema: EventSchema) {
    let history = TicketHistory(events: events, schema: schema)
    guard let folded = history.folded() else { return nil }
    self.init(history.summary(of: folded), first: first)
  }

  static func part(of fold: SharedFolds.Fold) -> FoldedTicket? { fold.ticket }

  init(_ summary: HistorySummary, first: Position) {
    self.first = first
    row = RowWriter.encode(TicketRow(head: TicketRowHead(summary), state: summary.state))
    owners = Owners(
      agents: summary.parts.map(\.agent), client: summary.state.client,
      moments: MomentRows.keys(summary, first: first).map { DutyGroupRow.RowKey($0) })
    parts = summary.parts.map { ($0.agent, RowWriter.encode($0)) }
    clocks = RowWriter.encode(summary.clocks)
  }

  func put(into rows: inout ViewRows) throws {
    rows.put(TicketsView.key(.state, first), row)
    rows.put(TicketsView.key(.clocks, first), clocks)
    let key = TicketsView.key(.owners, first)
    let old = try rows.value(key).map { try TicketsView.decode(Owners.self, $0) } ?? Owners()
    for agent in old.agents where !owners.agents.contains(agent) {
      rows.delete(TicketsView.key(.part, agent, first))
    }
    for part in parts { rows.put(TicketsView.key(.part, part.agent, first), part.row) }
    if old.client != owners.client {
      if let client = old.client { rows.delete(TicketsView.key(.client, client, first)) }
      if let client = owners.client { rows.put(TicketsView.key(.client, client, first), []) }
    }
    for key in old.moments where !owners.moments.contains(key) { rows.delete(key.bytes) }
    for key in owners.moments where !old.moments.contains(key) { rows.put(key.bytes, []) }
    rows.put(key, RowWriter.encode(owners))
  }
}
