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
  private let segments: Segments

  /// The versions, in order of their coming into force.
  public var versions: [WorkingCalendar] { segments.versions }

  /// Around the clock.
  public static let always = WorkingTime(Segments())

  private init(_ segments: Segments) { self.segments = segments }

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
    segments = try Segments(sorted.map(\.element), rules: rules)
  }

  /// Whether work is done at an instant.
  public func contains(_ instant: Timestamp) -> Bool { segments.contains(instant) }

  /// The microseconds between two instants that are working time; zero where the second isn't later.
  public func elapsed(from start: Timestamp, to end: Timestamp) -> Int64 {
    segments.elapsed(from: start, to: end)
  }

  /// The earliest instant at or after another by which so much working time has passed; nil where
  /// that is beyond the horizon.
  ///
  /// - Parameter working: microseconds; nothing or less is the start itself.
  public func instant(after working: Int64, from start: Timestamp) -> Timestamp? {
    segments.instant(after: working, from: start)
  }

  /// The version in force at an instant; nil before the first.
  public func version(at instant: Timestamp) -> WorkingCalendar? {
    segments.version(at: instant).map { segments.versions[$0] }
  }

  /// The number of the version in force at an instant; nil before the first.
  package func versionNumber(at instant: Timestamp) -> Int64? {
    segments.version(at: instant).map { segments.numbers[$0] }
  }

  /// The local clock's lead over UTC at an instant, in seconds.
  public func offsetSeconds(at instant: Timestamp) -> Int64 {
    segments.offset(at: instant) / 1_000_000
  }
}
