/// Values of which it counts how many there are, and which of them has which rank.
///
/// Shares and numbers of acts are small and come up again and again, so these are counted and take no
/// room of their own; a million tickets have some sixty metrics.
package struct MetricValues: Sendable {
  /// Below this a value is counted.
  private static let countedBelow: Int64 = 256

  /// How often each of the smallest values came up, from nought on; as long as the greatest of them
  /// asks for.
  private var counts: [Int] = []
  private var others: [Int64] = []
  private var isSorted = true
  /// Of the others, while they are in no order: the values of some ranks among them.
  private var found: [Int: Int64] = [:]
  /// How many of them are below nought.
  private var negativeCount = 0
  /// How many values there are.
  package private(set) var count = 0

  package init() {}

  /// So many noughts and ones.
  init(shares no: Int, _ yes: Int) {
    counts = [no, yes]
    count = no + yes
  }

  /// Adds a value.
  @inline(__always)
  mutating func append(_ value: Int64) {
    count += 1
    guard value >= 0, value < MetricValues.countedBelow else {
      others.append(value)
      isSorted = false
      if value < 0 { negativeCount += 1 }
      if !found.isEmpty { found = [:] }
      return
    }
    let place = Int(value)
    if place >= counts.count { grow(to: place + 1) }
    counts[place] += 1
  }

  /// Adds several.
  mutating func append(_ values: [Int64]) {
    guard values.count > MetricValues.countedBelow / 16 else {
      for value in values { append(value) }
      return
    }
    count += values.count
    let known = others.count
    for value in values where value < 0 || value >= MetricValues.countedBelow {
      others.append(value)
      if value < 0 { negativeCount += 1 }
    }
    if others.count > known {
      isSorted = false
      found = [:]
    }
    guard others.count - known < values.count else { return }
    grow(to: max(counts.count, Int(MetricValues.countedBelow)))
    var counts = counts.mutableSpan
    for value in values where value >= 0 && value < MetricValues.countedBelow {
      counts[Int(value)] += 1
    }
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
    found = [:]
    others += other.others
    negativeCount += other.negativeCount
  }

  /// All of them together; of too many the greatest or the least number there is.
  var sum: Int64 {
    var sum: Int64 = 0
    func add(_ more: Int64, isOver: Bool) {
      let (next, isFull) = sum.addingReportingOverflow(more)
      sum = isFull || isOver ? (more < 0 ? .min : .max) : next
    }
    for (value, number) in counts.enumerated() where number > 0 {
      let (more, isOver) = Int64(value).multipliedReportingOverflow(by: Int64(number))
      add(isOver ? .max : more, isOver: isOver)
    }
    for value in others { add(value, isOver: false) }
    return sum
  }

  /// Looks up the median and the value under which nine of ten lie, which takes some passes over all of
  /// them; to put them in order takes two for each digit. Few values are put in order.
  package mutating func settle() {
    guard !isSorted else { return }
    guard others.count > MetricValues.few else {
      others.sort()
      isSorted = true
      return
    }
    guard found.isEmpty else { return }
    let ranks = [500, 900].compactMap { place(ofRank: rank(permille: $0)).other }
    for (rank, value) in MetricValues.values(ofRanks: Set(ranks).sorted(), in: others) {
      found[rank] = value
    }
  }

  /// So many are put in order at once.
  private static let few = 1_024

  /// The nearest rank of the value under which a share of all lies.
  ///
  /// - Parameter permille: 500 is the median, the lower one of two in the middle.
  package func rank(permille: Int) -> Int {
    max(1, min(count, (count * permille + 999) / 1_000))
  }

  /// The value of a rank, from 1 on.
  ///
  /// - Complexity: where `settle` came last, some hundred steps for the ranks that it looks up; for
  ///   others of many values it puts all in order.
  package func value(ofRank rank: Int) -> Int64? {
    guard rank >= 1, rank <= count else { return nil }
    let place = place(ofRank: rank)
    guard let other = place.other else { return place.value }
    return isSorted ? others[other] : found[other] ?? ordered[other]
  }

  /// What has a rank: a value that is counted, or one at a place among the others in order.
  private func place(ofRank rank: Int) -> (value: Int64, other: Int?) {
    // Those below nought come first.
    if rank <= negativeCount { return (0, rank - 1) }
    var rest = rank - negativeCount
    for (value, number) in counts.enumerated() {
      if rest <= number { return (Int64(value), nil) }
      rest -= number
    }
    return (0, negativeCount + rest - 1)
  }

  private var ordered: [Int64] {
    guard !isSorted else { return others }
    var ordered = others
    MetricValues.sort(&ordered)
    return ordered
  }

  /// All of them, in order.
  package var sorted: [Int64] {
    let ordered = ordered
    return ordered[..<negativeCount]
      + counts.enumerated().flatMap { repeatElement(Int64($0), count: $1) }
      + ordered[negativeCount...]
  }

  /// The values that stand at some places when all are in order: those that have the highest digit of
  /// one of these are looked at again, and no others.
  private static func values(
    ofRanks ranks: [Int], in values: [Int64]
  ) -> [(rank: Int, value: Int64)] {
    guard !ranks.isEmpty else { return [] }
    guard values.count > few, let least = values.min(), let most = values.max(), least < most else {
      let ordered = values.sorted()
      return ranks.map { ($0, ordered[$0]) }
    }
    let span = UInt64(bitPattern: most &- least)
    let shift = UInt64(max(0, UInt64.bitWidth - span.leadingZeroBitCount - 11))
    func digit(_ value: Int64) -> Int { Int(UInt64(bitPattern: value &- least) >> shift) }
    var counts = [Int](repeating: 0, count: 1 << 11)
    for value in values { counts[digit(value)] += 1 }
    var found: [(rank: Int, value: Int64)] = []
    var (before, wanted) = (0, 0)
    for (number, count) in counts.enumerated() where count > 0 {
      let first = wanted
      while wanted < ranks.count, ranks[wanted] < before + count { wanted += 1 }
      if first < wanted {
        let some = shift == 0 ? [least &+ Int64(number)] : values.filter { digit($0) == number }
        let inner = ranks[first..<wanted].map { shift == 0 ? 0 : $0 - before }
        for (rank, one) in zip(ranks[first..<wanted], self.values(ofRanks: inner, in: some)) {
          found.append((rank, one.value))
        }
      }
      before += count
    }
    return found
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

extension MetricValues: Hashable {
  /// In whatever order they came.
  package static func == (one: MetricValues, other: MetricValues) -> Bool {
    one.count == other.count && one.sorted == other.sorted
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(sorted) }
}

// Values that are counted stand before the others; each follows from the one before.
extension MetricValues {
  static func write(_ values: [Int64], to writer: inout RowWriter) {
    var counts = [Int](repeating: 0, count: Int(countedBelow))
    var others: [Int64] = []
    for value in values {
      if value >= 0, value < countedBelow { counts[Int(value)] += 1 } else { others.append(value) }
    }
    others.sort()
    let kinds = counts.indices.filter { counts[$0] > 0 }
    writer.put(number: UInt64(kinds.count))
    var last = 0
    for value in kinds {
      writer.put(number: UInt64(value - last))
      writer.put(number: UInt64(counts[value]))
      last = value
    }
    writer.put(number: UInt64(others.count))
    var before: Int64 = 0
    for (place, value) in others.enumerated() {
      if place == 0 {
        writer.put(value)
      } else {
        writer.put(number: UInt64(bitPattern: value &- before))
      }
      before = value
    }
  }

  init(from reader: inout RowReader) throws(RowError) {
    var last = 0
    for _ in 0..<(try reader.count()) {
      let step = try reader.number()
      let number = try reader.number()
      guard step < UInt64(MetricValues.countedBelow), number < UInt64(Int32.max) else {
        throw RowError()
      }
      last += Int(step)
      guard last < Int(MetricValues.countedBelow) else { throw RowError() }
      if last >= counts.count { grow(to: last + 1) }
      counts[last] += Int(number)
      count += Int(number)
    }
    let number = try reader.count()
    guard number > 0 else { return }
    others.reserveCapacity(number)
    var value: Int64 = try reader.get()
    others.append(value)
    for _ in 1..<number {
      let next = value &+ Int64(bitPattern: try reader.number())
      // In order, or they were not written so.
      guard next >= value else { throw RowError() }
      value = next
      others.append(value)
    }
    // What is counted is none of the others.
    negativeCount = others.firstIndex { $0 >= 0 } ?? others.count
    guard others[negativeCount...].first.map({ $0 >= MetricValues.countedBelow }) ?? true else {
      throw RowError()
    }
    count += number
  }
}
