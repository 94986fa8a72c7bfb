internal import CasefileCalendars
internal import CasefileModel

/// What a policy says of one clock, made ready for judging: sets as bits, the calendar found.
///
/// Made once for a book, since a list of deadlines asks for it a hundred times for each ticket.
final class ClockPlan: Sendable {
  let policy: Int
  let terms: ClockTerms
  /// The working time that counts; nil where its calendar is not known.
  let workingTime: WorkingTime?
  private let startOn: UInt64
  private let stopOn: UInt64
  private let pauseOn: WaitMask

  init(_ terms: ClockTerms, of policy: Int, _ workingTime: WorkingTime?) {
    self.policy = policy
    self.terms = terms
    self.workingTime = workingTime
    startOn = ClockPlan.mask(terms.startOn)
    stopOn = ClockPlan.mask(terms.stopOn)
    pauseOn = WaitMask(terms.pauseOn)
  }

  func starts(on event: ClockEvent) -> Bool { startOn & ClockPlan.mask([event]) != 0 }
  func stops(on event: ClockEvent) -> Bool { stopOn & ClockPlan.mask([event]) != 0 }

  /// Whether one of these waits pauses it.
  ///
  /// - Parameter reasons: the waits themselves; asked for where their numbers have no bit.
  func isPaused(by waits: WaitMask, _ reasons: () -> [WaitReason]) -> Bool {
    let both = waits.bits & pauseOn.bits
    if both & ~WaitMask.others != 0 { return true }
    return both != 0 && reasons().contains { terms.pauseOn.contains($0) }
  }

  /// Policies name known events only, whose numbers are small.
  private static func mask(_ events: some Sequence<ClockEvent>) -> UInt64 {
    events.reduce(0) { $0 | 1 << UInt64(min($1.rawValue, 63)) }
  }
}

/// What the policies of a book say of each clock.
final class ClockPlans: Sendable {
  /// For each policy its clocks by `ClockName.place`.
  private let plans: [[ClockPlan?]]

  init(_ plans: [[ClockPlan?]]) { self.plans = plans }

  func plan(_ policy: Int, _ clock: ClockName) -> ClockPlan? { plans[policy][clock.place] }
}
