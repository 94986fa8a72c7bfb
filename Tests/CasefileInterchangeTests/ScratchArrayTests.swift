import CasefileInterchange
import Foundation
import Testing

@Suite("Arrays that lie on disk")
struct ScratchArrayTests {
  @Test("An array that outgrows memory lies in a file without a name and keeps its values")
  func growth() throws {
    let directory = try TemporaryDirectory()
    let array = ScratchArray<UInt64>(in: directory.path)
    for value in 0..<100_000 { array.append(UInt64(value)) }
    #expect(!array.isMapped)
    array.append(contentsOf: (100_000..<400_000).map { UInt64($0) })
    #expect(array.isMapped && array.count == 400_000)
    array[399_999] = 7
    array.append(8)
    let isKept = array.withBuffer { values in
      values[..<399_999].enumerated().allSatisfy { $1 == UInt64($0) }
    }
    #expect(isKept && array[399_999] == 7 && array[400_000] == 8)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test("Where no file can be made, the array stays in memory")
  func noDirectory() {
    let array = ScratchArray(repeating: UInt8(3), count: 3 << 20, in: "/no/such/directory")
    array.append(contentsOf: [UInt8](repeating: 4, count: 3 << 20))
    #expect(!array.isMapped && array.count == 6 << 20)
    #expect(array[(3 << 20) - 1] == 3 && array[3 << 20] == 4)
  }

  @Test("Entries are sorted by key, and equal keys keep their order", arguments: [0, 1, 2, 90_000])
  func sorting(count: Int) throws {
    let directory = try TemporaryDirectory()
    var random = SystemRandomNumberGenerator()
    let entries = ScratchArray<SortEntry>(in: directory.path)
    var expected: [(key: Int64, row: UInt32)] = []
    for row in 0..<UInt32(count) {
      // Years in microseconds, on both sides of nought, many of them equal.
      let key = Int64.random(in: -2_000...2_000, using: &random) * 86_400_000_000
      entries.append(SortEntry(key: key.sortKey, row: row))
      expected.append((key, row))
    }
    expected.sort { ($0.key, $0.row) < ($1.key, $1.row) }
    let sorted = entries.sorted(in: directory.path)
    #expect((0..<sorted.count).map { sorted[$0].row } == expected.map(\.row))
  }

  @Test("Keys at both ends of the range are sorted too")
  func extremes() {
    let keys: [Int64] = [.max, 0, .min, -1, 1]
    let entries = ScratchArray<SortEntry>(in: nil)
    for (row, key) in keys.enumerated() {
      entries.append(SortEntry(key: key.sortKey, row: UInt32(row)))
    }
    let sorted = entries.sorted(in: nil)
    #expect((0..<5).map { keys[Int(sorted[$0].row)] } == keys.sorted())
  }
}
