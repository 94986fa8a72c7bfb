internal import CasefileModel

/// Follows the clocks of a ticket, one after the other, through all of their instances.
///
/// It is used again for the next ticket: its memory stays.
struct ClockMachine {
  enum Phase { case none, open, closed }

  private let plans: ClockPlans
  private let keepsSpans: Bool
  /// Whether only what became of instances is asked for, and not when they were due or what was used.
  private var isForCounts = false
  /// Whether it only finds out what would run; nothing is missed then.
  private let isTrial: Bool
  /// What it follows.
  private var facts = ClockFacts()
  /// The instances of every clock that it followed.
  private(set) var runs: [ClockRun] = []
  private var clock = ClockName.firstReaction
  /// The place of the first instance of this clock.
  private var first = 0
  private var policy: Int?
  private var priority: String?
  private var phase = Phase.none
  private var hasReplied = false
  /// The opening asked for no reply: the first turn of the client does.
  private var awaitsTurn = false
  /// A turn that came while the ticket was closed.
  private var hasTurnPending = false
  /// Followed for `groupHold` alone.
  private var group: String?
  private var waits = WaitMask()
  /// The signal that tells of the waits.
  private var waitSignal: ClockSignal?

  init(_ plans: ClockPlans, keepsSpans: Bool) {
    self.init(plans, keepsSpans: keepsSpans, isTrial: false)
  }

  private init(_ plans: ClockPlans, keepsSpans: Bool, isTrial: Bool) {
    self.plans = plans
    self.keepsSpans = keepsSpans
    self.isTrial = isTrial
  }

  /// Begins with a ticket; the one before is forgotten.
  ///
  /// - Parameter forCounts: whether only what became of instances is asked for, and not when they were
  ///   due or what was used.
  mutating func begin(_ facts: ClockFacts, forCounts: Bool = false) {
    self.facts = facts
    isForCounts = forCounts
    runs.removeAll(keepingCapacity: true)
  }

  /// Follows a clock over so many signals and what governs, then lets time pass.
  mutating func run(
    _ clock: ClockName, _ count: Int, _ changes: [GovernanceChange], until now: Timestamp
  ) {
    reset(clock)
    let audible = plans.audible(clock)
    var next = 0
    for index in 0..<count {
      if next == changes.count, isFinished { break }
      while next < changes.count, changes[next].before == index {
        follow(changes[next])
        next += 1
      }
      // The rest of time is caught up with at the next one that is heard.
      let signal = facts.signals[index]
      if audible.contains(signal.kind) { hear(signal) }
    }
    while next < changes.count, changes[next].before == count {
      follow(changes[next])
      next += 1
    }
    advance(to: now)
    if let last, !isForCounts { runs[last].settleDue(plans) }
  }

  /// Whether nothing that it hears can change it any more.
  private var isFinished: Bool {
    switch clock {
    case .firstReaction, .firstReply: last.map { runs[$0].state == .stopped } ?? false
    default: false
    }
  }

  private mutating func reset(_ clock: ClockName) {
    self.clock = clock
    first = runs.count
    policy = nil
    priority = nil
    phase = .none
    hasReplied = false
    awaitsTurn = false
    hasTurnPending = false
    group = nil
    waits = WaitMask()
    waitSignal = nil
  }

  private mutating func follow(_ change: GovernanceChange) {
    advance(to: change.at)
    switch change.kind {
    case .priority(let priority): self.change(priority, change.at, change.position)
    case .governed(let policy, let mode, let isDetached):
      govern(policy, mode, isDetached, change)
    }
  }

  private mutating func advance(to instant: Timestamp) {
    guard !isTrial, let last else { return }
    runs[last].advance(to: instant, plans)
  }

  /// The newest instance of this clock.
  private var last: Int? { runs.count > first ? runs.count - 1 : nil }

  private var active: Int? {
    guard let last, runs[last].isActive else { return nil }
    return last
  }

