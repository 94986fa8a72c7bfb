internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// The view `quality`: of every ticket and of every contact outside of tickets the numbers, times and positions that metrics are made of.
///
/// It finds out which tickets changed as the view `tickets` does, with the same kinds of rows in a
/// file of its own. The row of a ticket holds whatever the instant, the policies and other tickets
/// are; who asks works those in.
struct QualityView: View {
  let name = "quality"
  let version = 14
  let schema: EventSchema
  let folds: SharedFolds
  let blocks: QualityBlocks
  let rules: RuleBook

  /// The kinds of rows besides those of `TicketsView.Kind` that tell which tickets changed.
  enum Kind: UInt8 {
    /// Agent, month in UTC, first position of the ticket → nothing: a value of the month may be this
    /// agent's, or may lie in the time in which the agent held the ticket.
    case agent = 64
    /// Month in UTC, first position of the ticket → nothing: a value may lie in it.
    case month = 65
    /// First position of a call, chat or message outside of tickets → a row as of a ticket.
    case contact = 66
    /// First position of the ticket → `FindingFacts`; of a contact → `ContactTrail`.
    case findings = 67
    /// Agent, first position of the ticket → the month since which the agent holds it.
    case holder = 68
    /// Contact or ticket, section, block → what the tickets of the block have of it.
    case block = 69
    /// Contact or ticket, block → `QualityBlocks.State`.
    case blockState = 70
    /// Client, time of the opening, first position of the ticket → nothing.
    case client = 71
    /// Ticket, first position of one that follows it up → nothing.
    case follow = 72
    /// Type, position of an event of `ruleTypes` → of a training or a review `TrainingNote`; nothing of
    /// others, and where something acts on it.
    case rule = 73
    /// First position of the ticket → `ClockFacts`.
    case clocks = 74
    /// Position of an event that may act on policies or calendars: that corrects or retracts one, or what
    /// was not there yet, or an import → nothing.
    case ruleAmendment = 75
    /// No key of its own → the number of the first block that may keep what does not follow from the
    /// rules any more.
    case outdated = 76
    /// Agent, number of a `HourPage` → the agent, and how many tickets came in these hours.
    case hours = 77
    /// No key of its own → an instant at which all events of tickets have happened.
    case end = 78
  }

  /// The types of the events by which metrics of other tickets are worked out: few among very many.
  static let ruleTypes: Set<UInt32> = FindingRules.types.union(DeadlineBook.types)
    .union(TopicChecklists.types).union(Scorecards.types).union([
      ClientMerged.type.number, ClientUnmerged.type.number, TrainingAssigned.type.number,
      TrainingCompleted.type.number, ReviewSubmitted.type.number,
    ])

  /// What the keys of tickets' rows begin with.
  static let statePrefix = [TicketsView.Kind.state.rawValue]

  static func prefix(ofAgent agent: String) -> [UInt8] {
    [Kind.agent.rawValue] + RowCoding.key(agent)
  }

  static func prefix(ofAgent agent: String, _ month: Int64) -> [UInt8] {
    prefix(ofAgent: agent) + key(month)
  }

  static func prefix(ofHolder agent: String) -> [UInt8] {
    [Kind.holder.rawValue] + RowCoding.key(agent)
  }

  /// - Parameter agent: nil: all of them.
  static func prefix(ofHoursOf agent: String?) -> [UInt8] {
    [Kind.hours.rawValue] + (agent.map { RowCoding.key($0) } ?? [])
  }

  static func key(ofHours hour: AgentHour) -> [UInt8] {
    prefix(ofHoursOf: hour.agent) + key(HourPage.number(of: hour.hour))
  }

  static func hours(_ row: [UInt8]) throws(ViewDamage) -> (agent: String, page: HourPage) {
    try reading { () throws(RowError) in
      var reader = RowReader(row)
      return (try reader.get(), try reader.get())
    }
  }

  /// An instant at which all events of tickets have happened; nil: there are none.
  static func end(of rows: ViewRows) throws -> Timestamp? {
    try rows.value(endKey).map { row throws(ViewDamage) in
      try reading { () throws(RowError) in try RowReader.decode(Timestamp.self, row) }
    }
  }

  static let endKey = [Kind.end.rawValue]

  static func prefix(ofMonth month: Int64) -> [UInt8] { [Kind.month.rawValue] + key(month) }

  static func prefix(ofClient client: String) -> [UInt8] {
    [Kind.client.rawValue] + RowCoding.key(client)
  }

  static func prefix(ofClient client: String, _ openedAt: Timestamp) -> [UInt8] {
    prefix(ofClient: client) + key(openedAt.microseconds)
  }

  static func prefix(ofFollowed ticket: String) -> [UInt8] {
    [Kind.follow.rawValue] + RowCoding.key(ticket)
  }

  static func prefix(ofRules type: UInt32) -> [UInt8] {
    [Kind.rule.rawValue] + RowCoding.key(UInt64(type))
  }

  /// A number whose bytes sort as the numbers do.
  private static func key(_ number: Int64) -> [UInt8] {
    RowCoding.key(UInt64(bitPattern: number) ^ 1 << 63)
  }

