internal import CasefileModel

/// Follows one clock of a ticket through all of its instances.
struct ClockMachine {
  enum Phase { case none, open, closed }

  let clock: ClockName
  let plans: ClockPlans
  let facts: ClockFacts
  /// Whether it only finds out what would run; nothing is missed then.
  let isTrial: Bool
  private(set) var runs: [ClockRun] = []
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

  init(_ clock: ClockName, _ facts: ClockFacts, _ plans: ClockPlans, isTrial: Bool = false) {
    self.clock = clock
    self.facts = facts
    self.plans = plans
    self.isTrial = isTrial
  }

  /// Follows so many signals and what governs, then lets time pass.
  mutating func run(_ count: Int, _ changes: [GovernanceChange], until now: Timestamp) {
    var next = 0
    for index in 0...count {
      while next < changes.count, changes[next].before == index {
        follow(changes[next])
        next += 1
      }
      if index < count { hear(facts.signals[index]) }
    }
    advance(to: now)
    if let last = runs.indices.last { runs[last].settleDue() }
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
    guard !isTrial, let last = runs.indices.last else { return }
    runs[last].advance(to: instant)
  }

  private var active: Int? {
    guard let last = runs.indices.last, runs[last].isActive else { return nil }
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
      guard let active, !runs[active].terms.stopStatuses.isEmpty,
        let words = facts.text([String].self, of: signal),
        !runs[active].terms.stopStatuses.isDisjoint(with: words)
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

  /// What holds for a new instance.
  private var plan: (plan: ClockPlan, target: Int64)? {
    guard let policy, let plan = plans.plan(policy, clock),
      let target = plan.terms.target(priority: priority)
    else { return nil }
    return (plan, target)
  }

  private mutating func trigger(_ event: ClockEvent, _ at: Timestamp, _ position: Position) {
    if let active, runs[active].plan.stops(on: event) {
      runs[active].stop(at: at, on: event, position)
    }
    guard phase == .open, clock.isRepeated || runs.isEmpty, active == nil, let policy,
      let plan = plans.plan(policy, clock)
    else { return }
    let isAwaited = awaitsTurn && event == .clientTurn && !hasReplied
    guard plan.starts(on: event) || isAwaited else { return }
    // A turn before the first reply is the first reply's business.
    if clock == .nextReply, event == .clientTurn, !hasReplied { return }
    start(at, .started(event), position)
  }

  private mutating func start(_ at: Timestamp, _ why: ClockRun.Why, _ position: Position) {
    guard let plan else { return }
    var run = ClockRun(
      number: runs.count + 1, at: at, why: why, position: position, plan: plan.plan,
      target: plan.target)
    if clock == .groupHold { run.group = group }
    if isPaused(plan.plan) { run.pause(at: at, waitSignal, position) }
    runs.append(run)
  }

  private mutating func cancel(
    _ at: Timestamp, _ reason: ClockVerdict.CancelReason, _ position: Position
  ) {
    if let active { runs[active].cancel(at: at, reason, position) }
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
      runs[active].stop(at: at, on: .closed, position)
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
    if let last = runs.indices.last, clock.isStoppedByClose, runs[last].state == .stopped,
      runs[last].terms.reopen == .continue, clock != .groupHold || runs[last].group == group
    {
      runs[last].reopen(at: at, position)
      if isPaused(runs[last].plan) { runs[last].pause(at: at, waitSignal, position) }
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
    case .firstReaction, .firstReply: isWanted = runs.last?.state == .cancelled
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

  private func isPaused(_ plan: ClockPlan) -> Bool { plan.isPaused(by: waits) { reasons } }

  /// Runs or pauses an instance, by the waits and its terms.
  private mutating func settlePause(of run: Int, _ at: Timestamp, _ position: Position) {
    if isPaused(runs[run].plan) {
      runs[run].pause(at: at, waitSignal, position)
    } else {
      runs[run].resume(at: at, position)
    }
  }

  // MARK: Changes of policy

  private mutating func change(_ new: String?, _ at: Timestamp, _ position: Position) {
    priority = new
    guard let active else { return }
    // A clock that keeps its policy has that one's targets.
    let run = runs[active]
    guard let target = run.terms.target(priority: new) else {
      cancel(at, .policyChanged, position)
      return
    }
    guard target != run.target else { return }
    runs[active].retarget(at: at, plan: run.plan, target: target, position)
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
      guard let plan else {
        cancel(at, isDetached ? .policyDetached : .policyChanged, position)
        return
      }
      if mode == .restart {
        cancel(at, .policyRestart, position)
        start(at, .restarted, position)
      } else {
        runs[active].retarget(at: at, plan: plan.plan, target: plan.target, position)
        settlePause(of: active, at, position)
      }
      return
    }
    let isNew = old.map { plans.plan($0, clock) == nil } ?? true
    if phase == .open, isNew, plan != nil, mode != .grandfather || old == nil {
      startLate(mode, at, position, before: change.before)
    }
    trigger(.policyApplied, at, position)
  }

  /// Starts what would be running if the policy had been there from the beginning.
  private mutating func startLate(
    _ mode: PolicyMode, _ at: Timestamp, _ position: Position, before count: Int
  ) {
    var other = ClockMachine(clock, facts, plans, isTrial: true)
    other.policy = policy
    other.priority = priority
    for signal in facts.signals[..<count] { other.hear(signal) }
    guard var run = other.runs.last, run.isActive else { return }
    if mode == .restart {
      start(at, .restarted, position)
    } else {
      run.number = runs.count + 1
      run.judgeLate(at: at)
      runs.append(run)
    }
  }
}
