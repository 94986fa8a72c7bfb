internal import CasefileModel

/// A signal with the policy that came into force, where one did.
enum GovernedSignal: Sendable {
  case plain(ClockSignal)
  /// Another policy governs from now on; nil: none.
  case governed(policy: Int?, mode: PolicyMode, isDetached: Bool, at: Timestamp, Position)
  /// Targets by priority change.
  case priority(String?, at: Timestamp, Position)
}

/// Finds out which policy governs a ticket at each moment.
///
/// A ticket is put under a policy by `sla.policyApplied`; until the first one, policies are matched,
/// at the opening, at each change of what they ask, and when a version comes into force.
struct Governance {
  private let book: DeadlineBook
  private var policy: Int?
  private var attributes = TicketAttributes()
  private var isOpened = false
  private var isStated = false
  private var nextBoundary = 0
  private(set) var signals: [GovernedSignal] = []
  /// Policies that events name and nobody published, with their positions.
  private(set) var unknown: [(policy: String, position: Position)] = []

  init(book: DeadlineBook) { self.book = book }

  /// The policy that governs at the end.
  var current: Int? { policy }

  /// Takes all signals up to an instant.
  mutating func run(_ facts: ClockFacts, until now: Timestamp) {
    signals.reserveCapacity(facts.signals.count + 4)
    for signal in facts.signals {
      guard signal.at <= now else { break }
      passBoundaries(until: signal.at)
      apply(signal)
    }
    passBoundaries(until: now)
  }

  private mutating func apply(_ signal: ClockSignal) {
    switch signal.kind {
    case .attributes(let new):
      let isPriorityChanged = new.priority != attributes.priority
      attributes = new
      if isPriorityChanged {
        signals.append(.priority(new.priority, at: signal.at, signal.position))
      }
      if isOpened { match(at: signal.at, signal.position, isNewVersion: false) }
    case .opened:
      if !isOpened {
        isOpened = true
        skipBoundaries(until: signal.at)
        match(at: signal.at, signal.position, isNewVersion: false)
      }
      signals.append(.plain(signal))
    case .policyApplied(let id, let version, let mode, _):
      isStated = true
      guard let found = book.policy(id: id, version: version, at: signal.at) else {
        unknown.append((id, signal.position))
        return
      }
      let usual: PolicyMode = policy == nil ? .initial : .retargetKeepElapsed
      govern(found, mode ?? usual, at: signal.at, signal.position)
    case .policyDetached:
      isStated = true
      policy = nil
      signals.append(
        .governed(
          policy: nil, mode: .initial, isDetached: true, at: signal.at, signal.position))
    default: signals.append(.plain(signal))
    }
  }

  private mutating func govern(
    _ new: Int, _ mode: PolicyMode, at instant: Timestamp, _ position: Position
  ) {
    guard new != policy else { return }
    policy = new
    signals.append(
      .governed(policy: new, mode: mode, isDetached: false, at: instant, position))
  }

  private mutating func match(
    at instant: Timestamp, _ position: Position, isNewVersion: Bool
  ) {
    guard !isStated else { return }
    let found = book.match(attributes, at: instant, current: policy)?.policy
    guard found != policy else { return }
    guard let found else {
      policy = nil
      signals.append(
        .governed(policy: nil, mode: .initial, isDetached: true, at: instant, position))
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

  private mutating func passBoundaries(until instant: Timestamp) {
    guard isOpened, !isStated else { return }
    while nextBoundary < book.boundaries.count, book.boundaries[nextBoundary].at <= instant {
      let boundary = book.boundaries[nextBoundary]
      nextBoundary += 1
      match(at: boundary.at, boundary.position ?? Position(0), isNewVersion: true)
    }
  }
}
