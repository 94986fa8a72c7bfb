/// An instant: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted, as POSIX does.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Microseconds since 1970 UTC; negative before.
  public let microseconds: Int64

  /// Makes the instant that lies this many microseconds after 1970 UTC.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Makes the instant that lies this many seconds after 1970 UTC; it stays at the ends of the range
  /// of 64 bits, which `isInRange` refuses.
  public init(seconds: Int64) {
    let (product, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000)
    microseconds = isOver ? (seconds > 0 ? .max : .min) : product
  }

  /// 1900-01-01T00:00:00Z: no help desk kept rows before it.
  public static let earliest = Timestamp(microseconds: -2_208_988_800_000_000)
  /// 9999-12-31T23:59:59.999999Z, the last instant that RFC 3339 can write.
  public static let latest = Timestamp(microseconds: 253_402_300_799_999_999)

  /// Whether the instant lies between `earliest` and `latest`, which every stored time must.
  public var isInRange: Bool { self >= .earliest && self <= .latest }

  /// Whole milliseconds since 1970 UTC, rounded down.
  public var milliseconds: Int64 { floor(1000) }

  /// Whole seconds since 1970 UTC, rounded down.
  public var seconds: Int64 { floor(1_000_000) }

  private func floor(_ divisor: Int64) -> Int64 {
    let quotient = microseconds / divisor
    return microseconds % divisor < 0 ? quotient - 1 : quotient
  }

  /// The instant this many microseconds later; it stays at the ends of the range of 64 bits.
  public func adding(microseconds more: Int64) -> Timestamp {
    let (sum, isOver) = microseconds.addingReportingOverflow(more)
    return Timestamp(microseconds: isOver ? (more > 0 ? .max : .min) : sum)
  }

  /// Orders by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  /// RFC 3339 in UTC with six fraction digits, such as `2026-03-02T11:05:00.000000Z`.
  ///
  /// Years that RFC 3339 cannot write have a sign and six digits (ISO 8601, expanded): only damaged
  /// bytes hold such times, and they must not look like others.
  public var description: String {
    let civil = CivilTime(secondsSince1970: seconds)
    let remainder = microseconds % 1_000_000
    let fraction = remainder < 0 ? remainder + 1_000_000 : remainder
    var text: [UInt8] = []
    text.reserveCapacity(27)
    func put(_ value: Int, _ width: Int) {
      var digits: [UInt8] = []
      var rest = value
      for _ in 0..<width {
        digits.append(UInt8(0x30 + rest % 10))
        rest /= 10
      }
      text.append(contentsOf: digits.reversed())
    }
    if (0...9999).contains(civil.year) {
      put(civil.year, 4)
    } else {
      text.append(civil.year < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
      put(abs(civil.year), 6)
    }
    text.append(UInt8(ascii: "-"))
    put(civil.month, 2)
    text.append(UInt8(ascii: "-"))
    put(civil.day, 2)
    text.append(UInt8(ascii: "T"))
    put(civil.hour, 2)
    text.append(UInt8(ascii: ":"))
    put(civil.minute, 2)
    text.append(UInt8(ascii: ":"))
    put(civil.second, 2)
    text.append(UInt8(ascii: "."))
    put(Int(fraction), 6)
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads RFC 3339 with `Z` or an offset and up to six fraction digits; nil for anything else, for
  /// dates that don't exist and for times out of range.
  ///
  /// A leap second, `23:59:60` UTC at the end of a month, is read as the microsecond before it:
  /// POSIX time has no room for it.
  public init?(_ text: String) {
    var scanner = DigitScanner(Array(text.utf8))
    guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2),
      scanner.skip("-"), let day = scanner.digits(2), scanner.skip("T") || scanner.skip("t"),
      let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2),
      scanner.skip(":"), let second = scanner.digits(2), second <= 60
    else { return nil }
    var fraction: Int64 = 0
    if scanner.skip(".") {
      guard let digits = scanner.fraction() else { return nil }
      fraction = digits
    }
    var offsetMinutes = 0
    if !(scanner.skip("Z") || scanner.skip("z")) {
      let sign: Int
      if scanner.skip("+") {
        sign = 1
      } else if scanner.skip("-") {
        sign = -1
      } else {
        return nil
      }
      guard let hours = scanner.digits(2), hours < 24, scanner.skip(":"),
        let minutes = scanner.digits(2), minutes < 60
      else { return nil }
      offsetMinutes = sign * (hours * 60 + minutes)
    }
    guard scanner.isAtEnd,
      let civil = CivilTime(
        year: year, month: month, day: day, hour: hour, minute: minute, second: min(second, 59))
    else { return nil }
    let seconds = civil.secondsSince1970 - Int64(offsetMinutes) * 60
    if second == 60 {
      guard (seconds + 1).isMultiple(of: 86_400),
        CivilTime(secondsSince1970: seconds + 1).day == 1
      else { return nil }
      fraction = 999_999
    }
    self.init(microseconds: seconds * 1_000_000 + fraction)
    guard isInRange else { return nil }
  }
}

/// A date and time of the proleptic Gregorian calendar, without a zone.
package struct CivilTime: Hashable, Sendable {
  package let year: Int
  package let month: Int
  package let day: Int
  package let hour: Int
  package let minute: Int
  package let second: Int

  /// Nil for a date or time that does not exist.
  package init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilTime.days(inMonth: month, year: year), (0...23).contains(hour),
      (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// Days are counted in 400-year eras that begin on 1 March, which puts the leap day last.
  package init(secondsSince1970: Int64) {
    var days = secondsSince1970 / 86_400
    var rest = secondsSince1970 % 86_400
    if rest < 0 {
      rest += 86_400
      days -= 1
    }
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    hour = Int(rest / 3600)
    minute = Int(rest % 3600 / 60)
    second = Int(rest % 60)
  }

  package var secondsSince1970: Int64 {
    let shiftedYear = Int64(month <= 2 ? year - 1 : year)
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  private static func days(inMonth month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2:
      year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    default: 31
    }
  }
}

/// Reads fixed numbers of digits from text, for time formats.
private struct DigitScanner {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  mutating func digits(_ count: Int) -> Int? {
    guard index + count <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[index..<index + count] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    index += count
    return value
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// One to six digits after the point, as microseconds.
  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var count = 0
    while index < bytes.count, (0x30...0x39).contains(bytes[index]), count < 6 {
      value = value * 10 + Int64(bytes[index] - 0x30)
      index += 1
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<6 { value *= 10 }
    return value
  }
}
