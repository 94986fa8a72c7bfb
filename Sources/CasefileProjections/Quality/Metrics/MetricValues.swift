/// Values of which it counts how many there are, and which of them has which rank.
///
/// Shares and numbers of acts are small and come up again and again, so these are counted and take no
/// room of their own; a million tickets have some sixty metrics.
package struct MetricValues: Hashable, Sendable {
  /// Below this a value is counted.
  private static let countedBelow: Int64 = 256

  /// How often each of the smallest values came up, from nought on; as long as the greatest of them
  /// asks for.
  private var counts: [Int] = []
  private var others: [Int64] = []
  private var isSorted = true
  /// How many values there are.
  package private(set) var count = 0

  package init() {}

  /// Adds a value.
  @inline(__always)
  mutating func append(_ value: Int64) {
    count += 1
    guard value >= 0, value < MetricValues.countedBelow else {
      others.append(value)
      isSorted = false
      return
    }
    let place = Int(value)
    if place >= counts.count { grow(to: place + 1) }
    counts[place] += 1
  }

  private mutating func grow(to size: Int) {
    counts.append(contentsOf: repeatElement(0, count: size - counts.count))
  }

  /// Adds the values of another one.
  package mutating func append(_ other: MetricValues) {
    count += other.count
    if other.counts.count > counts.count { grow(to: other.counts.count) }
    for (place, more) in other.counts.enumerated() { counts[place] += more }
    guard !other.others.isEmpty else { return }
    isSorted = others.isEmpty && other.isSorted
    others += other.others
  }

  /// Puts the values in order, by which alone ranks are known.
  package mutating func sort() {
    guard !isSorted else { return }
    MetricValues.sort(&others)
    isSorted = true
  }

  /// The value of a rank, from 1 on.
  ///
  /// - Complexity: where `sort` came last, some hundred steps; else it sorts.
  package func value(ofRank rank: Int) -> Int64? {
    guard rank >= 1, rank <= count else { return nil }
    guard isSorted else {
      var ordered = self
      ordered.sort()
      return ordered.value(ofRank: rank)
    }
    // Those below nought come first.
    let negative = others.firstPlace { $0 >= 0 }
    if rank <= negative { return others[rank - 1] }
    var rest = rank - negative
    for (value, number) in counts.enumerated() {
      if rest <= number { return Int64(value) }
      rest -= number
    }
    return others[negative + rest - 1]
  }

  /// All of them, in order.
  package var sorted: [Int64] {
    var ordered = self
    ordered.sort()
    let negative = ordered.others.firstPlace { $0 >= 0 }
    return ordered.others[..<negative]
      + counts.enumerated().flatMap { repeatElement(Int64($0), count: $1) }
      + ordered.others[negative...]
  }

  /// Digit by digit: ten times as fast as comparing where there are many.
  private static func sort(_ values: inout [Int64]) {
    guard values.count > 1_024 else { return values.sort() }
    let digit: UInt64 = 11
    let size = 1 << digit
    // By the distance from the least: few digits, and none below nought.
    guard let least = values.min(), let most = values.max(), least < most else { return }
    let span = UInt64(bitPattern: most &- least)
    var spare = [Int64](repeating: 0, count: values.count)
    var shift: UInt64 = 0
    while shift < 64, span >> shift > 0 {
      var places = [Int](repeating: 0, count: size)
      for value in values {
        places[Int(UInt64(bitPattern: value &- least) >> shift & UInt64(size - 1))] += 1
      }
      var next = 0
      for place in places.indices {
        (places[place], next) = (next, next + places[place])
      }
      for value in values {
        let place = Int(UInt64(bitPattern: value &- least) >> shift & UInt64(size - 1))
        spare[places[place]] = value
        places[place] += 1
      }
      swap(&values, &spare)
      shift += digit
    }
  }
}
