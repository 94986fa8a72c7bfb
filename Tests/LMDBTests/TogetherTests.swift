import Foundation
import LMDB
import Testing

@Suite("Lookups of several keys together")
struct TogetherTests {
  /// Where the keys of a table lie, and how long their values are.
  struct Shape: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let keys: [UInt64]
    let sizeMax: Int

    static let all = [
      Shape(testDescription: "no rows", keys: [], sizeMax: 0),
      Shape(testDescription: "one row", keys: [7], sizeMax: 40),
      Shape(testDescription: "the ends", keys: [0, .max], sizeMax: 40),
      Shape(testDescription: "a leaf", keys: Array(10..<20), sizeMax: 100),
      Shape(testDescription: "without a gap", keys: Array(0..<20_000), sizeMax: 300),
      Shape(testDescription: "long values", keys: Array(0..<700), sizeMax: 9_000),
      Shape(
        testDescription: "every third", keys: (0..<9_000).map { $0 * 3 + 5 }, sizeMax: 200),
      Shape(
        testDescription: "two series", keys: Array(0..<4_000) + (0..<40).map { $0 | 1 << 56 },
        sizeMax: 2_000),
      Shape(testDescription: "scattered", keys: scattered, sizeMax: 500),
    ]

    private static let scattered: [UInt64] = {
      var random = SystemRandomNumberGenerator()
      return Set((0..<6_000).map { _ in random.next() >> 3 }).sorted()
    }()
  }

  private static func value(_ key: UInt64, _ sizeMax: Int) -> [UInt8] {
    let count = Int((key &* 0x9E37_79B9_7F4A_7C15) >> 40) % (sizeMax + 1)
    return (0..<count).map { UInt8(truncatingIfNeeded: key &+ UInt64($0)) }
  }

  @Test("They find what single lookups find", arguments: Shape.all, [true, false])
  func same(shape: Shape, isAppended: Bool) throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: directory.makeEnvironment())
    var write = try environment.beginWrite()
    let table = try write.makeTable("rows", keys: .integer)
    // In another order, pages are split in half rather than filled.
    for key in isAppended ? shape.keys : shape.keys.shuffled() {
      try write.put(table, key, Self.value(key, shape.sizeMax).span.bytes)
    }
    try write.commit()
    let read = try environment.beginRead()
    let edges: [UInt64] = [0, 1, 6, 8, .max - 1, .max]
    let keys = Set(shape.keys)
    for count in [0, 1, 2, 15, 200] {
      var wanted = (0..<count).flatMap { _ in
        [shape.keys.randomElement() ?? 3, UInt64.random(in: 0...30_000)]
      }
      wanted += edges + shape.keys.suffix(3) + shape.keys.prefix(3)
      wanted.shuffle()
      let found = try read.values(table, wanted) { $0 * 31 }
      #expect(found.count == wanted.count)
      var wrong: [UInt64] = []
      for (index, key) in wanted.enumerated() {
        let alone = try read.value(table, key)?.array
        if try found.value(index)?.array != alone { wrong.append(key) }
        #expect((alone == nil) == !keys.contains(key))
      }
      #expect(wrong.isEmpty, "\(wrong)")
    }
    let none = try read.values(table, [])
    #expect(none.count == 0)
  }

  @Test("A damaged leaf takes only its own keys with it")
  func damage() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    var environment = try Environment.open(at: path)
    var write = try environment.beginWrite()
    let rows = try write.makeTable("rows", keys: .integer)
    for key in UInt64(0)..<2_000 {
      try write.append(rows, key, [UInt8](repeating: 0xAB, count: 200).span.bytes)
    }
    try write.commit()
    environment.close()
    // The leaf that has key 1,000: the key stands in native order before its value.
    let data = try Array(Data(contentsOf: URL(fileURLWithPath: path + "/data.mdb")))
    let row = withUnsafeBytes(of: UInt64(1_000)) { Array($0) } + [0xAB, 0xAB]
    let place = try #require(data.indices.first { data[$0...].starts(with: row) })
    try change(path + "/data.mdb", at: UInt64(place / 4_096 * 4_096 + 10), to: [0x80])
    environment = try Environment.open(at: path)
    defer { environment.close() }
    let read = try environment.beginRead()
    let table = try #require(try read.openTable("rows", keys: .integer))
    let found = try read.values(table, [3, 1_000, 1_999, 5_000])
    #expect(try found.value(0)?.byteCount == 200)
    let error = #expect(throws: LMDBError.self) { _ = try found.value(1)?.byteCount }
    #expect(error?.code == .damaged)
    #expect(try found.value(2)?.byteCount == 200)
    #expect(try found.value(3)?.byteCount == nil)
  }
}
