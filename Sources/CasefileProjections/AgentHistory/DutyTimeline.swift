import CasefileModel
internal import Synchronization

/// How an agent stood at all times, worked out once: an answer is a search, however many shifts there
/// were.
struct DutyTimeline: Sendable {
  /// Every instant at which the standing becomes another one, in order. Before the first one nothing is
  /// known.
  let turns: [Timestamp]
  private let standings: [AgentDuty.Standing]

  init(_ duty: AgentDuty) {
    var turns: [Timestamp] = []
    var standings: [AgentDuty.Standing] = []
    var sweep = DutySweep(duty)
    for turn in DutyTimeline.instants(of: duty) {
      let standing = sweep.standing(at: turn)
      guard standing != standings.last ?? .unknown else { continue }
      turns.append(turn)
      standings.append(standing)
    }
    self.turns = turns
    self.standings = standings
  }

  func standing(at instant: Timestamp) -> AgentDuty.Standing {
    let next = firstTurn(after: instant)
    return next == 0 ? .unknown : standings[next - 1]
  }

  /// How the agent stood from one instant to another, without a gap.
  func periods(from: Timestamp, until: Timestamp?) -> [AgentDuty.Period] {
    guard until.map({ from < $0 }) ?? true else { return [] }
    var periods: [AgentDuty.Period] = []
    var next = firstTurn(after: from)
    var begin = from
    var standing = next == 0 ? AgentDuty.Standing.unknown : standings[next - 1]
    while next < turns.count, until.map({ turns[next] < $0 }) ?? true {
      periods.append(AgentDuty.Period(standing: standing, from: begin, until: turns[next]))
      (begin, standing) = (turns[next], standings[next])
      next += 1
    }
    periods.append(AgentDuty.Period(standing: standing, from: begin, until: until))
    return periods
  }

  /// Whether an absence begins after one instant and before another.
  func isAbsence(after: Timestamp, before end: Timestamp?) -> Bool {
    var next = firstTurn(after: after)
    while next < turns.count, end.map({ turns[next] < $0 }) ?? true {
      if case .absent = standings[next] { return true }
      next += 1
    }
    return false
  }

