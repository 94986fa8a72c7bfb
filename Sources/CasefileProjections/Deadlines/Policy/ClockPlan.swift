internal import CasefileCalendars
internal import CasefileModel

/// What a policy says of one clock, made ready for judging: sets as bits, calendars as numbers.
///
/// It holds no references: a list of deadlines hands it about a hundred times for each ticket, and
/// counting references took a fifth of the time.
struct ClockPlan: Hashable, Sendable {
  let policy: Int
  /// Its place among all of the book.
  let place: Int
  /// Its calendar among all of the book: equal numbers, equal names.
  let calendar: Int
  /// Whether its calendar is known.
  let isAssessable: Bool
  let hasStopStatuses: Bool
  private let startOn: UInt64
  private let stopOn: UInt64
  private let pauseOn: UInt64

  init(_ terms: ClockTerms, of policy: Int, at place: Int, calendar: Int, isAssessable: Bool) {
    self.policy = policy
    self.place = place
    self.calendar = calendar
    self.isAssessable = isAssessable
    hasStopStatuses = !terms.stopStatuses.isEmpty
    startOn = ClockPlan.mask(terms.startOn)
    stopOn = ClockPlan.mask(terms.stopOn)
    pauseOn = WaitMask(terms.pauseOn).bits
  }

  func starts(on event: ClockEvent) -> Bool { startOn & ClockPlan.bit(event) != 0 }
  func stops(on event: ClockEvent) -> Bool { stopOn & ClockPlan.bit(event) != 0 }

  /// Whether one of these waits pauses it; nil where that takes a look at the reasons, whose numbers
  /// have no bit of their own.
  func isPaused(by waits: WaitMask) -> Bool? {
    let both = waits.bits & pauseOn
    if both == 0 { return false }
    return both & ~WaitMask.others != 0 ? true : nil
  }

  /// The signals that may change anything for the clock under these terms, or be remembered for it.
  ///
  /// All others are passed over: a run of a clock is a matter of what it hears and of the time, and
  /// time can be let pass at the next one as well.
  func audible(_ clock: ClockName) -> ClockSignal.Kinds {
    var kinds: ClockSignal.Kinds = [.opened, .closed, .reopened, .merged, .deleted, .restored]
    func add(_ kind: ClockSignal.Kinds, _ events: ClockEvent...) {
      if events.contains(where: { starts(on: $0) || stops(on: $0) }) { kinds.insert(kind) }
    }
    add(.group, .groupEntered, .groupLeft)
    add(.clientTurn, .clientTurn)
    add(.reaction, .firstReaction)
    add(.reply, .humanReply)
    add(.proposed, .proposed)
    add(.confirmed, .confirmed)
    add(.waiting, .waitEnded)
    if pauseOn != 0 { kinds.insert(.waiting) }
    if hasStopStatuses { kinds.insert(.status) }
    switch clock {
    case .firstReply, .nextReply: kinds.formUnion([.clientTurn, .reply])
    case .periodicUpdate: kinds.formUnion([.reply, .proposed])
    case .groupHold: kinds.insert(.group)
    case .firstReaction, .resolution, .requesterWait: break
    }
    return kinds
  }

  /// Policies name known events only, whose numbers are small.
  private static func bit(_ event: ClockEvent) -> UInt64 { 1 << UInt64(min(event.rawValue, 63)) }

  private static func mask(_ events: some Sequence<ClockEvent>) -> UInt64 {
    events.reduce(0) { $0 | bit($1) }
  }
}

/// What the policies of a book say of each clock.
final class ClockPlans: Sendable {
  private static let clocks = ClockName.allCases.count

  private let plans: [ClockPlan]
  private let terms: [ClockTerms]
  /// The targets of the terms, which would be copied as a whole for each instance that starts.
  private let targets: [(byPriority: [String: Int64], others: Int64?)]
  /// For each policy and clock the place of the plan, below zero where there is none.
  private let places: [Int]
  /// By the numbers that plans have; nil for a calendar that is not known.
  private let times: [WorkingTime?]
  private let audible: [ClockSignal.Kinds]

  /// Makes the plans of policies.
  init(_ policies: [DeadlinePolicy], _ calendars: [String: WorkingTime]) {
    var plans: [ClockPlan] = []
    var terms: [ClockTerms] = []
    var places = [Int](repeating: -1, count: policies.count * ClockPlans.clocks)
    var times: [WorkingTime?] = []
    var numbers: [String?: Int] = [:]
    var audible = [ClockSignal.Kinds](repeating: [], count: ClockPlans.clocks)
    for policy in policies.indices {
      for clock in ClockName.allCases {
        guard let said = policies[policy].clocks[clock] else { continue }
        let number = numbers[said.calendar] ?? times.count
        if number == times.count {
          numbers[said.calendar] = number
          times.append(said.calendar.map { calendars[$0] } ?? .always)
        }
        let plan = ClockPlan(
          said, of: policy, at: plans.count, calendar: number, isAssessable: times[number] != nil)
        places[policy * ClockPlans.clocks + clock.place] = plans.count
        audible[clock.place].formUnion(plan.audible(clock))
        plans.append(plan)
        terms.append(said)
      }
    }
    self.plans = plans
    self.terms = terms
    targets = terms.map { ($0.targetSecondsByPriority, $0.targetSeconds) }
    self.places = places
    self.times = times
    self.audible = audible
  }

  func has(_ policy: Int, _ clock: ClockName) -> Bool { place(policy, clock) >= 0 }

  func plan(_ policy: Int, _ clock: ClockName) -> ClockPlan? {
    let place = place(policy, clock)
    return place < 0 ? nil : plans[place]
  }

  private func place(_ policy: Int, _ clock: ClockName) -> Int {
    places[policy * ClockPlans.clocks + clock.place]
  }

  /// The signals that a clock has to hear, whichever of the policies governs.
  func audible(_ clock: ClockName) -> ClockSignal.Kinds { audible[clock.place] }

  func terms(of plan: ClockPlan) -> ClockTerms { terms[plan.place] }

  /// What holds for a new instance: the plan and the target; nil where there is none of them.
  func terms(
    _ policy: Int, _ clock: ClockName, priority: String?
  ) -> (plan: ClockPlan, target: Int64)? {
    guard let plan = plan(policy, clock), let target = target(of: plan, priority: priority) else {
      return nil
    }
    return (plan, target)
  }

  /// The target in microseconds of working time; nil where this priority has none.
  func target(of plan: ClockPlan, priority: String?) -> Int64? {
    let own = priority.flatMap { targets[plan.place].byPriority[$0] }
    return (own ?? targets[plan.place].others).map { $0 * 1_000_000 }
  }

  // MARK: Working time

  /// The working time between two instants; none where the calendar is not known.
  func elapsed(_ plan: ClockPlan, from start: Timestamp, to end: Timestamp) -> Int64 {
    times[plan.calendar]?.elapsed(from: start, to: end) ?? 0
  }

  /// When so much working time has passed.
  func instant(_ plan: ClockPlan, after working: Int64, from start: Timestamp) -> Timestamp? {
    times[plan.calendar]?.instant(after: working, from: start)
  }

  /// Whether work is done at an instant.
  func isWorking(_ plan: ClockPlan, at instant: Timestamp) -> Bool {
    times[plan.calendar]?.contains(instant) ?? false
  }

  /// The calendar's version in force at an instant.
  func calendarVersion(_ plan: ClockPlan, at instant: Timestamp) -> Int64? {
    times[plan.calendar]?.versionNumber(at: instant)
  }
}
