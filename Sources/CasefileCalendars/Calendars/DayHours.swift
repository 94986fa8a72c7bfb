/// A half-open interval of clock readings within one local day.
public struct DayHours: Hashable, Sendable, Comparable {
  /// Its first reading, in seconds after the day's 00:00.
  public let fromSeconds: Int
  /// The reading after its last, at most 24:00.
  public let toSeconds: Int

  /// Reads two clock readings such as `09:00` and `24:00`.
  ///
  /// - Parameter place: what an error names, such as `monday`.
  /// - Throws: `CalendarError` `.invalidClockReading`, `.emptyInterval`, `.reversedInterval`.
  public init(from: String, to: String, in place: String) throws(CalendarError) {
    fromSeconds = try DayHours.seconds(of: from, in: place)
    toSeconds = try DayHours.seconds(of: to, in: place)
    if fromSeconds == toSeconds {
      throw CalendarError(
        .emptyInterval, "\(place) has the interval \(from)–\(to), which is empty; leave it out")
    }
    if fromSeconds > toSeconds {
      throw CalendarError(
        .reversedInterval,
        "\(place) has the interval \(from)–\(to), which ends before it begins; an overnight shift is "
          + "two intervals: \(from)–24:00, and 00:00–\(to) on the next day")
    }
  }

  /// The same without its last seconds; it must be longer than they are.
  func cut(by seconds: Int) -> DayHours {
    DayHours(fromSeconds: fromSeconds, toSeconds: toSeconds - seconds)
  }

  private init(fromSeconds: Int, toSeconds: Int) {
    self.fromSeconds = fromSeconds
    self.toSeconds = toSeconds
  }

  /// How long it is by the clock.
  public var lengthSeconds: Int { toSeconds - fromSeconds }

  /// By beginning.
  public static func < (left: DayHours, right: DayHours) -> Bool {
    (left.fromSeconds, left.toSeconds) < (right.fromSeconds, right.toSeconds)
  }

  /// Intervals in order.
  ///
  /// - Throws: `CalendarError` `.overlappingIntervals`.
  static func sorted(_ hours: [DayHours], in place: String) throws(CalendarError) -> [DayHours] {
    let hours = hours.sorted()
    for (earlier, later) in zip(hours, hours.dropFirst())
    where later.fromSeconds < earlier.toSeconds {
      throw CalendarError(
        .overlappingIntervals,
        "\(place) has the intervals \(earlier) and \(later), which overlap; make one of them")
    }
    return hours
  }

  /// `HH:MM` or `HH:MM:SS`, up to 24:00.
  private static func seconds(of reading: String, in place: String) throws(CalendarError) -> Int {
    let parts = reading.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part -> Int? in
      guard part.utf8.count == 2, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
      return Int(part)
    }
    if numbers.count == parts.count, (2...3).contains(numbers.count), numbers[1] < 60,
      numbers.count == 2 || numbers[2] < 60
    {
      let seconds = numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
      if seconds <= 86_400 { return seconds }
    }
    throw CalendarError(
      .invalidClockReading,
      "\(place) has the clock reading \(reading.debugDescription); write 09:00, up to 24:00")
  }
}

extension DayHours: CustomStringConvertible {
  /// As people write it, such as `09:00–18:00`.
  public var description: String {
    "\(DayHours.reading(fromSeconds))–\(DayHours.reading(toSeconds))"
  }

  /// A clock reading, with seconds only where there are some.
  package static func reading(_ seconds: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let text = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
    return seconds % 60 == 0 ? text : text + ":\(two(seconds % 60))"
  }
}
