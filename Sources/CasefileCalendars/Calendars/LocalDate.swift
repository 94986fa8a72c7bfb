internal import CasefileModel

/// A date of the Gregorian calendar, without a zone.
public struct LocalDate: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The days since 1970-01-01.
  public let days: Int64

  /// The date so many days after 1970-01-01.
  public init(days: Int64) { self.days = days }

  /// Reads `2026-03-09`; nil for a date that does not exist.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.count == 3, parts[0].utf8.count == 4,
      parts[1].utf8.count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Nil for a date that does not exist.
  public init?(year: Int, month: Int, day: Int) {
    guard
      let time = CivilTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
    else { return nil }
    days = LocalDate.floor(time.secondsSince1970, 86_400).quotient
  }

  /// The day of the week, Monday being 0.
  public var weekday: Int { Int(LocalDate.floor(days + 3, 7).remainder) }

  /// As `2026-03-09`.
  public var description: String {
    let civil = CivilTime(secondsSince1970: days * 86_400)
    func padded(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
  }

  /// By time.
  public static func < (left: LocalDate, right: LocalDate) -> Bool { left.days < right.days }

  /// Division that rounds down, also below zero.
  static func floor(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