  private mutating func hear(_ signal: ClockSignal) {
    let at = signal.at
    let position = signal.position
    advance(to: at)
    switch signal.kind {
    case .opened:
      open(
        at, position, needsReply: signal.value & ClockSignal.Opening.needsReply != 0,
        isAnswered: signal.value & ClockSignal.Opening.isAnswered != 0)
    case .group:
      let new = facts.text(String?.self, of: signal) ?? nil
      group = new
      trigger(.groupLeft, at, position)
      if new != nil { trigger(.groupEntered, at, position) }
    case .clientTurn:
      if phase == .closed { hasTurnPending = true } else { trigger(.clientTurn, at, position) }
    case .reaction: trigger(.firstReaction, at, position)
    case .reply:
      hasReplied = true
      hasTurnPending = false
      trigger(.humanReply, at, position)
    case .proposed:
      trigger(.proposed, at, position)
      if clock == .periodicUpdate { cancel(at, .resolved, position) }
    case .confirmed: trigger(.confirmed, at, position)
    case .closed: close(signal.value, at, position)
    case .reopened: reopen(at, position)
    case .merged: leave(.merged, at, position)
    case .deleted: leave(.deleted, at, position)
    case .restored:
      phase = .open
      restart(at, position)
    case .status:
      guard let active, runs[active].plan.hasStopStatuses,
        let words = facts.text([String].self, of: signal),
        !plans.terms(of: runs[active].plan).stopStatuses.isDisjoint(with: words)
      else { return }
      trigger(.statusReached, at, position)
    case .waiting: wait(signal)
    case .attributes, .policyApplied, .policyDetached: break
    }
  }

  private mutating func open(
    _ at: Timestamp, _ position: Position, needsReply: Bool, isAnswered: Bool
  ) {
    guard phase == .none else { return }
    phase = .open
    if clock == .firstReply, !needsReply {
      awaitsTurn = true
    } else {
      trigger(.opened, at, position)
    }
    guard isAnswered else { return }
    hasReplied = true
    trigger(.firstReaction, at, position)
    trigger(.humanReply, at, position)
  }

  // MARK: Starting and stopping

  private mutating func trigger(_ event: ClockEvent, _ at: Timestamp, _ position: Position) {
    if let active, runs[active].plan.stops(on: event) {
      runs[active].stop(at: at, on: event, position, plans)
    }
    guard phase == .open, clock.isRepeated || last == nil, active == nil, let policy,
      let plan = plans.plan(policy, clock)
    else { return }
    let isAwaited = awaitsTurn && event == .clientTurn && !hasReplied
    guard plan.starts(on: event) || isAwaited else { return }
    // A turn before the first reply is the first reply's business.
    if clock == .nextReply, event == .clientTurn, !hasReplied { return }
    start(at, .started(event), position)
  }

  private mutating func start(_ at: Timestamp, _ why: ClockRun.Why, _ position: Position) {
    guard let policy, let plan = plans.terms(policy, clock, priority: priority) else { return }
    // Made in its place: to copy one with its lists takes as long as to make it.
    runs.append(
      ClockRun(
        clock, number: runs.count - first + 1, at: at, why: why, position: position,
        plan: plan.plan, target: plan.target, keepsSpans: keepsSpans, isForCounts: isForCounts))
    let run = runs.count - 1
    if clock == .groupHold { runs[run].group = group }
    if waits.bits != 0, isPaused(plan.plan) {
      runs[run].pause(at: at, waitSignal, position, plans)
    }
  }

  private mutating func cancel(
    _ at: Timestamp, _ reason: ClockVerdict.CancelReason, _ position: Position
  ) {
    if let active { runs[active].cancel(at: at, reason, position, plans) }
  }

  private mutating func close(_ kind: UInt32, _ at: Timestamp, _ position: Position) {
    guard phase == .open else { return }
    switch kind {
    case ClockSignal.Closing.merged: cancel(at, .merged, position)
    case ClockSignal.Closing.void: cancel(at, .closed, position)
    default: break
    }
    // Nothing starts on what is being closed.
    phase = .closed
    trigger(.confirmed, at, position)
    trigger(.closed, at, position)
    if clock.isStoppedByClose, let active {
      runs[active].stop(at: at, on: .closed, position, plans)
    }
    cancel(at, .closed, position)
    hasTurnPending = false
  }

  private mutating func leave(
    _ reason: ClockVerdict.CancelReason, _ at: Timestamp, _ position: Position
  ) {
    cancel(at, reason, position)
    if phase == .open { phase = .closed }
  }

  private mutating func reopen(_ at: Timestamp, _ position: Position) {
    guard phase != .none else { return }
    phase = .open
    guard active == nil else { return }
    if let last, clock.isStoppedByClose, runs[last].state == .stopped,
      plans.terms(of: runs[last].plan).reopen == .continue,
      clock != .groupHold || runs[last].group == group
    {
      runs[last].reopen(at: at, position, plans)
      if isPaused(runs[last].plan) { runs[last].pause(at: at, waitSignal, position, plans) }
    } else {
      restart(at, position)
    }
  }

