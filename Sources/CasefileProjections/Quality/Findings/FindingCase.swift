public import CasefileModel

/// What bears on findings besides a ticket's own events. Make it once for many tickets.
public struct FindingContext: Sendable {
  /// What is known of agents' duty, by agent.
  public var duties: [String: AgentDuty] { didSet { leftBehind = duties.leftBehind } }
  /// The beginnings of imports, which state what their sources record.
  public var batches: [ImportBatchStarted]
  /// Outages of channels and gaps of the recorder, in order of position.
  public var outages: [StoredEvent] { didSet { outageTimes = OutageTimes(outages) } }
  /// The policies and calendars; nil: clocks are not assessable.
  public var book: DeadlineBook?
  /// What later tickets may repeat.
  public var ends: TicketEnds
  /// Calls, chats and messages outside of tickets.
  public let contacts: [ContactRecord]
  private let contactsByTicket: [String: [Int]]
  /// Tickets that a shift's end lists as not handed over.
  private(set) var leftBehind: Set<String>
  /// The outages, read once.
  private(set) var outageTimes: OutageTimes

  /// Makes a context; what is left out is not known.
  public init(
    duties: [String: AgentDuty] = [:], batches: [ImportBatchStarted] = [],
    outages: [StoredEvent] = [], book: DeadlineBook? = nil, contacts: [ContactRecord] = [],
    ends: TicketEnds = TicketEnds()
  ) {
    self.ends = ends
    self.contacts = contacts
    var byTicket: [String: [Int]] = [:]
    for (index, contact) in contacts.enumerated() {
      for ticket in contact.tickets { byTicket[ticket, default: []].append(index) }
    }
    contactsByTicket = byTicket
    self.duties = duties
    leftBehind = duties.leftBehind
    self.batches = batches
    self.outages = outages
    outageTimes = OutageTimes(outages)
    self.book = book
  }

  func contacts(of ticket: String) -> [ContactRecord] {
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
  /// The times in which it was open, in order.
  let open: [OpenPeriod]
  /// Nil where no policy governs it.
  let deadlines: TicketDeadlines?
  private let memory = Memory()

  /// What several detectors and measures ask for, worked out once: they are many, and reading a payload
  /// takes longer than asking about it. A copy under other rules shares it.
  private final class Memory {
    var payloads: [UInt32: Any] = [:]
    var marks: [MarkReview]?
    var places: [Position: Int]?
  }

  /// A time in which somebody had to see to the ticket.
  struct OpenPeriod {
    let from: Timestamp
    let begin: Position
    var until: Timestamp?
    var end: Position?

    func contains(_ instant: Timestamp) -> Bool {
      from <= instant && until.map { instant < $0 } ?? true
    }
  }

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
    open = FindingCase.open(entries)
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

  /// Whether somebody had to see to it at an instant.
  func isOpen(at instant: Timestamp) -> Bool { open.contains { $0.contains(instant) } }

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

  /// Who held it at an instant.
  func holder(at instant: Timestamp) -> String? {
    state.responsibility.last { span in
      span.from <= instant && span.until.map { instant < $0 } ?? true
    }?.holder
  }

  /// Which group had it at an instant.
  func group(at instant: Timestamp) -> String? {
    guard let first = state.groupChanges.first else { return state.group }
    return state.groupChanges.last { $0.at <= instant }.map(\.to) ?? first.from
  }

  /// The agent who acted, else the holder.
  func agent(of entry: TicketEntry) -> String? {
    entry.actor.kind == .agent && entry.actor.id != nil
      ? entry.actor.id : holder(at: entry.effectiveAt)
  }

  func finding(
    _ code: FindingCode, at instant: Timestamp, _ positions: [Position?], agent: String?,
    clocks: [Finding.ClockEffect] = [], _ fill: (inout Finding.Details) -> Void = { _ in }
  ) -> Finding {
    var details = Finding.Details()
    fill(&details)
    return Finding(
      code: code, ticket: state.ticket, contact: nil, at: instant,
      positions: positions.compactMap { $0 },
      agent: agent, group: group(at: instant), details: details, clocks: clocks)
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

extension [String: AgentDuty] {
  fileprivate var leftBehind: Set<String> {
    Set(values.lazy.flatMap(\.shifts).flatMap(\.unhandedTickets))
  }
}
