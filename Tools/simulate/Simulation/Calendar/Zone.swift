import CasefileModel

/// A zone in which people work, by the rules in force since 2015. The simulator has its own: the
/// zone data of two machines may differ, and the same seed must give the same bytes.
package struct Zone: Sendable {
  /// When the clocks are changed.
  enum Summer: Sendable {
    case none
    /// Last Sundays of March and October, 01:00 UTC.
    case european
    /// Second Sunday of March, first of November, 02:00 local time.
    case american
  }

  /// The IANA name.
  let name: String
  let standardOffset: Int64
  let summer: Summer

  static let moscow = Zone(name: "Europe/Moscow", standardOffset: 10_800, summer: .none)
  static let berlin = Zone(name: "Europe/Berlin", standardOffset: 3600, summer: .european)
  static let newYork = Zone(name: "America/New_York", standardOffset: -18_000, summer: .american)
  static let vladivostok = Zone(name: "Asia/Vladivostok", standardOffset: 36_000, summer: .none)
  static let kolkata = Zone(name: "Asia/Kolkata", standardOffset: 19_800, summer: .none)

  /// Seconds to add to UTC for the local clock reading.
  func offset(at second: Int64) -> Int64 {
    let year = CivilTime(secondsSince1970: second).year
    let isSummer: Bool
    switch summer {
    case .none: isSummer = false
    case .european:
      let from = Zone.sunday(year, month: 3, last: true) + 3600
      let to = Zone.sunday(year, month: 10, last: true) + 3600
      isSummer = second >= from && second < to
    case .american:
      let from = Zone.sunday(year, month: 3, last: false) + 7 * 86_400 + 7200 - standardOffset
      let to = Zone.sunday(year, month: 11, last: false) + 3600 - standardOffset
      isSummer = second >= from && second < to
    }
    return isSummer ? standardOffset + 3600 : standardOffset
  }

  /// The instant of a local clock reading, given as seconds of a clock without a zone.
  func utc(_ local: Int64) -> Int64 {
    let guess = local - standardOffset
    return local - offset(at: guess - (summer == .none ? 0 : 1800))
  }

  /// The day since 1970 by the local clock.
  func day(at second: Int64) -> Int64 { Zone.floor(second + offset(at: second), 86_400) }

  /// 0 for Monday.
  static func weekday(_ day: Int64) -> Int { Int(((day + 3) % 7 + 7) % 7) }

  static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
  }

  /// The start of the first or last Sunday of a month, in UTC.
  private static func sunday(_ year: Int, month: Int, last: Bool) -> Int64 {
    let first = midnight(year, last ? month + 1 : month)
    let day = first / 86_400
    let toSunday = Int64((6 - weekday(day) + 7) % 7)
    return last
      ? first - Int64(toSunday == 0 ? 7 : 7 - toSunday) * 86_400 : first + toSunday * 86_400
  }

  private static func midnight(_ year: Int, _ month: Int) -> Int64 {
    CivilTime(year: year, month: month, day: 1, hour: 0, minute: 0, second: 0)?.secondsSince1970
      ?? 0
  }
}
