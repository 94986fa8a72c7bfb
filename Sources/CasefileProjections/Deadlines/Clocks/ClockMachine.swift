internal import CasefileModel

/// Follows one clock of a ticket through all of its instances.
struct ClockMachine {
  enum Phase { case none, open, closed }

  let clock: ClockName
  let book: DeadlineBook
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
  private var group: String?
  private var waits: [WaitReason] = []

  init(_ clock: ClockName, book: DeadlineBook, isTrial: Bool = false) {
    self.clock = clock
    self.book = book
    self.isTrial = isTrial
  }

  /// Follows all signals, then lets time pass.
  mutating func run(_ signals: [GovernedSignal], until now: Timestamp) {
    for (index, signal) in signals.enumerated() {
      switch signal {
      case .plain(let signal): hear(signal)
      case .priority(let priority, let at, let position):
        advance(to: at)
        change(priority, at, position)
      case .governed(let policy, let mode, let isDetached, let at, let position):
        advance(to: at)
        govern(policy, mode, isDetached, at, position, earlier: signals[..<index])
      }
    }
    advance(to: now)
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
    case .opened(let needsReply, let isAnswered):
      open(at, position, needsReply: needsReply, isAnswered: isAnswered)
    case .group(let new):
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
    case .closed(let kind): close(kind, at, position)
    case .reopened: reopen(at, position)
    case .merged: leave(.merged, at, position)
    case .deleted: leave(.deleted, at, position)
    case .restored:
      phase = .open
      restart(at, position)
    case .status(let words):
      if let active, !runs[active].terms.stopStatuses.isDisjoint(with: words) {
        trigger(.statusReached, at, position)
      }
    case .waiting(let new): wait(new, at, position)
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

  /// The terms that hold for a new instance.
  private var terms: (policy: Int, terms: ClockTerms, target: Int64)? {
    guard let policy, let terms = book.policies[policy].clocks[clock],
      let target = terms.target(priority: priority)
    else { return nil }
    return (policy, terms, target)
  }

  private mutating func trigger(_ event: ClockEvent, _ at: Timestamp, _ position: Position) {
    if let active, runs[active].terms.stopOn.contains(event) {
      runs[active].stop(at: at, on: event, position)
    }
    guard phase == .open, active == nil, let terms = terms?.terms else { return }
    let isAwaited = awaitsTurn && event == .clientTurn && !hasReplied
    guard terms.startOn.contains(event) || isAwaited else { return }
    guard clock.isRepeated || runs.isEmpty else { return }
    // A turn before the first reply is the first reply's business.
    if clock == .nextReply, event == .clientTurn, !hasReplied { return }
    start(at, .started(event), position)
  }

  private mutating func start(_ at: Timestamp, _ why: ClockRun.Why, _ position: Position) {
    guard let terms else { return }
    var run = ClockRun(
      number: runs.count + 1, at: at, why: why, position: position, policy: terms.policy,
      terms: terms.terms, target: terms.target,
      workingTime: book.workingTime(terms.terms.calendar))
    if clock == .groupHold { run.group = group }
    let reasons = waits.filter { terms.terms.pauseOn.contains($0) }
    if !reasons.isEmpty { run.pause(at: at, for: reasons, position) }
    runs.append(run)
  }

  private mutating func cancel(
    _ at: Timestamp, _ reason: ClockVerdict.CancelReason, _ position: Position
  ) {
    if let active { runs[active].cancel(at: at, reason, position) }
  }

  private mutating func close(_ kind: CloseKind?, _ at: Timestamp, _ position: Position) {
    guard phase == .open else { return }
    switch kind {
    case .merged?: cancel(at, .merged, position)
    case .duplicate?, .spam?: cancel(at, .closed, position)
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
      let reasons = waits.filter { runs[last].terms.pauseOn.contains($0) }
      if !reasons.isEmpty { runs[last].pause(at: at, for: reasons, position) }
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

  private mutating func wait(_ new: [WaitReason], _ at: Timestamp, _ position: Position) {
    let isAnyEnded = new.count < waits.count || waits.contains { !new.contains($0) }
    waits = new
    if let active { settlePause(of: active, at, position) }
    if isAnyEnded { trigger(.waitEnded, at, position) }
  }

  /// Runs or pauses an instance, by the waits and its terms.
  private mutating func settlePause(of run: Int, _ at: Timestamp, _ position: Position) {
    let reasons = waits.filter { runs[run].terms.pauseOn.contains($0) }
    if reasons.isEmpty {
      runs[run].resume(at: at, position)
    } else {
      runs[run].pause(at: at, for: reasons, position)
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
    runs[active].retarget(
      at: at, policy: run.policy, terms: run.terms, target: target,
      workingTime: book.workingTime(run.terms.calendar), position)
  }

  private mutating func govern(
    _ new: Int?, _ mode: PolicyMode, _ isDetached: Bool, _ at: Timestamp, _ position: Position,
    earlier: ArraySlice<GovernedSignal>
  ) {
    let old = policy
    policy = new
    if let active {
      if mode == .grandfather, !isDetached { return }
      guard let terms else {
        cancel(at, isDetached ? .policyDetached : .policyChanged, position)
        return
      }
      if mode == .restart {
        cancel(at, .policyRestart, position)
        start(at, .restarted, position)
      } else {
        runs[active].retarget(
          at: at, policy: terms.policy, terms: terms.terms, target: terms.target,
          workingTime: book.workingTime(terms.terms.calendar), position)
        settlePause(of: active, at, position)
      }
      return
    }
    let isNew = old.map { book.policies[$0].clocks[clock] == nil } ?? true
    if phase == .open, isNew, terms != nil, mode != .grandfather || old == nil {
      startLate(mode, at, position, earlier)
    }
    trigger(.policyApplied, at, position)
  }

  /// Starts what would be running if the policy had been there from the beginning.
  private mutating func startLate(
    _ mode: PolicyMode, _ at: Timestamp, _ position: Position,
    _ earlier: ArraySlice<GovernedSignal>
  ) {
    var other = ClockMachine(clock, book: book, isTrial: true)
    other.policy = policy
    other.priority = priority
    for case .plain(let signal) in earlier { other.hear(signal) }
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
