import CasefileModel
internal import Synchronization

/// How an agent stood at all times, worked out once: an answer is a search, however many shifts there
/// were.
struct DutyTimeline: Sendable {
  /// Every instant at which the standing becomes another one, in order. Before the first one nothing is
  /// known.
  let turns: [Timestamp]
  private let standings: [AgentDuty.Standing]
  /// Those of the turns from which on an absence counts.
  private let absences: [Timestamp]

  init(_ duty: AgentDuty) {
    var turns: [Timestamp] = []
    var standings: [AgentDuty.Standing] = []
    var absences: [Timestamp] = []
    var sweep = DutySweep(duty)
    for turn in DutyTimeline.instants(of: duty) {
      let standing = sweep.standing(at: turn)
      guard standing != standings.last ?? .unknown else { continue }
      turns.append(turn)
      standings.append(standing)
      if case .absent = standing { absences.append(turn) }
    }
    self.turns = turns
    self.standings = standings
    self.absences = absences
  }

  func standing(at instant: Timestamp) -> AgentDuty.Standing {
    let next = DutyTimeline.first(of: turns, after: instant)
    return next == 0 ? .unknown : standings[next - 1]
  }

  /// How the agent stood from one instant to another, without a gap.
  func periods(from: Timestamp, until: Timestamp?) -> [AgentDuty.Period] {
    guard until.map({ from < $0 }) ?? true else { return [] }
    var periods: [AgentDuty.Period] = []
    var next = DutyTimeline.first(of: turns, after: from)
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
    let next = DutyTimeline.first(of: absences, after: after)
    return next < absences.count && end.map { absences[next] < $0 } ?? true
  }

  /// The absences that begin after one instant and before another, whole, in order.
  func absences(after: Timestamp, before end: Timestamp?) -> [AgentDuty.Period] {
    var periods: [AgentDuty.Period] = []
    for begin in absences[DutyTimeline.first(of: absences, after: after)...] {
      if let end, begin >= end { break }
      let next = DutyTimeline.first(of: turns, after: begin)
      periods.append(
        AgentDuty.Period(
          standing: standings[next - 1], from: begin, until: next < turns.count ? turns[next] : nil)
      )
    }
    return periods
  }

  /// The place of the first instant after another one, among some in order.
  private static func first(of instants: [Timestamp], after instant: Timestamp) -> Int {
    var (low, high) = (0, instants.count)
    while low < high {
      let middle = (low + high) / 2
      if instants[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Every instant at which the standing may become another one, in order; some more than once.
  private static func instants(of duty: AgentDuty) -> [Timestamp] {
    var instants: [Timestamp] = []
    instants.reserveCapacity(5 * duty.shifts.count + 2 * duty.absences.count + 1)
    func add(_ instant: Timestamp?) { if let instant { instants.append(instant) } }
    func addHorizon(of instant: Timestamp?) {
      add(instant?.adding(microseconds: AgentDuty.horizonSeconds * 1_000_000))
    }
    for index in duty.shifts.indices {
      let (start, end) = (duty.shifts[index].startedAt, duty.shifts[index].endedAt)
      add(start)
      add(end)
      add(duty.shifts[index].plannedFrom)
      add(duty.shifts[index].plannedTo)
      // A day counts after an end, and of a shift that has none after its beginning.
      addHorizon(of: end ?? start ?? duty.shifts[index].plannedTo)
    }
    for absence in duty.absences {
      add(absence.from)
      add(absence.until)
    }
    add(duty.deactivatedAt)
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
    // By their places, without copies of shifts and their lists.
    let absence = absences.newest(at: instant)
    if let shift = worked.newest(at: instant), let start = duty.shifts[shift].startedAt,
      let position = duty.shifts[shift].startPosition, instant < end(of: shift, from: start),
      absence.map({ duty.absences[$0].from <= start }) ?? true
    {
      return .onDuty(by: position)
    }
    if let absence { return .absent(by: duty.absences[absence].position) }
    if let deactivatedAt = duty.deactivatedAt, deactivatedAt <= instant { return .offShift }
    if let plan = plans.newest(at: instant) {
      if duty.shifts[plan].startedAt != nil {
        return duty.shifts[plan].endedAt == nil ? .unknown : .offShift
      }
      guard !isClocked, let position = duty.shifts[plan].planPosition else { return .unknown }
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
  private func end(of shift: Int, from start: Timestamp) -> Timestamp {
    if let end = duty.shifts[shift].endedAt { return end }
    if let planned = duty.shifts[shift].plannedTo, planned > start { return planned }
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
      var newest: Int?
      for item in lasting where newest.map({ $0 < item.place }) ?? true { newest = item.place }
      return newest
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
