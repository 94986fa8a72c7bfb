public import CasefileModel

/// The working time of a calendar with all its versions, as instants.
///
/// An instant is working time if its local clock reading, in the zone of the version in force, lies
/// in the hours of that local date. Both passes of a repeated hour count, of a skipped one nothing
/// does. Time is cut into segments in which one offset and one version hold; the working time before
/// each is summed up once, so that every question is a search and no length of time is walked.
///
/// Counted from 1900 to `ZoneRules.horizonYear`, in microseconds, leap seconds not counted.
public struct WorkingTime: Sendable {
  private struct Segment: Sendable {
    /// Its first instant, in microseconds since 1970 UTC.
    let start: Int64
    /// What to add for the local reading.
    let offset: Int64
    /// The version in force; nil before the first.
    let version: Int?
    /// The working time before it.
    let before: Int64
    /// What to add to the plan's own sum for that of all segments.
    let base: Int64
  }

  /// The versions, in order of their coming into force.
  public let versions: [WorkingCalendar]
  private let numbers: [Int64]
  private let plans: [DayPlan]
  private let segments: [Segment]
  private let end: Int64
  private let totalAtEnd: Int64

  /// Around the clock.
  public static let always = WorkingTime()

  private init() {
    versions = []
    numbers = []
    plans = []
    segments = []
    end = WorkingTime.horizon
    totalAtEnd = end
  }

  /// Takes all known versions of one calendar, in any order.
  ///
  /// The one in force at an instant is that with the largest `effectiveFrom` at or before it; of
  /// equal ones the one that was published last.
  ///
  /// - Parameter rules: gives the rules of a zone.
  /// - Throws: what `rules` throws.
  public init(
    _ calendars: [WorkingCalendar], rules: (String) throws -> ZoneRules
  ) throws {
    let sorted = calendars.enumerated().sorted { left, right in
      let first = left.element
      let second = right.element
      return (first.start, first.position?.rawValue ?? .max, first.version, left.offset)
        < (second.start, second.position?.rawValue ?? .max, second.version, right.offset)
    }
    versions = sorted.map(\.element)
    numbers = versions.map(\.version)
    plans = versions.map(DayPlan.init)
    end = WorkingTime.horizon
    (segments, totalAtEnd) = try WorkingTime.segments(versions, plans, until: end, rules: rules)
  }

  private static func segments(
    _ versions: [WorkingCalendar], _ plans: [DayPlan], until end: Int64,
    rules: (String) throws -> ZoneRules
  ) throws -> (segments: [Segment], total: Int64) {
    var segments: [Segment] = []
    var before: Int64 = 0
    let first = Timestamp.earliest.microseconds
    let begin = versions.first.map { min(max($0.start, first), end) } ?? end
    if first < begin {
      segments.append(Segment(start: first, offset: 0, version: nil, before: 0, base: 0))
    }
    for (index, version) in versions.enumerated() {
      let start = min(max(version.start, first), end)
      let until = index + 1 < versions.count ? min(max(versions[index + 1].start, start), end) : end
      guard start < until else { continue }
      let zone = try rules(version.timeZone)
      let changes = zone.changes(
        from: WorkingTime.seconds(start) + 1, to: WorkingTime.seconds(until - 1) + 1
      ).map { $0 * 1_000_000 }
      for (from, to) in zip([start] + changes, changes + [until]) {
        let offset = zone.offsetSeconds(at: WorkingTime.seconds(from)) * 1_000_000
        let base = before - plans[index].total(before: from + offset)
        segments.append(
          Segment(start: from, offset: offset, version: index, before: before, base: base))
        before = base + plans[index].total(before: to + offset)
      }
    }
    return (segments, before)
  }

  /// Whether work is done at an instant.
  public func contains(_ instant: Timestamp) -> Bool {
    let time = clamped(instant)
    guard !segments.isEmpty else { return true }
    let segment = segments[index(at: time)]
    return segment.version.map { plans[$0].contains(time + segment.offset) } ?? false
  }

  /// The microseconds between two instants that are working time; zero where the second isn't later.
  public func elapsed(from start: Timestamp, to end: Timestamp) -> Int64 {
    guard start < end else { return 0 }
    return total(before: clamped(end)) - total(before: clamped(start))
  }

  /// The earliest instant at or after another by which so much working time has passed; nil where
  /// that is beyond the horizon.
  ///
  /// - Parameter working: microseconds; nothing or less is the start itself.
  public func instant(after working: Int64, from start: Timestamp) -> Timestamp? {
    guard working > 0 else { return start }
    let from = clamped(start)
    let (goal, isOver) = total(before: from).addingReportingOverflow(working)
    guard !isOver, goal <= totalAtEnd else { return nil }
    guard !segments.isEmpty else { return Timestamp(microseconds: goal) }
    // The last segment before which less than the goal lies.
    var low = index(at: from)
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].before < goal { low = middle } else { high = middle }
    }
    let segment = segments[low]
    guard let version = segment.version else { return nil }
    let until = low + 1 < segments.count ? segments[low + 1].start : end
    let reading = plans[version].reading(
      at: goal - segment.base, after: max(segment.start, from) + segment.offset,
      through: until + segment.offset)
    return Timestamp(microseconds: reading - segment.offset)
  }

  /// The version in force at an instant; nil before the first.
  public func version(at instant: Timestamp) -> WorkingCalendar? {
    guard !segments.isEmpty else { return nil }
    return segments[index(at: clamped(instant))].version.map { versions[$0] }
  }

  /// The number of the version in force at an instant; nil before the first.
  package func versionNumber(at instant: Timestamp) -> Int64? {
    guard !segments.isEmpty else { return nil }
    return segments[index(at: clamped(instant))].version.map { numbers[$0] }
  }

  /// The local clock's lead over UTC at an instant, in seconds.
  public func offsetSeconds(at instant: Timestamp) -> Int64 {
    guard !segments.isEmpty else { return 0 }
    return segments[index(at: clamped(instant))].offset / 1_000_000
  }

  private static let horizon: Int64 = {
    let time = CivilTime(
      year: ZoneRules.horizonYear, month: 1, day: 1, hour: 0, minute: 0, second: 0)
    return (time?.secondsSince1970 ?? 0) * 1_000_000
  }()

  /// Whole seconds, rounded down.
  private static func seconds(_ microseconds: Int64) -> Int64 {
    LocalDate.floor(microseconds, 1_000_000).quotient
  }

  private func clamped(_ instant: Timestamp) -> Int64 {
    min(max(instant.microseconds, Timestamp.earliest.microseconds), end)
  }

  private func total(before time: Int64) -> Int64 {
    guard !segments.isEmpty else { return time }
    let segment = segments[index(at: time)]
    guard let version = segment.version else { return segment.before }
    return segment.base + plans[version].total(before: time + segment.offset)
  }

  private func index(at time: Int64) -> Int {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].start <= time { low = middle } else { high = middle }
    }
    return low
  }
}

extension WorkingCalendar {
  /// When it came into force, in microseconds.
  fileprivate var start: Int64 { effectiveFrom?.microseconds ?? .min }
}
