import LMDB
import Testing

@Suite("Transactions")
struct TransactionTests {
  @Test("Rows with number keys come back", arguments: [0, 1, 100, 2_000, 4_096, 1_000_000])
  func numbers(size: Int) throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    let value = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    let keys: [UInt64] = [0, 1, 255, 256, .max]
    var write = try environment.beginWrite()
    let table = try write.makeTable("numbers", keys: .integer)
    for key in keys { try write.put(table, key, value.span.bytes) }
    #expect(try write.value(table, 255)?.array == value)
    try write.commit()
    let read = try environment.beginRead()
    for key in keys { #expect(try read.value(table, key)?.array == value) }
    #expect(try read.value(table, 2)?.array == nil)
    #expect(try read.count(table) == keys.count)
  }

  @Test("Rows with byte string keys come back", arguments: [1, 2, 7, 8, 510, 511])
  func strings(size: Int) throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    let key = [UInt8](repeating: 0xFF, count: size)
    var write = try environment.beginWrite()
    let table = try write.makeTable("strings", keys: .bytes)
    try write.put(table, key.span.bytes, "value".utf8.span.bytes)
    try write.put(table, key.span.bytes, "newer".utf8.span.bytes)
    try write.commit()
    let read = try environment.beginRead()
    #expect(try read.value(table, key.span.bytes)?.text == "newer")
  }

  @Test("Keys of no bytes and of too many bytes are refused, and the transaction goes on")
  func keyLimits() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    let long = [UInt8](repeating: 1, count: Table.keySizeMax + 1)
    let none: [UInt8] = []
    var write = try environment.beginWrite()
    let table = try write.makeTable("strings", keys: .bytes)
    var codes: [LMDBError.Code] = []
    do throws(LMDBError) { try write.put(table, long.span.bytes, none.span.bytes) } catch {
      codes.append(error.code)
    }
    do throws(LMDBError) { try write.put(table, none.span.bytes, none.span.bytes) } catch {
      codes.append(error.code)
    }
    do throws(LMDBError) { _ = try write.value(table, long.span.bytes) } catch {
      codes.append(error.code)
    }
    do throws(LMDBError) { _ = try write.makeTable("", keys: .bytes) } catch {
      codes.append(error.code)
    }
    #expect(codes == [.keyTooLong, .keyEmpty, .keyTooLong, .keyEmpty])
    try write.put(table, [1].span.bytes, none.span.bytes)
    try write.commit()
    #expect(try environment.withRead { try $0.count(table) } == 1)
  }

  @Test("Appending takes rising keys only, and a refusal harms nothing")
  func appendOrder() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    var write = try environment.beginWrite()
    let numbers = try write.makeTable("numbers", keys: .integer)
    let strings = try write.makeTable("strings", keys: .bytes)
    let value = "x".utf8.span.bytes
    var codes: [LMDBError.Code] = []
    for key in [1, 256, 256, 255, 257] as [UInt64] {
      do throws(LMDBError) { try write.append(numbers, key, value) } catch {
        codes.append(error.code)
      }
    }
    for key in ["b", "a", "c"] {
      do throws(LMDBError) { try write.append(strings, key.utf8.span.bytes, value) } catch {
        codes.append(error.code)
      }
    }
    try write.commit()
    #expect(codes == [.keyExists, .keyExists, .keyExists])
    let read = try environment.beginRead()
    #expect(try read.count(numbers) == 3)
    #expect(try read.count(strings) == 2)
  }

  @Test("A reserved value is written in place, and what is left out is zero")
  func reserving() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    var write = try environment.beginWrite()
    let table = try write.makeTable("numbers", keys: .integer)
    try write.appendReserving(table, 1, sizeBytes: 4) { output in
      output.append(7, as: UInt8.self)
      output.append(8, as: UInt8.self)
    }
    try write.appendReserving(table, 2, sizeBytes: 0) { _ in }
    try write.appendReserving(table, 3, sizeBytes: 10_000) { _ in }
    try write.commit()
    let read = try environment.beginRead()
    #expect(try read.value(table, 1)?.array == [7, 8, 0, 0])
    #expect(try read.value(table, 2)?.array == [])
    #expect(try read.value(table, 3)?.array == [UInt8](repeating: 0, count: 10_000))
  }

  @Test("A reader keeps its snapshot while others commit")
  func isolation() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    try environment.writeRow(1, "old")
    let before = try environment.beginRead()
    let table = try #require(try before.openTable("entries", keys: .integer))
    let value = try before.value(table, 1)
    for round in 0..<50 { try environment.writeRow(1, "new \(round)") }
    #expect(value?.text == "old")
    #expect(try before.value(table, 1)?.text == "old")
    #expect(before.id == 1)
    #expect(try environment.readRow(1) == "new 49")
    #expect(try environment.lastTransactionID == 51)
  }

  @Test("Dropping or aborting a write leaves nothing of it")
  func aborts() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    try environment.writeRow(1, "kept")
    do {
      var dropped = try environment.beginWrite()
      let table = try dropped.makeTable("entries", keys: .integer)
      try dropped.put(table, 1, "lost".utf8.span.bytes)
    }
    var aborted = try environment.beginWrite()
    let table = try aborted.makeTable("entries", keys: .integer)
    #expect(try aborted.delete(table, 1))
    aborted.abort()
    #expect(try environment.readRow(1) == "kept")
    #expect(try environment.lastTransactionID == 1)
  }

  @Test("Rows can be deleted, one or all")
  func deletes() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    for key in UInt64(0)..<10 { try environment.writeRow(key, "x") }
    var write = try environment.beginWrite()
    let table = try write.makeTable("entries", keys: .integer)
    #expect(try write.delete(table, 3))
    #expect(try !write.delete(table, 3))
    #expect(try write.count(table) == 9)
    try write.removeAll(table)
    #expect(try write.count(table) == 0)
    try write.put(table, 4, "again".utf8.span.bytes)
    try write.commit()
    #expect(try environment.readRow(3) == nil)
    #expect(try environment.readRow(4) == "again")
  }

  @Test("A second write on the same thread is refused rather than waiting for ever")
  func nestedWrite() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    let write = try environment.beginWrite()
    #expect(throws: LMDBError(code: .badTransaction, message: "")) {
      try environment.beginWrite().abort()
    }
    #expect(throws: LMDBError(code: .badTransaction, message: "")) {
      try environment.copy(to: directory.path("copy"), compacting: false)
    }
    write.abort()
    try environment.beginWrite().commit()
  }

  @Test("Statistics tell the shape of a table")
  func statistics() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    var write = try environment.beginWrite()
    let table = try write.makeTable("numbers", keys: .integer)
    #expect(try write.statistics(table).depth == 0)
    let value = [UInt8](repeating: 1, count: 200)
    for key in UInt64(0)..<1_000 { try write.append(table, key, value.span.bytes) }
    try write.append(table, 1_000, [UInt8](repeating: 1, count: 5_000).span.bytes)
    try write.commit()
    let statistics = try environment.withRead { try $0.statistics(table) }
    #expect(statistics.entries == 1_001)
    #expect(statistics.depth == 2)
    #expect(statistics.branchPages == 1)
    #expect(statistics.leafPages > 50)
    #expect(statistics.overflowPages == 2)
  }
}
