internal import CasefileModel

/// A change of what governs a ticket, at its place among the signals.
struct GovernanceChange: Sendable {
  enum Kind: Sendable {
    /// Another policy governs from now on; nil: none.
    case governed(policy: Int?, mode: PolicyMode, isDetached: Bool)
    /// Targets by priority change.
    case priority(String?)
  }

  let kind: Kind
  let at: Timestamp
  let position: Position
  /// The signal before which it comes.
  let before: Int
}

/// Finds out which policy governs a ticket at each moment.
///
/// A ticket is put under a policy by `sla.policyApplied`; until the first one, policies are matched,
/// at the opening, at each change of what they ask, and when a version comes into force.
struct Governance {
  private let book: DeadlineBook
  private var policy: Int?
  /// The signal that tells what the ticket is; few of them are asked about.
  private var attributes: ClockSignal?
  private var priority: String?
  private var isOpened = false
  private var isStated = false
  private var nextBoundary = 0
  private(set) var changes: [GovernanceChange] = []
  /// How many signals were taken.
  private(set) var count = 0
  /// Policies that events name and nobody published, with their positions.
  private(set) var unknown: [(policy: String, position: Position)] = []

  init(_ book: DeadlineBook) { self.book = book }

  /// The policy that governs at the end.
  var current: Int? { policy }

  /// Whether a policy that governed at any time has a clock.
  func names(_ clock: ClockName) -> Bool {
    changes.contains { change in
      guard case .governed(let policy?, _, _) = change.kind else { return false }
      return book.plans.has(policy, clock)
    }
  }

  /// Takes all signals of a ticket up to an instant; the ticket before is forgotten.
  mutating func run(_ facts: ClockFacts, until now: Timestamp) {
    reset()
    for signal in facts.signals {
      guard signal.at <= now else { break }
      passBoundaries(until: signal.at, facts)
      apply(signal, facts)
      count += 1
    }
    passBoundaries(until: now, facts)
  }

  private mutating func reset() {
    policy = nil
    attributes = nil
    priority = nil
    isOpened = false
    isStated = false
    nextBoundary = 0
    count = 0
    changes.removeAll(keepingCapacity: true)
    unknown = []
  }

  private mutating func apply(_ signal: ClockSignal, _ facts: ClockFacts) {
    switch signal.kind {
    case .attributes: change(signal, facts)
    case .opened:
      guard !isOpened else { return }
      isOpened = true
      skipBoundaries(until: signal.at)
      match(facts, at: signal.at, signal.position, isNewVersion: false)
    case .policyApplied:
      isStated = true
      guard let application = facts.text(PolicyApplication.self, of: signal) else { return }
      guard
        let found = book.policy(id: application.id, version: application.version, at: signal.at)
      else {
        unknown.append((application.id, signal.position))
        return
      }
      let usual: PolicyMode = policy == nil ? .initial : .retargetKeepElapsed
      govern(found, application.mode ?? usual, at: signal.at, signal.position)
    case .policyDetached:
      isStated = true
      policy = nil
      add(
        .governed(policy: nil, mode: .initial, isDetached: true), at: signal.at, signal.position)
    default: break
    }
  }

  private mutating func change(_ signal: ClockSignal, _ facts: ClockFacts) {
    attributes = signal
    // The priority stands first in the attributes.
    if book.asksForPriority, let new = facts.text(String?.self, of: signal), new != priority {
      priority = new
      add(.priority(new), at: signal.at, signal.position)
    }
    if isOpened {
      match(facts, at: signal.at, signal.position, isNewVersion: false)
    }
  }

  private mutating func add(
    _ kind: GovernanceChange.Kind, at instant: Timestamp, _ position: Position
  ) {
    changes.append(
      GovernanceChange(kind: kind, at: instant, position: position, before: count))
  }

  private mutating func govern(
    _ new: Int, _ mode: PolicyMode, at instant: Timestamp, _ position: Position
  ) {
    guard new != policy else { return }
    policy = new
    add(.governed(policy: new, mode: mode, isDetached: false), at: instant, position)
  }

  private mutating func match(
    _ facts: ClockFacts, at instant: Timestamp, _ position: Position, isNewVersion: Bool
  ) {
    guard !isStated else { return }
    var ticket = TicketAttributes()
    if book.asksForAttributes, let attributes {
      ticket = facts.attributes(of: attributes, withLists: book.asksForLists) ?? ticket
    }
    let found = book.match(ticket, at: instant, current: policy)?.policy
    guard found != policy else { return }
    guard let found else {
      policy = nil
      add(.governed(policy: nil, mode: .initial, isDetached: true), at: instant, position)
      return
    }
    let stated = book.policies[found].mode
    if isNewVersion {
      // A version that comes into force later leaves tickets alone, unless it says otherwise.
      let mode = stated == .initial ? nil : stated
      if policy == nil, mode == nil || mode == .grandfather { return }
      govern(found, mode ?? .grandfather, at: instant, position)
    } else {
      let usual: PolicyMode = policy == nil ? .initial : .retargetKeepElapsed
      let mode = stated == .initial || stated == .grandfather ? nil : stated
      govern(found, policy == nil ? .initial : mode ?? usual, at: instant, position)
    }
  }

  // MARK: Versions that come into force

  private mutating func skipBoundaries(until instant: Timestamp) {
    while nextBoundary < book.boundaries.count, book.boundaries[nextBoundary].at <= instant {
      nextBoundary += 1
    }
  }

  private mutating func passBoundaries(until instant: Timestamp, _ facts: ClockFacts) {
    guard isOpened, !isStated else { return }
    while nextBoundary < book.boundaries.count, book.boundaries[nextBoundary].at <= instant {
      let boundary = book.boundaries[nextBoundary]
      nextBoundary += 1
      match(facts, at: boundary.at, boundary.position ?? Position(0), isNewVersion: true)
    }
  }
}
