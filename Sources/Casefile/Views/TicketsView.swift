internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import Dispatch
internal import Synchronization

/// The view `tickets`: the state of every ticket, and what each ticket says of its agents.
///
/// Order in a ticket is that of the domain, so a ticket with new events is folded anew from the log;
/// its rows are a function of its events and of nothing else. State and parts come of one fold, so
/// they are one view. Corrections and retractions may stand in other streams, and may come before
/// what they act on: for those the view keeps where they are. Where an import's batch is retracted,
/// every ticket that it touched is folded anew.
struct TicketsView: View {
  let name = "tickets"
  let version = 9
  let schema: EventSchema

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
  static func position(in key: [UInt8]) -> Position { Position(RowCoding.number(key.suffix(8))) }

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
    try TicketsStep<FoldedTicket>.apply(events, to: &rows, log: log, schema: schema)
  }

  /// Applies those events that have one of `asideTypes` to the rows that tell what acts on an event
  /// from elsewhere, and to those that tell of duty. The rows of tickets stay behind.
  func applyAside(_ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix) throws {
    try TicketsStep<FoldedTicket>.applyAside(events, to: &rows, log: log, schema: schema)
  }

  func describe(key: [UInt8]) -> String {
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

  /// Writes the ticket's rows in the place of its former ones.
  func put(into rows: inout ViewRows) throws
}

/// One batch of events on their way into the rows of a view of tickets.
struct TicketsStep<Rows: TicketRows> {
  let schema: EventSchema
  var rows: ViewRows
  let log: LogPrefix
  /// The tickets that changed, in order of their first event in the batch.
  private var order: [StreamID] = []
  private var own: [StreamID: [StoredEvent]] = [:]
  private var foreign: [StreamID: Set<Position>] = [:]
  private var duties = DutyStep()
  private var gaps = GapRows.Step()
  /// Batches whose row has their first position.
  private var knownBatches: Set<String> = []

  private init(schema: EventSchema, rows: ViewRows, log: LogPrefix) {
    self.schema = schema
    self.rows = rows
    self.log = log
  }

  /// Applies the next events.
  static func apply(
    _ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix, schema: EventSchema
  ) throws {
    var step = TicketsStep(schema: schema, rows: rows, log: log)
    // The step owns the rows while it works, so that they are not copied.
    rows = ViewRows()
    defer { rows = step.rows }
    for event in events { try step.note(event) }
    let last = events.last.map { $0.position.rawValue + 1 }
    try step.fold(isEnd: last == log.count)
  }

  /// Applies the next of those events that have one of `TicketsView.asideTypes`, and folds no ticket.
  static func applyAside(
    _ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix, schema: EventSchema
  ) throws {
    guard !events.isEmpty else { return }
    var step = TicketsStep(schema: schema, rows: rows, log: log)
    rows = ViewRows()
    defer { rows = step.rows }
    for event in events { try step.note(event) }
    try step.foldAside()
  }

  private mutating func note(_ event: StoredEvent) throws {
    let stream = event.envelope.stream
    if Rows.keeps(stream) {
      if !log.isAhead {
        touch(stream)
        own[stream, default: []].append(event)
      } else if event.envelope.version.rawValue == 1 {
        // Folded with all that comes after it, and not again.
        touch(stream)
      }
    }
    if Rows.keepsAside {
      for agent in ContactAgents.named(in: event) {
        rows.put(TicketsView.key(.contact, agent, event.position), [])
      }
      try duties.note(event, &rows, log)
      try gaps.note(event, &rows)
    }
    try settlePending(event.envelope.id)
    try noteBatch(of: event)
    if event.isAmendment {
      try link(event)
    } else if let batch = event.retractedBatch {
      try add(event.position, actingOn: batch)
    }
  }

  private mutating func touch(_ stream: StreamID) {
    if own[stream] == nil {
      own[stream] = []
      order.append(stream)
    }
  }

  // MARK: What acts on tickets from elsewhere

