import CasefileTesting
import Testing

@testable import CasefileProjections

@Suite("Ranks of values")
struct MetricValuesTests {
  private static func values(_ kind: Int, _ count: Int, _ random: inout SeededRandom) -> [Int64] {
    (0..<count).map { _ in
      switch kind {
      // Few of many digits among many of few: most stand in one part of the range.
      case 0: Int64.random(in: 0...1 << Int64.random(in: 0...40, using: &random), using: &random)
      case 1: Int64.random(in: -2_000...2_000, using: &random)
      case 2: Int64.random(in: .min ... .max, using: &random)
      case 3: Bool.random(using: &random) ? .max : .min
      case 4: 7_200
      default: Int64.random(in: 0..<256, using: &random)
      }
    }
  }

  @Test("They are those of all values in order", arguments: 0..<6)
  func ranks(kind: Int) {
    var random = SeededRandom(UInt64(kind))
    for count in [0, 1, 2, 3, 10, 1_024, 1_025, 1_500, 40_000] {
      let all = Self.values(kind, count, &random)
      let expected = all.sorted()
      var values = MetricValues()
      for value in all.prefix(count / 3) { values.append(value) }
      values.settle()
      var more = MetricValues()
      for value in all.dropFirst(count / 3) { more.append(value) }
      values.append(more)
      let unsettled = values
      values.settle()
      #expect(values.count == count && values.sorted == expected && values == unsettled)
      for permille in [1, 500, 900, 1_000] where count > 0 {
        let rank = values.rank(permille: permille)
        #expect(values.value(ofRank: rank) == expected[rank - 1], "\(permille) of \(count)")
        #expect(unsettled.value(ofRank: rank) == expected[rank - 1])
      }
      #expect(values.value(ofRank: 0) == nil && values.value(ofRank: count + 1) == nil)
      // What comes after the ranks were looked up counts too.
      values.append(1_000_000)
      let longer = (all + [1_000_000]).sorted()
      let median = values.rank(permille: 500)
      #expect(values.value(ofRank: median) == longer[median - 1] && values.sorted == longer)
    }
  }

  @Test("What is written is read again, with the ranks of all", arguments: 0..<6)
  func rows(kind: Int) throws {
    var random = SeededRandom(UInt64(kind))
    for count in [0, 1, 2, 3, 1_500] {
      let all = Self.values(kind, count, &random)
      var writer = RowWriter()
      MetricValues.write(all.shuffled(using: &random), to: &writer)
      var reader = RowReader(writer.bytes)
      let values = try MetricValues(from: &reader)
      #expect(reader.isAtEnd && values.count == count && values.sorted == all.sorted())
      let ranks = count == 0 ? [] : [1, (count + 1) / 2, count]
      #expect(ranks.allSatisfy { values.value(ofRank: $0) == all.sorted()[$0 - 1] })
      if kind != 2, kind != 3 { #expect(values.sum == all.reduce(0, +)) }
      for length in 0..<min(writer.bytes.count, 50) {
        var short = RowReader(Array(writer.bytes.prefix(length)))
        #expect(throws: RowError.self) { _ = try MetricValues(from: &short) }
      }
    }
  }

  @Test("Sums that are too great or too small stop at the ends")
  func sums() {
    var values = MetricValues()
    for value in [Int64.max, 1, 2] { values.append(value) }
    #expect(values.sum == .max)
    for _ in 0..<3 { values.append(.min) }
    #expect(values.sum < 0)
  }

  @Test("Values are equal in whatever order they came")
  func equality() {
    var (one, other) = (MetricValues(), MetricValues())
    for value in [5_000, 1, -3, 900] as [Int64] { one.append(value) }
    for value in [900, -3, 5_000, 1] as [Int64] { other.append(value) }
    #expect(one == other && one.hashValue == other.hashValue)
    other.append(1)
    #expect(one != other)
  }
}
