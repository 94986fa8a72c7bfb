public import CasefileModel

/// What bears on findings besides a ticket's own events. Make it once for many tickets.
public struct FindingContext: Sendable {
  /// What is known of agents' duty, by agent.
  public var duties: [String: AgentDuty] {
    didSet { (leftBehind, unlistedShifts) = (duties.leftBehind, duties.unlistedShifts) }
  }
  /// The beginnings of imports, which state what their sources record.
  public var batches: [ImportBatchStarted]
  /// Outages of channels and gaps of the recorder, in order of position.
  public var outages: [StoredEvent] { didSet { outageTimes = OutageTimes(outages) } }
  /// The policies and calendars; nil: clocks are not assessable.
  public var book: DeadlineBook?
  /// What later tickets may repeat.
  public var ends: TicketEnds
  /// When agents closed tickets.
  public var closes = CloseTimes()
  /// Calls, chats and messages outside of tickets, as far as something happened on the phone.
  public var contacts: [ContactTrail] { didSet { contactsByTicket = contacts.placesByTicket } }
  private var contactsByTicket: [String: [Int]]
  /// The shifts whose ends list a ticket as not handed over, by ticket.
  private(set) var leftBehind: [String: [AgentShift]]
  /// When shifts ended that list no ticket, by agent.
  private(set) var unlistedShifts: [String: [Timestamp]]
  /// The outages, read once.
  private(set) var outageTimes: OutageTimes

  /// Makes a context; what is left out is not known.
  public init(
    duties: [String: AgentDuty] = [:], batches: [ImportBatchStarted] = [],
    outages: [StoredEvent] = [], book: DeadlineBook? = nil, contacts: [ContactTrail] = [],
    ends: TicketEnds = TicketEnds()
  ) {
    self.ends = ends
    self.contacts = contacts
    contactsByTicket = contacts.placesByTicket
    self.duties = duties
    leftBehind = duties.leftBehind
    unlistedShifts = duties.unlistedShifts
    self.batches = batches
    self.outages = outages
    outageTimes = OutageTimes(outages)
    self.book = book
  }

  /// Those that belong to a ticket, in order of their streams.
  func contacts(of ticket: String) -> [ContactTrail] {
    contactsByTicket[ticket]?.map { contacts[$0] } ?? []
  }
}

/// A ticket as detectors see it: folded once, with what all of them ask for.
struct FindingCase {
  let history: TicketHistory
  let now: Timestamp
  let knownAt: KnownAt?
  var rules: FindingRules
  let context: FindingContext
  /// What counts, in domain order.
  let entries: [TicketEntry]
  /// The types of the entries: most of what detectors look for is on few tickets.
  let types: Set<UInt32>
  let fold: TicketFold
  let facts: ClockFacts
  let assessability: Assessability
  /// Who had it when, and when it was open.
  let tenure: TicketTenure
  /// Nil where no policy governs it.
  let deadlines: TicketDeadlines?
  private let memory = Memory()

  /// What several detectors and measures ask for, worked out once: they are many, and reading a payload
  /// takes longer than asking about it. A copy under other rules shares it.
  private final class Memory {
    var payloads: [UInt32: Any] = [:]
    var marks: [MarkReview]?
    var places: [Position: Int]?
    var calls: [CallAct]?
    var time: CountedTime??
  }

  typealias OpenPeriod = TicketTenure.OpenPeriod

  /// The times in which it was open, in order.
  var open: [OpenPeriod] { tenure.open }
  /// All offers, in order.
  var offers: [OfferPeriod] { tenure.offers }
  var state: TicketState { fold.state }

  init?(
    _ history: TicketHistory, at now: Timestamp, knownAt: KnownAt?, rules: FindingRules,
    context: FindingContext
  ) {
    let selected = history.select(now, from: history.known(at: knownAt))
    self.init(
      history, at: now, knownAt: knownAt, rules: rules, context: context, selected,
      history.collected)
  }

  /// A ticket as it stands at its newest event, without what bears on it from elsewhere.
  init?(_ history: TicketHistory, at now: Timestamp, _ folded: FoldedHistory) {
    self.init(
      history, at: now, knownAt: nil, rules: .builtIn, context: FindingCase.nothing,
      folded.entries
    ) { _ in (folded.facts, folded.fold) }
  }

  private static let nothing = FindingContext()

  private init?(
    _ history: TicketHistory, at now: Timestamp, knownAt: KnownAt?, rules: FindingRules,
    context: FindingContext, _ selected: [TicketEntry],
    _ collect: ([TicketEntry]) -> (facts: ClockFacts, fold: TicketFold)
  ) {
    entries = selected.filter { $0.retractedBy == nil && !$0.isAmendment }
    guard !entries.isEmpty else { return nil }
    types = Set(entries.map(\.typeNumber))
    self.history = history
    self.now = now
    self.knownAt = knownAt
    self.rules = rules
    self.context = context
    var (facts, fold) = collect(selected)
    fold.finish(at: now)
    self.fold = fold
    self.facts = facts
    assessability = Assessability(entries: selected, batches: context.batches)
    let state = fold.state
    tenure = TicketTenure(
      ticket: state.ticket, spans: state.responsibility, group: state.group,
      groupChanges: state.groupChanges,
      offers: fold.offerActs.compactMap { OfferPeriod($0.1, by: $0.0) }
        .sorted { ($0.since, $0.position) < ($1.since, $1.position) },
      open: FindingCase.open(entries), channels: state.channels)
    deadlines = context.book.flatMap { book in
      let judged = facts.deadlines(
        at: now, book: book, duties: context.duties, detail: .verdicts)
      return judged.clocks.isEmpty ? nil : judged
    }
  }