  /// Follows an amendment to the ticket on which it acts, by way of others that it amends.
  private mutating func link(_ amendment: StoredEvent) throws {
    var target = amendment.amendedEvent
    for _ in 0..<Limits.nestingDepth {
      guard let id = target else { return }
      guard let event = try log.event(id: id) else {
        return try addPending(id, amendment.position)
      }
      let stream = event.envelope.stream
      if Rows.keeps(stream), stream != amendment.envelope.stream {
        touch(stream)
        foreign[stream, default: []].insert(amendment.position)
      }
      if Rows.keepsAside, !stream.isTicket {
        try add(amendment.position, actingOn: event.position)
        try duties.note(event, &rows, log)
      }
      if let batch = event.retractedBatch { try add(amendment.position, actingOn: batch) }
      target = event.amendedEvent
    }
  }

  private mutating func add(_ amendment: Position, actingOn event: Position) throws {
    let known = try TicketsView.amendments(of: event, rows)
    guard !known.contains(amendment) else { return }
    rows.put(TicketsView.key(.amended, event), RowWriter.encode((known + [amendment]).sorted()))
  }

  private func pendingKey(_ id: EventID) -> [UInt8] {
    [TicketsView.Kind.pending.rawValue] + id.bytes
  }

  private func pendingCount() throws -> UInt64 {
    try rows.value([TicketsView.Kind.pendingCount.rawValue]).map { RowCoding.number($0) } ?? 0
  }

  private mutating func setPendingCount(_ count: UInt64) {
    let key = [TicketsView.Kind.pendingCount.rawValue]
    if count == 0 { rows.delete(key) } else { rows.put(key, RowCoding.key(count)) }
  }

  private mutating func addPending(_ id: EventID, _ position: Position) throws {
    let key = pendingKey(id)
    let known = try rows.value(key).map { try TicketsView.positions(in: $0) } ?? []
    guard !known.contains(position) else { return }
    rows.put(key, RowWriter.encode((known + [position]).sorted()))
    if known.isEmpty { setPendingCount(try pendingCount() + 1) }
  }

  private mutating func settlePending(_ id: EventID) throws {
    guard try pendingCount() > 0 else { return }
    let key = pendingKey(id)
    guard let row = try rows.value(key) else { return }
    rows.delete(key)
    setPendingCount(try pendingCount() - 1)
    for position in try TicketsView.positions(in: row) {
      try link(log.event(at: position))
    }
  }

  // MARK: Batches of imports

  /// Keeps where a batch begins.
  private mutating func noteBatch(of event: StoredEvent) throws {
    guard let batch = event.envelope.importBatch, knownBatches.insert(batch).inserted else {
      return
    }
    var row = try BatchRow.of(batch, rows) ?? BatchRow()
    guard row.first == nil else { return }
    row.first = event.position
    rows.put(TicketsView.key(batch: batch), RowWriter.encode(row))
  }

  /// Keeps what retracts a batch, or brings it back, and marks all tickets that have events of it.
  private mutating func add(_ position: Position, actingOn batch: String) throws {
    var row = try BatchRow.of(batch, rows) ?? BatchRow()
    guard !row.acting.contains(position) else { return }
    row.acting = (row.acting + [position]).sorted()
    rows.put(TicketsView.key(batch: batch), RowWriter.encode(row))
    try touch(batch: batch)
  }

