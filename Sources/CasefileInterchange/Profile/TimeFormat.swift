package import CasefileModel

/// How a source writes times, such as `d/M/yyyy HH:mm`.
///
/// | letters | meaning |
/// |---|---|
/// | `yyyy` `yy` | year; two digits are 2000 … 2099 |
/// | `M` `MM` `MMM` | month of one or two digits, of two digits, `Jan` … `Dec` |
/// | `d` `dd` | day of one or two digits, of two digits |
/// | `H` `HH` · `h` `hh` with `a` | hour from 0 to 23 · from 1 to 12 with `AM` or `PM` |
/// | `m` `mm` · `s` `ss` | minute · second |
/// | `S` … `SSSSSS` | fraction of the second, one digit up to that many |
/// | `X` | `Z` or an offset such as `+03:00`, `+0300` or `+03` |
///
/// Other letters stand between apostrophes, other characters as they are. `rfc3339`, `unixSeconds`
/// and `unixMillis` are formats of their own.
package struct TimeFormat: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case year, shortYear, monthName, fraction(Int), offset, half
    case number(Field, digits: ClosedRange<Int>)
    case literal(UInt8)
  }
  private enum Field: Hashable, Sendable { case month, day, hour, hourOfHalf, minute, second }
  private enum Form: Hashable, Sendable { case parts([Part]), rfc3339, unix(perSecond: Int64) }

  /// The format as the profile writes it.
  let text: String
  private let form: Form

  static let letters = "yyyy, yy, M, MM, MMM, d, dd, H, HH, h, hh, m, mm, s, ss, S … SSSSSS, X, a"
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ].map { Array($0.utf8) }

  /// Reads a format.
  ///
  /// - Throws: a sentence that says what is wrong and what would be right.
  package init(_ text: String) throws(TimeFormatMistake) {
    self.text = text
    switch text {
    case "rfc3339": form = .rfc3339
    case "unixSeconds": form = .unix(perSecond: 1)
    case "unixMillis": form = .unix(perSecond: 1_000)
    default: form = .parts(try TimeFormat.parts(of: text))
    }
  }

  private static func parts(of text: String) throws(TimeFormatMistake) -> [Part] {
    var parts: [Part] = []
    var rest = Array(text.utf8)[...]
    while let letter = rest.first {
      let isLetter = (0x41...0x5A).contains(letter) || (0x61...0x7A).contains(letter)
      if letter == UInt8(ascii: "'") {
        rest.removeFirst()
        guard let close = rest.firstIndex(of: letter) else {
          throw TimeFormatMistake("an apostrophe is open; close it after the literal letters")
        }
        // Two together are an apostrophe.
        let quoted = rest[..<close]
        parts += (quoted.isEmpty ? [letter] : Array(quoted)).map { .literal($0) }
        rest = rest[(close + 1)...]
      } else if isLetter {
        let count = rest.prefix { $0 == letter }.count
        parts.append(try part(letter, count))
        rest.removeFirst(count)
      } else {
        parts.append(.literal(letter))
        rest.removeFirst()
      }
    }
    try check(parts)
    return parts
  }

  private static func part(_ letter: UInt8, _ count: Int) throws(TimeFormatMistake) -> Part {
    switch (Character(Unicode.Scalar(letter)), count) {
    case ("y", 4): return .year
    case ("y", 2): return .shortYear
    case ("M", 3): return .monthName
    case ("M", 1...2): return .number(.month, digits: count...2)
    case ("d", 1...2): return .number(.day, digits: count...2)
    case ("H", 1...2): return .number(.hour, digits: count...2)
    case ("h", 1...2): return .number(.hourOfHalf, digits: count...2)
    case ("m", 1...2): return .number(.minute, digits: count...2)
    case ("s", 1...2): return .number(.second, digits: count...2)
    case ("S", 1...6): return .fraction(count)
    case ("X", 1...3): return .offset
    case ("a", 1): return .half
    default:
      let letters = String(repeating: String(Unicode.Scalar(letter)), count: min(count, 8))
      throw TimeFormatMistake(
        "\(letters) is none of \(TimeFormat.letters); put literal letters between apostrophes")
    }
  }

  private static func check(_ parts: [Part]) throws(TimeFormatMistake) {
    func count(_ matches: (Part) -> Bool) -> Int { parts.count(where: matches) }
    func count(_ field: Field) -> Int {
      count { if case .number(field, _) = $0 { true } else { false } }
    }
    let hours = (count(.hour), count(.hourOfHalf), count { $0 == .half })
    guard count({ $0 == .year || $0 == .shortYear }) == 1,
      count(.month) + count({ $0 == .monthName }) == 1, count(.day) == 1
    else { throw TimeFormatMistake("it needs one year, one month and one day") }
    guard hours == (1, 0, 0) || hours == (0, 1, 1) || hours == (0, 0, 0) else {
      throw TimeFormatMistake("it needs one hour: H from 0 to 23, or h together with a")
    }
    guard count(.minute) <= 1, count(.second) <= count(.minute),
      hours != (0, 0, 0) || count(.minute) == 0,
      count({ if case .fraction = $0 { true } else { false } }) <= count(.second),
      count({ $0 == .offset }) <= 1
    else {
      throw TimeFormatMistake(
        "minutes follow hours, seconds minutes, fractions seconds, and each stands once")
    }
    for (part, next) in zip(parts, parts.dropFirst()) {
      guard case .number(_, let digits) = part, digits.count > 1 else { continue }
      switch next {
      case .literal, .offset, .half, .monthName: continue
      default:
        throw TimeFormatMistake(
          "a number of one or two digits is followed by digits; use two letters, such as dd")
      }
    }
  }

  /// The instant that a cell states, nil if it is not in this format or does not exist.
  ///
  /// - Parameter zone: that of times which state none.
  package func time(_ bytes: [UInt8], _ field: CSVField, in zone: SourceZone) -> Timestamp? {
    let time: Timestamp?
    switch form {
    case .rfc3339:
      var text: [UInt8] = []
      for index in field.start..<min(field.end, field.start + 40) { text.append(bytes[index]) }
      guard text.count == field.end - field.start else { return nil }
      time = Timestamp(String(decoding: text, as: UTF8.self))
    case .unix(let perSecond): time = TimeFormat.unixTime(bytes, field, perSecond: perSecond)
    case .parts(let parts):
      var scanner = TimeScanner(bytes: bytes, index: field.start, end: field.end)
      time = TimeFormat.time(&scanner, parts, zone)
    }
    return time.flatMap { $0.isInRange ? $0 : nil }
  }

  private static func unixTime(
    _ bytes: [UInt8], _ field: CSVField, perSecond: Int64
  ) -> Timestamp? {
    let isNegative = field.start < field.end && bytes[field.start] == UInt8(ascii: "-")
    var scanner = TimeScanner(
      bytes: bytes, index: field.start + (isNegative ? 1 : 0), end: field.end)
    // Twelve digits of seconds reach beyond the year 9999 and fit into 64 bits of microseconds.
    guard let number = scanner.number(1...(perSecond == 1 ? 12 : 15)), scanner.isAtEnd else {
      return nil
    }
    let value = Int64(isNegative ? -number : number)
    return Timestamp(microseconds: value * (1_000_000 / perSecond))
  }

  private static func time(
    _ scanner: inout TimeScanner, _ parts: [Part], _ zone: SourceZone
  ) -> Timestamp? {
    var (year, month, day, hour, minute, second) = (0, 1, 1, 0, 0, 0)
    var (microseconds, offset, hasOffset) = (0, Int64(0), false)
    var isAfternoon = false
    for part in parts {
      var isRead = true
      switch part {
      case .literal(let byte): isRead = scanner.skip(byte)
      case .year: isRead = scanner.number(4...4, into: &year)
      case .shortYear:
        isRead = scanner.number(2...2, into: &year)
        year += 2000
      case .monthName: isRead = scanner.name(months, into: &month)
      case .fraction(let digits): isRead = scanner.fraction(1...digits, into: &microseconds)
      case .offset:
        hasOffset = true
        isRead = scanner.offset(into: &offset)
      case .half: isRead = scanner.half(into: &isAfternoon)
      case .number(.month, let digits): isRead = scanner.number(digits, into: &month)
      case .number(.day, let digits): isRead = scanner.number(digits, into: &day)
      case .number(.hour, let digits): isRead = scanner.number(digits, into: &hour)
      case .number(.hourOfHalf, let digits):
        isRead = scanner.number(digits, into: &hour) && (1...12).contains(hour)
        hour %= 12
      case .number(.minute, let digits): isRead = scanner.number(digits, into: &minute)
      case .number(.second, let digits): isRead = scanner.number(digits, into: &second)
      }
      guard isRead else { return nil }
    }
    guard scanner.isAtEnd,
      let civil = CivilTime(
        year: year, month: month, day: day, hour: hour + (isAfternoon ? 12 : 0), minute: minute,
        second: second)
    else { return nil }
    let local = civil.secondsSince1970
    if !hasOffset { offset = zone.seconds(atLocal: local) }
    return Timestamp(microseconds: (local - offset) * 1_000_000 + Int64(microseconds))
  }
}

/// What is wrong with a time format.
package struct TimeFormatMistake: Error {
  package let message: String
  init(_ message: String) { self.message = message }
}