  static func number(_ bytes: some Collection<UInt8>) -> Int64 {
    Int64(bitPattern: RowCoding.number(bytes) ^ 1 << 63)
  }

  /// The number before the first position in a key.
  static func number(in key: [UInt8]) -> Int64 { number(key.suffix(16).prefix(8)) }

  /// The rows by which a ticket is found.
  static func rows(_ places: QualityPlaces, _ first: Position) -> [[UInt8]: [UInt8]] {
    let end = RowCoding.key(first.rawValue)
    var rows: [[UInt8]: [UInt8]] = [:]
    for month in places.months { rows[prefix(ofMonth: month) + end] = [] }
    for agent in places.agents {
      for month in agent.months { rows[prefix(ofAgent: agent.id, month) + end] = [] }
      if let month = agent.holdsSince { rows[prefix(ofHolder: agent.id) + end] = key(month) }
    }
    for client in places.clients { rows[prefix(ofClient: client.id, client.openedAt) + end] = [] }
    for ticket in places.followed { rows[prefix(ofFollowed: ticket) + end] = [] }
    return rows
  }

  static func key(ofContact first: Position) -> [UInt8] {
    [Kind.contact.rawValue] + RowCoding.key(first.rawValue)
  }

  static func key(ofFindings first: Position) -> [UInt8] {
    [Kind.findings.rawValue] + RowCoding.key(first.rawValue)
  }

  static func key(ofClocks first: Position) -> [UInt8] {
    [Kind.clocks.rawValue] + RowCoding.key(first.rawValue)
  }

  static func key(ofRuleAmendment position: Position) -> [UInt8] {
    [Kind.ruleAmendment.rawValue] + RowCoding.key(position.rawValue)
  }

  /// Whether a stream is a contact outside of tickets.
  static func isContact(_ stream: StreamID) -> Bool {
    stream.kind == "call" || stream.kind == "contact"
  }

  /// Reads a row of a ticket or a contact.
  static func read(
    _ bytes: [UInt8]
  ) throws(ViewDamage) -> (head: TicketRowHead, facts: StoredFacts) {
    try reading { () throws(RowError) in
      var reader = RowReader(bytes)
      let head = try TicketRowHead(from: &reader)
      return (head, try StoredFacts(from: reader))
    }
  }

  /// The begin of a row of a ticket or a contact.
  static func head(of bytes: [UInt8]) throws(ViewDamage) -> TicketRowHead {
    try reading { () throws(RowError) in
      var reader = RowReader(bytes)
      return try TicketRowHead(from: &reader)
    }
  }

  /// Bytes with the right checksum that are no row were written by another program.
  static func reading<Value>(
    _ body: () throws(RowError) -> Value
  ) throws(ViewDamage) -> Value {
    do throws(RowError) { return try body() } catch {
      throw ViewDamage("a row of the view quality can't be read")
    }
  }

  func apply(_ events: [StoredEvent], to rows: inout ViewRows, log: LogPrefix) throws {
    for event in events { try noteRule(event, &rows, log) }
    let hasNewRules = try note(amendmentsIn: events, &rows, log)
    let changed = try TicketsStep<FoldedQuality>.apply(
      events, to: &rows, log: log, schema: schema,
      folds: folds.shared(in: log))
    guard let first = events.first, let last = events.last else { return }
    // In a replay each ticket is folded once, with all that comes after, later rules among it.
    let end = last.position.rawValue + 1
    try blocks.arrange(
      changed, after: first.position.rawValue..<end, rests: log.isAhead,
      hasNewRules: hasNewRules && !log.isAhead, in: &rows
    ) { try log.isAhead ? rules.book(ahead: log) : rules.book($0, log, count: end) }
  }

  /// Keeps what acts on policies and calendars.
  ///
  /// - Returns: whether policies or calendars may be others.
  private func note(
    amendmentsIn events: [StoredEvent], _ rows: inout ViewRows, _ log: LogPrefix
  ) throws -> Bool {
    var isAny = false
    for event in events {
      if DeadlineBook.types.contains(event.envelope.typeNumber) {
        isAny = true
      } else if try RuleBook.isAmendment(event, log) {
        rows.put(QualityView.key(ofRuleAmendment: event.position), [])
        isAny = true
      }
    }
    return isAny
  }

  private func noteRule(_ event: StoredEvent, _ rows: inout ViewRows, _ log: LogPrefix) throws {
    func key(of event: StoredEvent) -> [UInt8]? {
      let type = event.envelope.typeNumber
      guard QualityView.ruleTypes.contains(type) else { return nil }
      return QualityView.prefix(ofRules: type) + RowCoding.key(event.position.rawValue)
    }
    if let key = key(of: event), try rows.value(key) == nil {
      // What acts on it may have come before.
      let pending = [TicketsView.Kind.pending.rawValue] + event.envelope.id.bytes
      // An import may be retracted as a whole.
      let isPlain = try event.envelope.importBatch == nil && rows.value(pending) == nil
      rows.put(key, isPlain ? TrainingNote(event)?.row ?? [] : [])
    }
    if let id = event.amendedEvent, let key = try log.event(id: id).flatMap({ key(of: $0) }) {
      rows.put(key, [])
    }
  }