  /// Marks what has events of a batch, and what these put right or retracted elsewhere.
  private mutating func touch(batch: String) throws {
    var streams: Set<StreamID> = []
    var told: Set<Position> = []
    var seen = Set([batch])
    var batches = [batch]
    func mark(_ event: StoredEvent) {
      if Rows.keeps(event.envelope.stream) { streams.insert(event.envelope.stream) }
      if Rows.keepsAside, DutyGroup.has(event) { told.insert(event.position) }
      // An import may bring the retraction of another one.
      if let other = event.retractedBatch, seen.insert(other).inserted { batches.append(other) }
    }
    while let batch = batches.popLast() {
      guard let first = try BatchRow.of(batch, rows)?.first else { continue }
      try log.read(from: first) { event in
        guard event.envelope.importBatch == batch else { return }
        mark(event)
        var target = event.amendedEvent
        for _ in 0..<Limits.nestingDepth {
          guard let id = target, let amended = try log.event(id: id) else { return }
          mark(amended)
          target = amended.amendedEvent
        }
      }
    }
    for stream in streams.sorted() { touch(stream) }
    for position in told { try duties.note(log.event(at: position), &rows, log) }
  }

  // MARK: Folding

  /// How many tickets are folded side by side; their events are in memory at once.
  private static var foldedTogether: Int { 512 }

  /// Folds what was touched.
  ///
  /// - Parameter isEnd: whether the log ends with the batch.
  private mutating func fold(isEnd: Bool) throws {
    let retractions = try BatchRetractions(rows, log)
    try duties.fold(retractions, schema: schema, isEnd: isEnd, &rows, log)
    try gaps.fold(&rows, log)
    var start = 0
    while start < order.count {
      let end = min(start + TicketsStep.foldedTogether, order.count)
      try fold(order[start..<end], retractions)
      start = end
    }
  }

  /// Folds what was touched, and leaves the tickets.
  private mutating func foldAside() throws {
    for (stream, positions) in foreign {
      guard let first = try log.firstPosition(of: stream) else { continue }
      _ = try addForeign(positions, first)
    }
    try gaps.fold(&rows, log)
    guard !duties.isEmpty else { return }
    let retractions = try BatchRetractions(rows, log)
    try duties.fold(retractions, schema: schema, isEnd: true, &rows, log)
  }

  /// Reading, folding and encoding, which need most of the time, are done on all cores.
  private mutating func fold(
    _ streams: ArraySlice<StreamID>, _ retractions: BatchRetractions
  ) throws {
    let own = streams.map { stream in
      (stream: stream, events: self.own.removeValue(forKey: stream))
    }
    let log = log
    let read = try TicketsStep.onAllCores(own.count) { index in
      // A stream that an amendment named is in the log.
      if let events = own[index].events, events.first?.envelope.version.rawValue == 1 {
        return events
      }
      return try log.events(of: own[index].stream)
    }
    var histories: [(first: Position, events: [StoredEvent])] = []
    for (index, events) in read.enumerated() {
      guard let first = events.first?.position else { continue }
      let foreign = try foreignEvents(of: own[index].stream, first)
      histories.append((first, retractions.completing(events, foreign: foreign)))
    }
    let inputs = histories
    let schema = schema
    let folded = try TicketsStep.onAllCores(inputs.count) { index in
      Rows(inputs[index].events, first: inputs[index].first, schema: schema)
    }
    for case let ticket? in folded { try ticket.put(into: &rows) }
  }

  /// The results in order; the first error in order where there is one.
  private static func onAllCores<Value: Sendable>(
    _ count: Int, _ body: @Sendable (_ index: Int) throws -> Value
  ) throws -> [Value] {
    let results = Mutex<[Result<Value, any Error>?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = Result { try body(index) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { $0 }.compactMap { try $0?.get() }
  }

  private mutating func foreignEvents(
    of stream: StreamID, _ first: Position
  ) throws -> [StoredEvent] {
    try addForeign(foreign[stream] ?? [], first).map { try log.event(at: $0) }
  }

  /// Adds to what acts on a ticket from other streams, and gives all of it in order.
  private mutating func addForeign(
    _ positions: Set<Position>, _ first: Position
  ) throws -> [Position] {
    let key = TicketsView.key(.foreign, first)
    let known = try rows.value(key).map { try TicketsView.positions(in: $0) } ?? []
    let all = positions.union(known).sorted()
    if all.count != known.count { rows.put(key, RowWriter.encode(all)) }
    return all
  }
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
