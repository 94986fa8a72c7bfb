import LMDB
import Testing

@Suite("Cursor")
struct CursorTests {
  /// Makes an environment with the rows 10, 20 … 1000 and their texts.
  private func fill(_ directory: borrowing TemporaryDirectory) throws -> (Environment, Table) {
    let environment = try Environment.open(at: try directory.makeEnvironment())
    var write = try environment.beginWrite()
    let table = try write.makeTable("numbers", keys: .integer)
    for key in stride(from: UInt64(10), through: 1_000, by: 10) {
      try write.append(table, key, "\(key)".utf8.span.bytes)
    }
    try write.commit()
    return (environment, table)
  }

  @Test("All rows pass by, in order, both ways")
  func bothWays() throws {
    let directory = try TemporaryDirectory()
    let (environment, table) = try fill(directory)
    let read = try environment.beginRead()
    var cursor = try read.cursor(table)
    var keys: [UInt64] = []
    while try cursor.next() {
      keys.append(cursor.integerKey)
      #expect(cursor.value.text == "\(cursor.integerKey)")
    }
    #expect(keys == Array(stride(from: 10, through: 1_000, by: 10)))
    #expect(try !cursor.next())
    var reversed: [UInt64] = []
    while try cursor.previous() { reversed.append(cursor.integerKey) }
    #expect(reversed == keys.reversed())
    #expect(try !cursor.previous())
    #expect(try cursor.next())
    #expect(cursor.integerKey == 10)
  }

  @Test("Seeking finds the row, the next row or the end")
  func seeks() throws {
    let directory = try TemporaryDirectory()
    let (environment, table) = try fill(directory)
    let read = try environment.beginRead()
    var cursor = try read.cursor(table)
    #expect(try cursor.seek(500))
    #expect(cursor.value.text == "500")
    #expect(try !cursor.seek(501))
    let isAtRow = cursor.isAtRow
    #expect(!isAtRow)
    #expect(try cursor.seek(atOrAfter: 501))
    #expect(cursor.integerKey == 510)
    #expect(try cursor.previous())
    #expect(cursor.integerKey == 500)
    #expect(try cursor.seek(atOrAfter: 0))
    #expect(cursor.integerKey == 10)
    #expect(try !cursor.previous())
    #expect(try !cursor.seek(atOrAfter: 1_001))
    #expect(try cursor.previous())
    #expect(cursor.integerKey == 1_000)
    #expect(try cursor.first())
    #expect(cursor.integerKey == 10)
    #expect(try cursor.last())
    #expect(cursor.integerKey == 1_000)
  }

  @Test("Byte string keys are sorted as bytes, shorter first")
  func strings() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    var write = try environment.beginWrite()
    let table = try write.makeTable("strings", keys: .bytes)
    for key in ["b", "ab", "a", "é", "aa"] {
      try write.put(table, key.utf8.span.bytes, key.utf8.span.bytes)
    }
    #expect(try write.row(table, atOrAfter: "ac".utf8.span.bytes) { _, value in value.text } == "b")
    #expect(try write.row(table, atOrAfter: "ab".utf8.span.bytes) { key, _ in key.text } == "ab")
    #expect(try write.row(table, atOrAfter: "ê".utf8.span.bytes) { key, _ in key.text } == nil)
    try write.commit()
    let read = try environment.beginRead()
    var cursor = try read.cursor(table)
    var keys: [String] = []
    while try cursor.next() { keys.append(cursor.key.text) }
    #expect(keys == ["a", "aa", "ab", "b", "é"])
    #expect(try cursor.seek("ab".utf8.span.bytes))
    #expect(cursor.value.text == "ab")
    #expect(try cursor.seek(atOrAfter: "ac".utf8.span.bytes))
    #expect(cursor.key.text == "b")
    #expect(try !cursor.seek("ac".utf8.span.bytes))
  }

  @Test("An empty table has no rows in any direction")
  func empty() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    var write = try environment.beginWrite()
    let table = try write.makeTable("numbers", keys: .integer)
    try write.commit()
    let read = try environment.beginRead()
    var cursor = try read.cursor(table)
    #expect(try !cursor.first())
    #expect(try !cursor.last())
    #expect(try !cursor.next())
    #expect(try !cursor.previous())
    #expect(try !cursor.seek(0))
    #expect(try !cursor.seek(atOrAfter: 0))
  }

  @Test("A value stays as it was when the cursor moves on")
  func valuesStay() throws {
    let directory = try TemporaryDirectory()
    let (environment, table) = try fill(directory)
    let read = try environment.beginRead()
    var cursor = try read.cursor(table)
    _ = try cursor.first()
    let first = cursor.value
    _ = try cursor.last()
    #expect(first.text == "10")
    #expect(cursor.value.text == "1000")
  }
}
