import LMDB
import Testing

@Suite("Tables")
struct TableTests {
  @Test("A table is found with the keys that it was made with, and refused with others")
  func kinds() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    var write = try environment.beginWrite()
    _ = try write.makeTable("numbers", keys: .integer)
    _ = try write.makeTable("strings", keys: .bytes)
    try write.commit()
    environment.close()
    let read = try Environment.open(at: path).beginRead()
    #expect(try read.openTable("numbers", keys: .integer)?.keyKind == .integer)
    #expect(try read.openTable("strings", keys: .bytes)?.name == "strings")
    #expect(try read.openTable("missing", keys: .bytes) == nil)
    #expect(throws: LMDBError(code: .incompatibleTable, message: "")) {
      try read.openTable("numbers", keys: .bytes)
    }
  }

  @Test("A handle made in a write can be used in later transactions, not in earlier ones")
  func handles() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    let before = try environment.beginRead()
    var write = try environment.beginWrite()
    let table = try write.makeTable("numbers", keys: .integer)
    try write.put(table, 1, "x".utf8.span.bytes)
    #expect(throws: LMDBError(code: .badTransaction, message: "")) { try before.count(table) }
    try write.commit()
    #expect(throws: LMDBError(code: .badTransaction, message: "")) { try before.count(table) }
    #expect(try before.openTable("numbers", keys: .integer) == nil)
    let after = try environment.beginRead()
    #expect(try after.count(table) == 1)
    #expect(try after.openTable("numbers", keys: .integer) == table)
  }

  @Test("A handle from an aborted write never reaches the table that comes after it")
  func abandoned() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    var aborted = try environment.beginWrite()
    let lost = try aborted.makeTable("lost", keys: .integer)
    aborted.abort()
    try environment.writeRow(1, "one", table: "kept")
    let read = try environment.beginRead()
    #expect(try read.openTable("lost", keys: .integer) == nil)
    #expect(throws: LMDBError(code: .badTransaction, message: "")) { try read.count(lost) }
    #expect(try environment.readRow(1, table: "kept") == "one")
  }

  @Test("More tables than configured is an error")
  func tooMany() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path, configuration: .init(maxTables: 2))
    var write = try environment.beginWrite()
    _ = try write.makeTable("a", keys: .bytes)
    _ = try write.makeTable("b", keys: .bytes)
    do throws(LMDBError) {
      _ = try write.makeTable("c", keys: .bytes)
      Issue.record("The third table should be refused.")
    } catch {
      #expect(error.code == .tooManyTables)
    }
    try write.commit()
    environment.close()
    #expect(throws: LMDBError(code: .tooManyTables, message: "")) {
      try Environment.open(at: path, configuration: .init(maxTables: 1))
    }
  }

  @Test("The main table holds rows or the names of tables, not both")
  func mainTable() throws {
    let directory = try TemporaryDirectory()
    let rows = try Environment.open(at: try directory.makeEnvironment("rows"))
    var write = try rows.beginWrite()
    try write.put(.main, "key".utf8.span.bytes, "value".utf8.span.bytes)
    try write.commit()
    #expect(try rows.withRead { try $0.value(.main, "key".utf8.span.bytes)?.text } == "value")
    #expect(throws: LMDBError(code: .incompatibleTable, message: "")) {
      try rows.writeRow(1, "x")
    }
    let names = try Environment.open(at: try directory.makeEnvironment("names"))
    try names.writeRow(1, "x")
    #expect(throws: LMDBError(code: .incompatibleTable, message: "")) {
      var write = try names.beginWrite()
      try write.put(.main, "key".utf8.span.bytes, "value".utf8.span.bytes)
    }
  }

  @Test("Tables made beside many readers are found by all who begin later", .timeLimit(.minutes(1)))
  func concurrent() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    let failures = Failures()
    let readers = try (0..<3).map { number in
      try DedicatedThread(name: "reader \(number)") {
        failures.collect {
          while true {
            let read = try environment.beginRead()
            for table in 1...15 where UInt64(table) <= read.id {
              guard let found = try read.openTable("t\(table)", keys: .integer) else {
                throw LMDBError(code: .notFound, message: "t\(table) at \(read.id)")
              }
              _ = try read.value(found, 1)
            }
            if read.id >= 15 { return }
          }
        }
      }
    }
    for table in 1...15 { try environment.writeRow(1, "x", table: "t\(table)") }
    for reader in readers { reader.join() }
    #expect(failures.all.isEmpty)
  }
}
