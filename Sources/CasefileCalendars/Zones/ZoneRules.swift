internal import CasefileModel

/// By how much a zone's clocks were and will be ahead of UTC, at every instant.
///
/// Read from a TZif file. The rule in its footer is worked out for each year to the horizon once, so
/// a look-up is a search in one sorted list. Beyond the horizon the last offset stays.
public struct ZoneRules: Hashable, Sendable {
  /// The last year for which a rule is worked out. No deadline is counted beyond it.
  public static let horizonYear = 2400

  /// The IANA name.
  public let name: String
  /// When each period begins, in seconds since 1970 UTC; the first one has always been.
  let starts: [Int64]
  /// The seconds to add to UTC in each period.
  let offsets: [Int64]

  /// Reads a TZif file of version 1 to 4 (RFC 8536, RFC 9636).
  ///
  /// - Throws: `CalendarError` `.invalidZoneData`, `.leapSeconds`.
  public init(name: String, file: [UInt8]) throws(CalendarError) {
    let contents = try ZoneFile(zone: name, bytes: file)
    var starts: [Int64] = [.min]
    // Before the first change the first type holds.
    var offsets = [contents.offsets[0]]
    if let rule = contents.rule, contents.times.isEmpty { offsets = [rule.standardOffset] }
    func add(_ time: Int64, _ offset: Int64) {
      guard offset != offsets[offsets.count - 1] else { return }
      starts.append(time)
      offsets.append(offset)
    }
    for (time, type) in zip(contents.times, contents.types) { add(time, contents.offsets[type]) }
    if let rule = contents.rule {
      let last = contents.times.last
      // No event is older than 1900, so a file that begins with the big bang costs nothing.
      let firstYear = max(1900, last.map { CivilTime(secondsSince1970: $0).year } ?? 1900)
      for change in rule.changes(from: firstYear, through: ZoneRules.horizonYear)
      where last.map({ change.time > $0 }) ?? true {
        add(change.time, change.offset)
      }
    }
    self.name = name
    self.starts = starts
    self.offsets = offsets
  }

  /// UTC itself.
  public static let utc = ZoneRules(name: "UTC", starts: [.min], offsets: [0])

  private init(name: String, starts: [Int64], offsets: [Int64]) {
    self.name = name
    self.starts = starts
    self.offsets = offsets
  }

  /// The seconds by which local clocks are ahead of UTC.
  ///
  /// - Parameter seconds: since 1970 UTC.
  /// - Complexity: O(log n) over the zone's changes.
  public func offsetSeconds(at seconds: Int64) -> Int64 { offsets[period(at: seconds)] }

  /// The instants at which clocks were or will be set, in order, between two instants.
  package func changes(from first: Int64, to end: Int64) -> [Int64] {
    starts.filter { $0 >= first && $0 < end }
  }

  private func period(at seconds: Int64) -> Int {
    var low = 0
    var high = starts.count
    // The first period has always been, so one is found.
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= seconds { low = middle } else { high = middle }
    }
    return low
  }

  /// Whether a text may be a zone's name: no way out of the directory, no file of another kind.
  public static func isName(_ name: String) -> Bool {
    guard (1...100).contains(name.utf8.count) else { return false }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".."
        && part.utf8.allSatisfy { byte in
          (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x5F
        }
    } && parts[0] != "right"
  }
}
