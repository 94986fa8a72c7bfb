internal import CasefileModel

/// One instance of a clock while it is being followed.
///
/// Times of use are microseconds of working time. The instance is told of each moment before anything
/// changes at it, so that a breach is latched by the terms that held when the time ran out.
///
/// It keeps its spans for a derivation, else only from its first breach on: the overrun is counted by
/// them, and most instances are met.
struct ClockRun: Sendable {
  enum State: Sendable { case running, paused, stopped, cancelled }

  /// Why a span began.
  enum Why: Hashable, Sendable {
    case started(ClockEvent)
    /// The signal that tells of the waits.
    case paused(ClockSignal?)
    case resumed
    case retargeted
    case restarted
    case reopened
    case stopped(ClockEvent)
    case cancelled(ClockVerdict.CancelReason)
  }

  /// A time in which nothing changed for it.
  struct Span: Sendable {
    let from: Timestamp
    var until: Timestamp?
    let state: State
    let why: Why
    let position: Position
    /// What held: which calendar counts, and which waits pause it.
    let plan: ClockPlan
  }

  /// A deadline that passed.
  struct Breach: Sendable {
    let at: Timestamp
    let policy: Int
    let targetSeconds: Int64
    let cause: BreachCause
  }

  /// A stop that a reopening took back.
  struct Cycle: Sendable {
    let stoppedAt: Timestamp
    let position: Position
    let isBreached: Bool
    let used: Int64
    let dueAt: Timestamp?
  }

  let clock: ClockName
  var number: Int
  let startedAt: Timestamp
  let startPosition: Position
  private(set) var plan: ClockPlan
  private(set) var target: Int64
  private(set) var state = State.running
  /// What was used before the span that runs.
  private(set) var used: Int64 = 0
  private(set) var activeSince: Timestamp
  /// When it is due, once that is settled: most pauses come long before, and need no due time.
  private(set) var dueAt: Timestamp?
  private var isDueOpen = false
  private var dueCause = BreachCause.elapsed
  /// Whether the target that holds was missed.
  private(set) var isLatched = false
  private(set) var breaches: [Breach] = []
  private(set) var spans: [Span] = []
  private var keepsSpans: Bool
  /// Whether what was used, and when it was due, is worked out only where more depends on it.
  private let isForCounts: Bool
  /// Whether what was used is to be worked out yet, since it was stopped.
  private var isUseOpen = false
  private(set) var stoppedAt: Timestamp?
  private(set) var stopPosition: Position?
  private(set) var cancelReason: ClockVerdict.CancelReason?
  private(set) var cycles: [Cycle] = []
  /// The group whose time it measures.
  var group: String?

  init(
    _ clock: ClockName, number: Int, at instant: Timestamp, why: Why, position: Position,
    plan: ClockPlan,
    target: Int64, keepsSpans: Bool, isForCounts: Bool
  ) {
    self.clock = clock
    self.number = number
    self.keepsSpans = keepsSpans
    self.isForCounts = isForCounts
    startedAt = instant
    startPosition = position
    self.plan = plan
    self.target = target
    activeSince = instant
    activate(at: instant, why, position)
  }

  var isActive: Bool { state == .running || state == .paused }

  /// Lets time pass: a deadline that lies strictly before the instant was missed.
  mutating func advance(to instant: Timestamp, _ plans: ClockPlans) {
    guard state == .running, !isLatched else { return }
    // No more working time passes than time.
    if isDueOpen, instant.microseconds - activeSince.microseconds <= target - used { return }
    settleDue(plans)
    guard let dueAt, dueAt < instant else { return }
    isLatched = true
    breaches.append(
      Breach(
        at: dueAt, policy: plan.policy, targetSeconds: target / 1_000_000, cause: dueCause))
    guard !keepsSpans else { return }
    keepsSpans = true
    begin(.running, at: activeSince, .resumed, startPosition)
  }

  /// Works out when it is due, if nobody did.
  mutating func settleDue(_ plans: ClockPlans) {
    guard isDueOpen else { return }
    isDueOpen = false
    dueAt = plans.instant(plan, after: max(0, target - used), from: activeSince)
  }

  mutating func pause(
    at instant: Timestamp, _ waits: ClockSignal?, _ position: Position, _ plans: ClockPlans
  ) {
    guard state == .running else { return }
    rest(at: instant, plans)
    state = .paused
    dueAt = nil
    isDueOpen = false
    begin(.paused, at: instant, .paused(waits), position)
  }

