internal import Foundation

/// The zone of times that state none: an offset, or a zone of the tz database by its name.
package struct SourceZone: Hashable, Sendable {
  private enum Rule: Hashable, Sendable { case fixed(Int64), named(TimeZone) }

  private let rule: Rule

  /// An offset in seconds east of Greenwich.
  package init(seconds: Int64) { rule = .fixed(seconds) }

  /// A zone such as `Europe/Moscow`; nil where the system's tz database has none of this name.
  package init?(name: String) {
    // Abbreviations such as MSK and forms such as GMT+3 are not zones of the database.
    guard name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
    rule = .named(zone)
  }

  /// The name, which every event then carries; nil for an offset.
  var name: String? { if case .named(let zone) = rule { zone.identifier } else { nil } }

  static func nearName(to name: String) -> [String] {
    TimeZone.knownTimeZoneIdentifiers.filter {
      $0.lowercased().hasSuffix("/" + name.lowercased())
    }
  }

  /// The offset in force when clocks showed a time, given as seconds since 1970 as if in UTC.
  ///
  /// A time that clocks showed twice is taken as the first, since what comes later is then late at
  /// most; one that they skipped as if they had not.
  func seconds(atLocal local: Int64) -> Int64 {
    guard case .named(let zone) = rule else {
      if case .fixed(let seconds) = rule { return seconds }
      return 0
    }
    func offset(_ instant: Int64) -> Int64 {
      Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant))))
    }
    // No zone changes twice within two days.
    let (before, after) = (offset(local - 86_400), offset(local + 86_400))
    if before == after || offset(local - before) == before { return before }
    return offset(local - after) == after ? after : before
  }
}
