internal import CasefileModel

/// The time from 1900 to the horizon, cut where the offset or the version of a calendar changes, with
/// the working time before each cut.
///
/// One object, so that handing it on counts one reference.
final class Segments: Sendable {
  private struct Segment: Sendable {
    /// Its first instant, in microseconds since 1970 UTC.
    let start: Int64
    /// What to add for the local reading.
    let offset: Int64
    /// The version in force; below zero before the first.
    let version: Int
    /// The working time before it.
    let before: Int64
    /// What to add to the plan's own sum for that of all segments.
    let base: Int64
  }

  /// Segments are found by the part of time in which an instant lies: 2⁴⁴ microseconds, some 200 days,
  /// in which clocks change once or twice.
  private static let partBits: Int64 = 44

  let versions: [WorkingCalendar]
  let numbers: [Int64]
  private let plans: [DayPlan]
  private let segments: [Segment]
  /// The segment in which each part begins.
  private let parts: [Int]
  private let begin = Timestamp.earliest.microseconds
  private let end: Int64
  private let totalAtEnd: Int64

  /// No cuts: around the clock.
  init() {
    versions = []
    numbers = []
    plans = []
    segments = []
    parts = []
    end = Segments.horizon
    totalAtEnd = end
  }

  /// Takes versions in order of their coming into force.
  init(_ versions: [WorkingCalendar], rules: (String) throws -> ZoneRules) throws {
    self.versions = versions
    numbers = versions.map(\.version)
    plans = versions.map(DayPlan.init)
    end = Segments.horizon
    (segments, totalAtEnd) = try Segments.cut(versions, plans, until: end, rules: rules)
    var parts: [Int] = []
    var index = 0
    for part in 0...(end - begin) >> Segments.partBits {
      let start = begin + part << Segments.partBits
      while index + 1 < segments.count, segments[index + 1].start <= start { index += 1 }
      parts.append(index)
    }
    self.parts = parts
  }

  private static func cut(
    _ versions: [WorkingCalendar], _ plans: [DayPlan], until end: Int64,
    rules: (String) throws -> ZoneRules
  ) throws -> (segments: [Segment], total: Int64) {
    var segments: [Segment] = []
    var before: Int64 = 0
    let begin = versions.first.map { min(max($0.start, earliest), end) } ?? end
    if earliest < begin {
      segments.append(Segment(start: earliest, offset: 0, version: -1, before: 0, base: 0))
    }
    for (index, version) in versions.enumerated() {
      let start = min(max(version.start, earliest), end)
      let until = index + 1 < versions.count ? min(max(versions[index + 1].start, start), end) : end
      guard start < until else { continue }
      let zone = try rules(version.timeZone)
      let changes = zone.changes(from: seconds(start) + 1, to: seconds(until - 1) + 1)
        .map { $0 * 1_000_000 }
      for (from, to) in zip([start] + changes, changes + [until]) {
        let offset = zone.offsetSeconds(at: seconds(from)) * 1_000_000
        let base = before - plans[index].total(before: from + offset)
        segments.append(
          Segment(start: from, offset: offset, version: index, before: before, base: base))
        before = base + plans[index].total(before: to + offset)
      }
    }
    return (segments, before)
  }

  func contains(_ instant: Timestamp) -> Bool {
    let time = clamped(instant)
    guard !segments.isEmpty else { return true }
    let segment = segments[index(at: time)]
    return segment.version >= 0 && plans[segment.version].contains(time + segment.offset)
  }

  func elapsed(from start: Timestamp, to end: Timestamp) -> Int64 {
    guard start < end else { return 0 }
    let from = clamped(start)
    let to = clamped(end)
    if segments.isEmpty { return to - from }
    let index = index(at: from)
    // Most spans lie between two changes of the clocks.
    let isWithin = index + 1 >= segments.count || segments[index + 1].start > to
    return total(before: to, in: isWithin ? index : self.index(at: to))
      - total(before: from, in: index)
  }

  func instant(after working: Int64, from start: Timestamp) -> Timestamp? {
    guard working > 0 else { return start }
    let from = clamped(start)
    if segments.isEmpty {
      let (goal, isOver) = from.addingReportingOverflow(working)
      return isOver || goal > totalAtEnd ? nil : Timestamp(microseconds: goal)
    }
    var low = index(at: from)
    let (goal, isOver) = total(before: from, in: low).addingReportingOverflow(working)
    guard !isOver, goal <= totalAtEnd else { return nil }
    // The last segment before which less than the goal lies; most often this one.
    if low + 1 < segments.count, segments[low + 1].before < goal {
      var high = segments.count
      while high - low > 1 {
        let middle = (low + high) / 2
        if segments[middle].before < goal { low = middle } else { high = middle }
      }
    }
    let segment = segments[low]
    guard segment.version >= 0 else { return nil }
    let until = low + 1 < segments.count ? segments[low + 1].start : end
    let reading = plans[segment.version].reading(
      at: goal - segment.base, after: max(segment.start, from) + segment.offset,
      through: until + segment.offset)
    return Timestamp(microseconds: reading - segment.offset)
  }

  /// The place of the version in force at an instant; nil before the first.
  func version(at instant: Timestamp) -> Int? {
    guard !segments.isEmpty else { return nil }
    let version = segments[index(at: clamped(instant))].version
    return version < 0 ? nil : version
  }

  /// What to add for the local reading at an instant.
  func offset(at instant: Timestamp) -> Int64 {
    segments.isEmpty ? 0 : segments[index(at: clamped(instant))].offset
  }

  private static let horizon: Int64 = {
    let time = CivilTime(
      year: ZoneRules.horizonYear, month: 1, day: 1, hour: 0, minute: 0, second: 0)
    return (time?.secondsSince1970 ?? 0) * 1_000_000
  }()

  private static let earliest = Timestamp.earliest.microseconds

  /// Whole seconds, rounded down.
  private static func seconds(_ microseconds: Int64) -> Int64 {
    LocalDate.floor(microseconds, 1_000_000).quotient
  }

  private func clamped(_ instant: Timestamp) -> Int64 {
    min(max(instant.microseconds, begin), end)
  }

  private func total(before time: Int64, in index: Int) -> Int64 {
    let segment = segments[index]
    guard segment.version >= 0 else { return segment.before }
    return segment.base + plans[segment.version].total(before: time + segment.offset)
  }

  /// The segment in which a clamped time lies.
  private func index(at time: Int64) -> Int {
    var index = parts[Int((time - begin) >> Segments.partBits)]
    while index + 1 < segments.count, segments[index + 1].start <= time { index += 1 }
    return index
  }
}

extension WorkingCalendar {
  /// When it came into force, in microseconds.
  var start: Int64 { effectiveFrom?.microseconds ?? .min }
}