  private func firstTurn(after instant: Timestamp) -> Int {
    var (low, high) = (0, turns.count)
    while low < high {
      let middle = (low + high) / 2
      if turns[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Every instant at which the standing may become another one, in order.
  private static func instants(of duty: AgentDuty) -> [Timestamp] {
    var instants: Set<Timestamp> = []
    for shift in duty.shifts {
      for instant in [shift.startedAt, shift.endedAt, shift.plannedFrom, shift.plannedTo] {
        guard let instant else { continue }
        instants.insert(instant)
        instants.insert(instant.adding(microseconds: AgentDuty.horizonSeconds * 1_000_000))
      }
    }
    for absence in duty.absences {
      instants.insert(absence.from)
      if let until = absence.until { instants.insert(until) }
    }
    if let deactivatedAt = duty.deactivatedAt { instants.insert(deactivatedAt) }
    return instants.sorted()
  }
}

/// Tells how an agent stood at one instant after the other, in order of time.
///
/// Of a shift that was really begun and an absence the later one counts. A plan counts where the desk
/// clocks no shifts of this agent; a planned shift that nobody began is unknown where it does, and so
/// is everything before the first shift and a day after the last one.
private struct DutySweep {
  private let duty: AgentDuty
  private var worked: Window
  private var absences: Window
  private var plans: Window
  private let isClocked: Bool
  /// Shifts in order of their beginning, with the ends that are known.
  private let begins: [(at: Timestamp, end: Timestamp?)]
  private var begun = 0
  /// The latest end of a shift that has begun.
  private var lastEnd: Timestamp?

  init(_ duty: AgentDuty) {
    self.duty = duty
    let shifts = duty.shifts.enumerated()
    worked = Window(
      shifts.compactMap { place, shift in
        shift.startedAt.map { Window.Item(from: $0, until: nil, place: place) }
      })
    absences = Window(
      duty.absences.enumerated().map { place, absence in
        Window.Item(from: absence.from, until: absence.until, place: place)
      })
    plans = Window(
      shifts.compactMap { place, shift in
        guard !shift.isCancelled, let from = shift.plannedFrom, let to = shift.plannedTo else {
          return nil
        }
        return Window.Item(from: from, until: to, place: place)
      })
    isClocked = duty.shifts.contains { $0.startedAt != nil }
    begins = duty.shifts.filter { !$0.isCancelled }.compactMap { shift in
      shift.begin.map { ($0, shift.endedAt ?? (shift.startedAt == nil ? shift.plannedTo : nil)) }
    }.sorted { $0.at < $1.at }
  }

  mutating func standing(at instant: Timestamp) -> AgentDuty.Standing {
    let absence = absences.newest(at: instant).map { duty.absences[$0] }
    if let shift = worked.newest(at: instant).map({ duty.shifts[$0] }),
      instant < DutySweep.end(of: shift), let start = shift.startedAt,
      let position = shift.startPosition, absence.map({ $0.from <= start }) ?? true
    {
      return .onDuty(by: position)
    }
    if let absence { return .absent(by: absence.position) }
    if let deactivatedAt = duty.deactivatedAt, deactivatedAt <= instant { return .offShift }
    if let plan = plans.newest(at: instant).map({ duty.shifts[$0] }) {
      if plan.startedAt != nil { return plan.endedAt == nil ? .unknown : .offShift }
      guard !isClocked, let position = plan.planPosition else { return .unknown }
      return .onDuty(by: position)
    }
    return isBetweenShifts(instant) ? .offShift : .unknown
  }

  private mutating func isBetweenShifts(_ instant: Timestamp) -> Bool {
    while begun < begins.count, begins[begun].at <= instant {
      if let end = begins[begun].end { lastEnd = max(lastEnd ?? end, end) }
      begun += 1
    }
    guard let lastEnd else { return false }
    return begun < begins.count
      || instant < lastEnd.adding(microseconds: AgentDuty.horizonSeconds * 1_000_000)
  }

  /// When a shift that was begun ended, or when nothing more is known of it.
  private static func end(of shift: AgentDuty.Shift) -> Timestamp {
    if let end = shift.endedAt { return end }
    guard let start = shift.startedAt else { return .earliest }
    if let planned = shift.plannedTo, planned > start { return planned }
    return start.adding(microseconds: AgentDuty.horizonSeconds * 1_000_000)
  }

  /// Times of a list, asked for one instant after the other.
  private struct Window {
    struct Item {
      let from: Timestamp
      let until: Timestamp?
      /// The place in the list.
      let place: Int

      func endsBy(_ other: Item) -> Bool {
        guard let end = other.until else { return true }
        return until.map { $0 <= end } ?? false
      }
    }

    private let items: [Item]
    private var next = 0
    /// Those that last, without those that a later one of the list outlasts.
    private var lasting: [Item] = []

    init(_ items: [Item]) { self.items = items.sorted { $0.from < $1.from } }

    /// The last place in the list whose time contains the instant.
    mutating func newest(at instant: Timestamp) -> Int? {
      while next < items.count, items[next].from <= instant {
        let item = items[next]
        lasting.removeAll { $0.place < item.place && $0.endsBy(item) }
        lasting.append(item)
        next += 1
      }
      lasting.removeAll { item in item.until.map { $0 <= instant } ?? false }
      return lasting.map(\.place).max()
    }
  }
}

/// What was worked out of an agent's duty: kept with it, and no part of the value.
struct DutyMemory: Hashable, Sendable {
  private final class Box: Sendable {
    let timeline = Mutex<DutyTimeline?>(nil)
  }

  private var box = Box()

  func timeline(of duty: AgentDuty) -> DutyTimeline {
    box.timeline.withLock { known in
      if let known { return known }
      let made = DutyTimeline(duty)
      known = made
      return made
    }
  }

  /// Begins anew after a change; a copy of the value from before keeps what it has.
  mutating func forget() {
    if isKnownUniquelyReferenced(&box), box.timeline.withLock({ $0 == nil }) { return }
    box = Box()
  }

  static func == (one: DutyMemory, other: DutyMemory) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}