  /// Starts a fresh instance of what a reopening brings back.
  private mutating func restart(_ at: Timestamp, _ position: Position) {
    guard active == nil else { return }
    let isWanted: Bool
    switch clock {
    case .resolution, .requesterWait: isWanted = true
    case .groupHold: isWanted = group != nil
    case .firstReaction, .firstReply: isWanted = last.map { runs[$0].state == .cancelled } ?? false
    case .nextReply: isWanted = hasTurnPending && hasReplied
    case .periodicUpdate: isWanted = hasReplied
    }
    hasTurnPending = false
    if isWanted { start(at, .reopened, position) }
  }

  // MARK: Waiting

  private mutating func wait(_ signal: ClockSignal) {
    let new = facts.waits(of: signal)
    let isAnyEnded =
      new.count < waits.count || waits.bits & ~new.bits != 0
      || (new.bits & WaitMask.others != 0 && isAnyGone(signal))
    waits = new
    waitSignal = signal
    if let active { settlePause(of: active, signal.at, signal.position) }
    if isAnyEnded { trigger(.waitEnded, signal.at, signal.position) }
  }

  /// Whether a wait ended whose number has no bit of its own.
  private func isAnyGone(_ signal: ClockSignal) -> Bool {
    let new = facts.text([WaitReason].self, of: signal) ?? []
    return reasons.contains { !new.contains($0) }
  }

  private var reasons: [WaitReason] {
    waitSignal.flatMap { facts.text([WaitReason].self, of: $0) } ?? []
  }

  private func isPaused(_ plan: ClockPlan) -> Bool {
    plan.isPaused(by: waits) ?? isPausedByOther(plan)
  }

  private func isPausedByOther(_ plan: ClockPlan) -> Bool {
    let pauseOn = plans.terms(of: plan).pauseOn
    return reasons.contains { pauseOn.contains($0) }
  }

  /// Runs or pauses an instance, by the waits and its terms.
  private mutating func settlePause(of run: Int, _ at: Timestamp, _ position: Position) {
    let plan = runs[run].plan
    // Asked in a method of its own, it would copy the whole machine: a tenth of the time.
    let isPaused = plan.isPaused(by: waits)
    if isPaused ?? isPausedByOther(plan) {
      runs[run].pause(at: at, waitSignal, position, plans)
    } else {
      runs[run].resume(at: at, position)
    }
  }

  // MARK: Changes of policy

  private mutating func change(_ new: String?, _ at: Timestamp, _ position: Position) {
    priority = new
    guard let active else { return }
    // A clock that keeps its policy has that one's targets.
    let plan = runs[active].plan
    guard let target = plans.target(of: plan, priority: new) else {
      cancel(at, .policyChanged, position)
      return
    }
    guard target != runs[active].target else { return }
    runs[active].retarget(at: at, plan: plan, target: target, position, plans)
  }

  private mutating func govern(
    _ new: Int?, _ mode: PolicyMode, _ isDetached: Bool, _ change: GovernanceChange
  ) {
    let at = change.at
    let position = change.position
    let old = policy
    policy = new
    if let active {
      if mode == .grandfather, !isDetached { return }
      guard let plan = new.flatMap({ plans.terms($0, clock, priority: priority) }) else {
        cancel(at, isDetached ? .policyDetached : .policyChanged, position)
        return
      }
      if mode == .restart {
        cancel(at, .policyRestart, position)
        start(at, .restarted, position)
      } else {
        runs[active].retarget(at: at, plan: plan.plan, target: plan.target, position, plans)
        settlePause(of: active, at, position)
      }
      return
    }
    let isNew = old.map { !plans.has($0, clock) } ?? true
    if phase == .open, isNew, let new,
      plans.terms(new, clock, priority: priority) != nil, mode != .grandfather || old == nil
    {
      startLate(mode, at, position, before: change.before)
    }
    trigger(.policyApplied, at, position)
  }

  /// Starts what would be running if the policy had been there from the beginning.
  private mutating func startLate(
    _ mode: PolicyMode, _ at: Timestamp, _ position: Position, before count: Int
  ) {
    var other = ClockMachine(plans, keepsSpans: keepsSpans, isTrial: true)
    other.facts = facts
    other.isForCounts = isForCounts
    other.reset(clock)
    other.policy = policy
    other.priority = priority
    let audible = plans.audible(clock)
    for signal in facts.signals[..<count] where audible.contains(signal.kind) {
      other.hear(signal)
    }
    guard var run = other.runs.last, run.isActive else { return }
    if mode == .restart {
      start(at, .restarted, position)
    } else {
      run.number = runs.count - first + 1
      run.judgeLate(at: at, plans)
      runs.append(run)
    }
  }
}