  mutating func resume(at instant: Timestamp, _ position: Position) {
    guard state == .paused else { return }
    activate(at: instant, .resumed, position)
  }

  mutating func stop(
    at instant: Timestamp, on event: ClockEvent, _ position: Position, _ plans: ClockPlans
  ) {
    guard isActive else { return }
    endUse(at: instant, plans)
    state = .stopped
    stoppedAt = instant
    stopPosition = position
    begin(.stopped, at: instant, .stopped(event), position)
  }

  mutating func cancel(
    at instant: Timestamp, _ reason: ClockVerdict.CancelReason, _ position: Position,
    _ plans: ClockPlans
  ) {
    guard isActive else { return }
    endUse(at: instant, plans)
    state = .cancelled
    stoppedAt = instant
    stopPosition = position
    cancelReason = reason
    begin(.cancelled, at: instant, .cancelled(reason), position)
  }

  /// Works out when it was due and what was used; for counts only when it goes on.
  private mutating func endUse(at instant: Timestamp, _ plans: ClockPlans) {
    if isForCounts {
      isUseOpen = state == .running
      return
    }
    settleDue(plans)
    if state == .running { rest(at: instant, plans) }
  }

  /// Goes on after a reopening; the time in which it was stopped does not count.
  mutating func reopen(at instant: Timestamp, _ position: Position, _ plans: ClockPlans) {
    guard state == .stopped, let stoppedAt, let stopPosition else { return }
    if isUseOpen {
      isUseOpen = false
      settleDue(plans)
      used += plans.elapsed(plan, from: activeSince, to: stoppedAt)
    }
    cycles.append(
      Cycle(
        stoppedAt: stoppedAt, position: stopPosition, isBreached: !breaches.isEmpty, used: used,
        dueAt: dueAt))
    self.stoppedAt = nil
    self.stopPosition = nil
    activate(at: instant, .reopened, position)
  }

  /// Comes under another target, calendar or policy; the time used counts.
  mutating func retarget(
    at instant: Timestamp, plan: ClockPlan, target: Int64, _ position: Position,
    _ plans: ClockPlans
  ) {
    settleDue(plans)
    let isSame = target == self.target && plan.calendar == self.plan.calendar
    let isNewTarget = target != self.target
    // Where time stood still before the change, what was used up had been so before it.
    let wasWorking =
      plans.isWorking(self.plan, at: instant.adding(microseconds: -1)) && instant > activeSince
    let isRunning = state == .running
    if isRunning { rest(at: instant, plans) }
    self.plan = plan
    self.target = target
    if isNewTarget {
      isLatched = false
      let isOver = used > target || (used == target && used > 0 && !wasWorking)
      dueCause = isOver ? .retarget : .elapsed
    }
    guard isRunning else { return }
    let due = dueAt
    activate(at: instant, .retargeted, position)
    if isSame {
      dueAt = due
      isDueOpen = false
    }
  }

  /// Takes account of terms that came only now, after its start.
  mutating func judgeLate(at instant: Timestamp, _ plans: ClockPlans) {
    settleDue(plans)
    if let due = dueAt, due < instant {
      dueAt = instant
      dueCause = .retarget
    } else if state == .paused, used > target {
      dueCause = .retarget
    }
  }

  /// What was used until an instant.
  func used(at instant: Timestamp, _ plans: ClockPlans) -> Int64 {
    guard state == .running else { return used }
    return used + plans.elapsed(plan, from: activeSince, to: instant)
  }

  /// When so many seconds of working time are left; nil where it isn't running.
  func instant(remaining seconds: Int64, _ plans: ClockPlans) -> Timestamp? {
    guard state == .running, !isLatched, dueAt != nil else { return nil }
    return plans.instant(plan, after: target - used - seconds * 1_000_000, from: activeSince)
  }

  private mutating func rest(at instant: Timestamp, _ plans: ClockPlans) {
    used = used(at: instant, plans)
  }

  private mutating func activate(at instant: Timestamp, _ why: Why, _ position: Position) {
    state = .running
    activeSince = instant
    isDueOpen = true
    begin(.running, at: instant, why, position)
  }

  private mutating func begin(
    _ state: State, at instant: Timestamp, _ why: Why, _ position: Position
  ) {
    guard keepsSpans else { return }
    if spans.isEmpty { spans.reserveCapacity(4) }
    if let last = spans.indices.last { spans[last].until = instant }
    spans.append(
      Span(
        from: instant, until: nil, state: state, why: why, position: position, plan: plan))
  }
}