  func isArrangement(key: [UInt8]) -> Bool {
    switch key.first.flatMap(Kind.init) {
    case .block?, .blockState?, .ruleAmendment?, .outdated?, .end?: true
    default: false
    }
  }

  func checkArrangements(
    _ rows: ViewRows, log: LogPrefix, _ note: (_ key: [UInt8], _ what: String) -> Void
  ) throws {
    try blocks.check(rows, try rules.book(rows, log, count: log.count), note)
  }

  func describe(key: [UInt8]) -> String {
    guard let kind = key.first.flatMap(Kind.init) else {
      return TicketsView.describe(key: key)
    }
    let place = "the ticket that begins at position \(TicketsView.position(in: key))"
    return switch kind {
    case .agent, .holder: "an agent's place in \(place)"
    case .client, .follow: "what \(place) has to do with others"
    case .month: "a month of \(place)"
    case .findings: "what is found of \(place)"
    case .clocks: "the clocks of \(place)"
    case .hours: "the hours of an agent"
    case .end: "the end of all tickets"
    case .rule, .ruleAmendment: "a rule at position \(TicketsView.position(in: key))"
    case .block, .blockState, .outdated: "a block of tickets"
    case .contact: "the contact that begins at position \(TicketsView.position(in: key))"
    }
  }
}

/// What the view `quality` keeps of a ticket.
struct FoldedQuality: TicketRows {
  static var keepsAside: Bool { false }

  static func keeps(_ stream: StreamID) -> Bool {
    stream.isTicket || QualityView.isContact(stream)
  }

  private let first: Position
  private let isContact: Bool
  private let row: [UInt8]
  private let findings: [UInt8]?
  private let places: [[UInt8]: [UInt8]]
  private let clocks: [UInt8]?
  private let arrivals: [AgentHour: Int]
  private let end: Timestamp

  init?(_ events: [StoredEvent], first: Position, schema: EventSchema) {
    guard let facts = FoldedQuality.facts(events, schema) else { return nil }
    self.init(facts, first: first)
  }

  private static func facts(_ events: [StoredEvent], _ schema: EventSchema) -> QualityFacts? {
    if let stream = events.first?.envelope.stream, QualityView.isContact(stream) {
      return ContactRecord.qualityFacts(events, schema: schema)
    }
    let history = TicketHistory(events: events, schema: schema)
    return history.folded().map { history.qualityFacts(of: $0) }
  }

  static func part(of fold: SharedFolds.Fold) -> FoldedQuality? { fold.quality }

  init(_ facts: QualityFacts, first: Position) {
    isContact = facts.contact != nil
    self.first = first
    var writer = RowWriter()
    writer.put(TicketRowHead(facts))
    facts.write(to: &writer)
    row = writer.bytes
    findings =
      facts.findings.map { RowWriter.encode($0) } ?? facts.trail.map { RowWriter.encode($0) }
    places = QualityView.rows(facts.places, first)
    clocks = facts.clocks.map { RowWriter.encode($0) }
    arrivals = facts.isInForce ? facts.arrivals : [:]
    end = facts.end
  }

  func put(into rows: inout ViewRows) throws {
    let key = isContact ? QualityView.key(ofContact: first) : TicketsView.key(.state, first)
    var known: [[UInt8]: [UInt8]] = [:]
    var more = arrivals
    if let old = try rows.value(key) {
      let (head, stored) = try QualityView.read(old)
      let (places, before) = try QualityView.reading { () throws(RowError) in
        (try stored.places(), head.isInForce ? try stored.metric(.arrivals).arrivals : [:])
      }
      known = QualityView.rows(places, first)
      more.merge(before.mapValues { -$0 }) { $0 + $1 }
    }
    for (hour, count) in more where count != 0 {
      try FoldedQuality.add(count, in: hour, to: &rows)
    }
    if try QualityView.end(of: rows).map({ $0 < end }) ?? true {
      rows.put(QualityView.endKey, RowWriter.encode(end))
    }
    for key in known.keys where places[key] == nil { rows.delete(key) }
    for (key, value) in places where known[key] != value { rows.put(key, value) }
    let findingsKey = QualityView.key(ofFindings: first)
    if let findings {
      rows.put(findingsKey, findings)
    } else {
      rows.delete(findingsKey)
    }
    if let clocks { rows.put(QualityView.key(ofClocks: first), clocks) }
    rows.put(key, row)
  }
  private static func add(
    _ count: Int, in hour: AgentHour, to rows: inout ViewRows
  ) throws {
    let key = QualityView.key(ofHours: hour)
    var page = try rows.value(key).map { try QualityView.hours($0).page } ?? HourPage()
    page.add(count, in: hour.hour)
    if page.isEmpty {
      rows.delete(key)
    } else {
      var writer = RowWriter()
      writer.put(hour.agent)
      page.write(to: &writer)
      rows.put(key, writer.bytes)
    }
  }
}