  private static func open(_ entries: [TicketEntry]) -> [OpenPeriod] {
    var periods: [OpenPeriod] = []
    for entry in entries {
      let isOpen = periods.last.map { $0.until == nil } ?? false
      switch entry.typeNumber {
      case TicketClosed.type.number, TicketMerged.type.number, TicketDeleted.type.number:
        guard isOpen else { continue }
        periods[periods.count - 1].until = entry.effectiveAt
        periods[periods.count - 1].end = entry.position
      case TicketReopened.type.number, TicketRestored.type.number:
        if !isOpen { periods.append(OpenPeriod(from: entry.effectiveAt, begin: entry.position)) }
      default:
        if periods.isEmpty {
          periods.append(OpenPeriod(from: entry.effectiveAt, begin: entry.position))
        }
      }
    }
    return periods
  }

  /// The payloads of a type with their entries; what can't be read shows nothing.
  func all<Payload: EventPayload>(_ type: Payload.Type) -> [(entry: TicketEntry, payload: Payload)]
  {
    let number = type.type.number
    guard types.contains(number) else { return [] }
    if let known = memory.payloads[number] as? [(entry: TicketEntry, payload: Payload)] {
      return known
    }
    let found = entries.compactMap { entry -> (entry: TicketEntry, payload: Payload)? in
      guard entry.typeNumber == number, let payload = try? entry.payload(type) else { return nil }
      return (entry, payload)
    }
    memory.payloads[number] = found
    return found
  }

  /// The entry of an event.
  func entry(at position: Position) -> TicketEntry? {
    let places =
      memory.places
      ?? Dictionary(
        entries.indices.map { (entries[$0].position, $0) }, uniquingKeysWith: { first, _ in first })
    memory.places = places
    return places[position].map { entries[$0] }
  }

  /// The client's marks.
  var marks: [MarkReview] {
    guard types.contains(RatingReceived.type.number) else { return [] }
    let marks = memory.marks ?? MarkReview.marks(in: entries)
    memory.marks = marks
    return marks
  }

  /// What happened on the phone, on the ticket itself.
  var calls: [CallAct] {
    guard !types.isDisjoint(with: CallAct.types) else { return [] }
    let calls = memory.calls ?? CallAct.acts(in: entries)
    memory.calls = calls
    return calls
  }

  /// By which working time its hours count; nil without policies.
  var time: CountedTime? {
    if let time = memory.time { return time }
    let time = context.book.flatMap { book in
      book.policies.isEmpty
        ? nil
        : CountedTime(facts, DeadlineEvaluator(at: now, book: book, detail: .verdicts), book)
    }
    memory.time = .some(time)
    return time
  }

  /// The opening, where an agent opened the ticket from an answered call.
  var openingFromCall: TicketEntry? {
    fold.isOpenedFromAnsweredCall(state) ? all(TicketOpened.self).first?.entry : nil
  }

  /// The same, where the call is recorded in a stream of its own.
  var openingFromOwnCall: TicketEntry? {
    fold.isOpenedFromOwnCall(state) ? all(TicketOpened.self).first?.entry : nil
  }

  /// Whether all of it was imported, and nothing of some types with it: then nothing is known of them.
  func isSilentImport(of types: Set<UInt32>) -> Bool {
    self.types.isDisjoint(with: types)
      && entries.allSatisfy { $0.event.envelope.origin?.basis == .imported }
  }

  /// Who held it at an instant.
  func holder(at instant: Timestamp) -> String? { tenure.holder(at: instant) }

  /// Which group had it at an instant.
  func group(at instant: Timestamp) -> String? { tenure.group(at: instant) }

  /// The agent who acted, else the holder.
  func agent(of entry: TicketEntry) -> String? {
    entry.actor.kind == .agent && entry.actor.id != nil
      ? entry.actor.id : holder(at: entry.effectiveAt)
  }

  func finding(
    _ code: FindingCode, at instant: Timestamp, _ positions: [Position?], agent: String?,
    clocks: [Finding.ClockEffect] = [], _ fill: (inout Finding.Details) -> Void = { _ in }
  ) -> Finding {
    tenure.finding(code, at: instant, positions, agent: agent, clocks: clocks, fill)
  }

  /// The instant so many seconds after another one.
  static func end(_ from: Timestamp, _ seconds: Int64) -> Timestamp {
    let (offset, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000)
    return from.adding(microseconds: isOver ? .max : offset)
  }

  /// Whole seconds from one instant to another.
  static func seconds(_ from: Timestamp, _ until: Timestamp) -> Int64 {
    let (difference, isOver) = until.microseconds.subtractingReportingOverflow(from.microseconds)
    return isOver ? .max : difference / 1_000_000
  }

  /// Why nothing can be said without events of one of some types; nil where it can.
  func gap(_ types: [String]) -> FindingAnswer.Gap? {
    guard let first = types.first else { return nil }
    return switch assessability.answer(anyOf: types) {
    case .assessable: nil
    case .notRecorded: .notRecorded(first)
    case .notStated: .notStated(first)
    }
  }
}

extension [ContactTrail] {
  fileprivate var placesByTicket: [String: [Int]] {
    var places: [String: [Int]] = [:]
    for (index, contact) in enumerated() {
      for ticket in contact.tickets { places[ticket, default: []].append(index) }
    }
    return places
  }
}
