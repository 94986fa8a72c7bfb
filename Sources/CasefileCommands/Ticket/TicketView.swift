import CasefileModel
import CasefileProjections

/// What is asked of a ticket: which moment, by which knowledge, for whose eyes.
struct TicketQuestion {
  /// For which moment; nil: the newest.
  var asOf: Timestamp?
  /// By which knowledge; nil: all.
  var knownAt: KnownAt?
  /// Whether only what is public may be told.
  var isPublic = false
}

/// What deadlines are judged by: policies, calendars and duties, by what was known.
struct DeadlineJudge {
  let book: DeadlineBook
  let duties: [String: AgentDuty]

  /// The deadlines at the moment of a state: that of its newest event, unless another was asked for.
  func judge(
    _ history: TicketHistory, _ state: TicketState, _ knownAt: KnownAt?
  ) -> ClockReviews.Basis? {
    guard !book.policies.isEmpty, let now = state.evaluatedAt else { return nil }
    return .judged(
      history.deadlines(
        at: now, knownAt: knownAt, book: book, duties: duties, detail: .verdicts))
  }
}

/// What a ticket's answer is made of, however it is printed.
struct TicketView {
  /// The ticket's id; of a contact, its stream.
  let ticket: String
  /// Whether it is no ticket but a contact that belongs to one.
  let isContact: Bool
  let version: StreamVersion
  let state: TicketState
  let entries: [TicketEntry]
  let review: CaseReview
  let question: TicketQuestion
  /// What it was folded from, without what may not be told.
  let history: TicketHistory
  /// The visibility of the entries that may not be told; empty unless only public ones may.
  let withheld: [Position: Visibility]

  /// Folds a ticket's events.
  ///
  /// - Parameters:
  ///   - context: events of other streams that bear on it, as `CaseReview` takes them.
  ///   - outages: reads those of them that tell of outages and gaps of the recorder, for the time of
  ///     the case.
  ///   - judge: what its deadlines are judged by; nil: no policy is published.
  init(
    _ events: [StoredEvent], ticket: String, question: TicketQuestion = TicketQuestion(),
    context: [StoredEvent] = [],
    outages: (_ from: Timestamp, _ until: Timestamp) throws -> [StoredEvent] = { _, _ in [] },
    judge: DeadlineJudge? = nil
  ) rethrows {
    self.ticket = ticket
    isContact = false
    self.question = question
    var history = TicketHistory(events: events)
    var entries = history.entries(asOf: question.asOf, knownAt: question.knownAt)
    if question.isPublic {
      withheld = Withheld.entries(entries)
      // What may not be told is not folded either: no text of it can come out by way of the state.
      history = TicketHistory(events: Withheld.strip(events, withheld: withheld))
      entries = history.entries(asOf: question.asOf, knownAt: question.knownAt)
    } else {
      withheld = [:]
    }
    self.entries = entries
    self.history = history
    version = history.version(knownAt: question.knownAt)
    state = history.state(asOf: question.asOf, knownAt: question.knownAt)
    let gaps = try CaseReview.time(entries, state).map { try outages($0.from, $0.until) } ?? []
    review = CaseReview(
      entries: entries, state: state,
      context: (context + gaps).filter { question.knownAt?.contains($0.envelope) ?? true },
      clocks: withheld.isEmpty
        ? judge?.judge(history, state, question.knownAt) ?? .notAssessable(.noPolicyPublished)
        : .notAssessable(.entriesWithheld))
  }

  /// Reads a contact that belongs to a ticket: it has entries and no state of its own.
  init(contact stream: StreamID, _ events: [StoredEvent], question: TicketQuestion) {
    ticket = stream.description
    isContact = true
    self.question = question
    history = TicketHistory(events: [])
    version = .none
    state = history.state()
    let known = events.filter { question.knownAt?.contains($0.envelope) ?? true }
    let all = AgentPart.contactTrail(known).filter { entry in
      question.asOf.map { entry.effectiveAt <= $0 } ?? true
    }
    entries = all
    withheld = question.isPublic ? Withheld.entries(all) : [:]
    review = CaseReview(entries: all, state: state)
  }

  /// Whether the event at a position may be told.
  func isTold(_ position: Position) -> Bool { withheld[position] == nil }
}

/// Another ticket that is shown with the one that was asked for.
struct RelatedTicket {
  /// Why it is shown.
  enum Relation: Hashable, Sendable {
    /// The ticket was merged into it.
    case survivor
    /// It was merged into the ticket, or into its survivor.
    case absorbed
    /// It is linked.
    case linked
    /// It is no ticket, but a call, a chat or messages of their own that belong to one.
    case contact
    /// It is of the same client.
    case sameClient
  }
  let relation: Relation
  let view: TicketView
}

/// The related tickets of a case.
enum RelatedTickets {
  /// Not more tickets are shown with another one.
  static let limit = 100
}

/// A ticket with those that belong to its case, and what those are called who appear in it.
struct CaseView {
  let main: TicketView
  var related: [RelatedTicket] = []
  /// How many tickets were not read because of the limit.
  var omitted = 0
  var names = NameBook()
  /// What is known of the duty of those who held one of the tickets, by agent.
  var duties: [String: AgentDuty] = [:]

  init(_ main: TicketView) { self.main = main }

  /// One row of a case.
  struct Row {
    let view: TicketView
    let entry: TicketEntry
  }

  /// Who was responsible for the ticket when, and whether at work.
  var responsibility: ResponsibilityReview {
    ResponsibilityReview(
      main.history, asOf: main.question.asOf, knownAt: main.question.knownAt,
      deadlines: main.review.deadlines, duties: duties)
  }

  /// The ticket that was asked for, then the others.
  var views: [TicketView] { [main] + related.map(\.view) }

  /// The tickets of a circle of merges, the first one again at the end; nil where merges end with a
  /// survivor. In a circle there is none: the clocks of each ticket end with its own merge.
  var mergeCircle: [String]? {
    let survivors = Dictionary(
      views.compactMap { view in view.state.mergedInto.map { (view.ticket, $0) } },
      uniquingKeysWith: { first, _ in first })
    var path = [main.ticket]
    while let next = survivors[path[path.count - 1]] {
      if let start = path.firstIndex(of: next) { return path[start...] + [next] }
      path.append(next)
    }
    return nil
  }

  /// All entries in the order in which things happened, whichever ticket they are of.
  var rows: [Row] {
    var lists = views.map { view in
      ArraySlice(view.entries.map { Row(view: view, entry: $0) })
    }
    if lists.count == 1 { return Array(lists[0]) }
    var rows: [Row] = []
    rows.reserveCapacity(lists.reduce(0) { $0 + $1.count })
    // Merged and not sorted: each ticket keeps its own order, ties too.
    while let next = lists.indices.filter({ !lists[$0].isEmpty }).min(by: { left, right in
      CaseView.isBefore(lists[left].first, lists[right].first)
    }) {
      rows.append(lists[next].removeFirst())
    }
    return rows
  }

  private static func isBefore(_ left: Row?, _ right: Row?) -> Bool {
    guard let left = left?.entry, let right = right?.entry else { return false }
    return (left.effectiveAt, left.position) < (right.effectiveAt, right.position)
  }
}
