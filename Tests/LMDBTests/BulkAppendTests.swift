import LMDB
import Testing

@Suite("Rows appended at once")
struct BulkAppendTests {
  @Test("They are the rows that one append after the other makes")
  func rows() throws {
    let directory = try TemporaryDirectory()
    try Environment.create(at: directory.path + "/env")
    let environment = try Environment.open(at: directory.path + "/env")
    var write = try environment.beginWrite()
    let table = try write.makeTable("rows", keys: .integer)
    let keys = (0..<2000).map { UInt64($0 * 3 + 1) }
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for index in keys.indices {
      // Empty values, short ones, and some that need pages of their own.
      let size = index % 5 == 0 ? 0 : index % 97 == 0 ? 5000 : index % 300
      bytes += (0..<size).map { UInt8(truncatingIfNeeded: $0 + index) }
      ends.append(bytes.count)
    }
    try write.append(table, keys: keys.span, values: bytes.span.bytes, ends: ends.span)
    let none: [UInt64] = []
    let noEnds: [Int] = []
    let nothing: [UInt8] = []
    try write.append(table, keys: none.span, values: nothing.span.bytes, ends: noEnds.span)
    do throws(LMDBError) {
      let again = [keys[5]]
      let value: [UInt8] = [1, 2, 3]
      let end = [3]
      try write.append(table, keys: again.span, values: value.span.bytes, ends: end.span)
      Issue.record("A key that is not the greatest was appended.")
    } catch {
      #expect(error.code == .keyExists)
    }
    try write.commit()
    try environment.withRead { transaction in
      var cursor = try transaction.cursor(table)
      var start = 0
      for index in keys.indices {
        #expect(try cursor.next())
        #expect(cursor.integerKey == keys[index])
        let value = cursor.value.withUnsafeBytes { Array($0) }
        #expect(value == Array(bytes[start..<ends[index]]))
        start = ends[index]
      }
      #expect(try !cursor.next())
    }
    environment.close()
  }
}
