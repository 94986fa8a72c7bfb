internal import CasefileModel

/// What a zone's clocks do every year: the rule in the footer of a TZif file, in POSIX form with the
/// hours of -167 to 167 that RFC 8536 allows.
struct ZoneRule: Hashable {
  /// A day of each year.
  enum Day: Hashable {
    /// Counted from 1, without the 29th of February.
    case julian(Int)
    /// Counted from 0, with it.
    case ordinal(Int)
    /// The n-th such day of a month, the fifth being the last; Sunday is 0.
    case monthly(month: Int, week: Int, day: Int)
  }

  /// When summer time begins or ends, by the clocks of that time.
  struct Moment: Hashable {
    let day: Day
    let seconds: Int64
  }

  /// The other time of the year.
  struct Summer: Hashable {
    let offset: Int64
    let begin: Moment
    let end: Moment
  }

  /// The seconds to add to UTC in standard time.
  let standardOffset: Int64
  let summer: Summer?

  /// Nil for bytes that are no rule.
  init?(parsing bytes: [UInt8]) {
    var scanner = Scanner(bytes: bytes)
    guard scanner.name(), let west = scanner.time(hours: 24) else { return nil }
    standardOffset = -west
    guard !scanner.isAtEnd else {
      summer = nil
      return
    }
    guard scanner.name() else { return nil }
    var offset = standardOffset + 3600
    if scanner.peek != UInt8(ascii: ",") {
      guard let west = scanner.time(hours: 24) else { return nil }
      offset = -west
    }
    guard scanner.skip(","), let begin = scanner.moment(), scanner.skip(","),
      let end = scanner.moment(), scanner.isAtEnd
    else { return nil }
    summer = Summer(offset: offset, begin: begin, end: end)
  }

  /// Every change of the offset in a range of years, in order. Where one time ends at the instant at
  /// which the other begins, the one that begins comes last.
  func changes(from first: Int, through last: Int) -> [(time: Int64, offset: Int64)] {
    guard let summer, first <= last else { return [] }
    var changes: [(time: Int64, offset: Int64, order: Int)] = []
    for year in first...last {
      changes.append((summer.begin.time(in: year) - standardOffset, summer.offset, 1))
      changes.append((summer.end.time(in: year) - summer.offset, standardOffset, 0))
    }
    changes.sort { ($0.time, $0.order) < ($1.time, $1.order) }
    // Summer time without an end: the end of one year is the beginning of the next one's.
    var kept: [(time: Int64, offset: Int64)] = []
    for change in changes {
      if kept.last?.time == change.time { kept.removeLast() }
      kept.append((change.time, change.offset))
    }
    return kept
  }
}

extension ZoneRule.Moment {
  /// Seconds since 1970 by the local clocks.
  fileprivate func time(in year: Int) -> Int64 {
    let january = ZoneRule.days(year, 1, 1)
    let isLeap = ZoneRule.days(year, 3, 1) - january == 60
    let days: Int64
    switch day {
    case .julian(let number):
      days = january + Int64(number - 1) + (isLeap && number >= 60 ? 1 : 0)
    case .ordinal(let number): days = january + Int64(number)
    case .monthly(let month, let week, let weekday):
      let first = ZoneRule.days(year, month, 1)
      let next = month == 12 ? ZoneRule.days(year + 1, 1, 1) : ZoneRule.days(year, month + 1, 1)
      // 1970-01-01 was a Thursday.
      let ofFirst = Int((first + 4) % 7 + 7) % 7
      var date = first + Int64((weekday - ofFirst + 7) % 7) + Int64(week - 1) * 7
      while date >= next { date -= 7 }
      days = date
    }
    return days * 86_400 + seconds
  }
}

extension ZoneRule {
  /// The days since 1970 of a date that exists.
  fileprivate static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let time = CivilTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
    return (time?.secondsSince1970 ?? 0) / 86_400
  }

  private struct Scanner {
    let bytes: [UInt8]
    private var next = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { next == bytes.count }
    var peek: UInt8? { isAtEnd ? nil : bytes[next] }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard peek == UInt8(ascii: character) else { return false }
      next += 1
      return true
    }

    /// Three letters or more, or anything alphanumeric with signs between angle brackets.
    mutating func name() -> Bool {
      let start = next
      if skip("<") {
        while let byte = peek, byte != UInt8(ascii: ">") {
          guard isLetter(byte) || isDigit(byte) || byte == 0x2B || byte == 0x2D else {
            return false
          }
          next += 1
        }
        return skip(">") && next - start >= 5
      }
      while let byte = peek, isLetter(byte) { next += 1 }
      return next - start >= 3
    }

    /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
    mutating func time(hours limit: Int64) -> Int64? {
      let isNegative = skip("-")
      if !isNegative { _ = skip("+") }
      guard let hours = number(digits: 3), hours <= limit else { return nil }
      var seconds = hours * 3600
      if skip(":") {
        guard let minutes = number(digits: 2), minutes < 60 else { return nil }
        seconds += minutes * 60
        if skip(":") {
          guard let more = number(digits: 2), more < 60 else { return nil }
          seconds += more
        }
      }
      return isNegative ? -seconds : seconds
    }

    mutating func moment() -> Moment? {
      guard let day = day() else { return nil }
      // Two o'clock unless something else is said.
      guard skip("/") else { return Moment(day: day, seconds: 7200) }
      return time(hours: 167).map { Moment(day: day, seconds: $0) }
    }

    private mutating func day() -> Day? {
      if skip("J") {
        guard let number = number(digits: 3), (1...365).contains(number) else { return nil }
        return .julian(Int(number))
      }
      guard skip("M") else {
        guard let number = number(digits: 3), number <= 365 else { return nil }
        return .ordinal(Int(number))
      }
      guard let month = number(digits: 2), (1...12).contains(month), skip("."),
        let week = number(digits: 1), (1...5).contains(week), skip("."),
        let day = number(digits: 1), day <= 6
      else { return nil }
      return .monthly(month: Int(month), week: Int(week), day: Int(day))
    }

    private mutating func number(digits limit: Int) -> Int64? {
      var value: Int64 = 0
      var count = 0
      while count < limit, let byte = peek, isDigit(byte) {
        value = value * 10 + Int64(byte - 0x30)
        count += 1
        next += 1
      }
      return count == 0 ? nil : value
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
  }
}
