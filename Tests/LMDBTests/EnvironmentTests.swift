import Foundation
import LMDB
import Testing

@Suite("Environment")
struct EnvironmentTests {
  @Test("What was committed is there after closing and opening again")
  func persists() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let first = try Environment.open(at: path)
    try first.writeRow(1, "one")
    #expect(first.lastTransactionIDOrZero == 1)
    first.close()
    let second = try Environment.open(at: path)
    #expect(try second.readRow(1) == "one")
    #expect(second.lastTransactionIDOrZero == 1)
    #expect(second.pageSize == 4_096)
    #expect(second.usedBytes >= 4 * 4_096)
  }

  @Test("Two paths to the same files give the same object")
  func sameObject() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let link = directory.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let first = try Environment.open(at: path)
    let second = try Environment.open(at: link)
    #expect(first === second)
  }

  @Test("An environment that nobody holds is closed")
  func closedByRelease() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    for round in UInt64(1)...3 {
      let environment = try Environment.open(at: path)
      try environment.writeRow(round, "x")
    }
    #expect(try openDescriptors(under: path) == 0)
  }

  @Test("A transaction keeps its environment open")
  func transactionKeeps() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    try Environment.open(at: path).writeRow(1, "one")
    let read = try Environment.open(at: path).beginRead()
    let table = try #require(try read.openTable("entries", keys: .integer))
    #expect(try read.value(table, 1)?.text == "one")
    try Environment.open(at: path).writeRow(2, "two")
    #expect(try read.value(table, 2)?.array == nil)
  }

  @Test("After closing, everything throws closed, and closing again is fine")
  func closed() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    environment.close()
    environment.close()
    #expect(throws: LMDBError(code: .closed, message: "")) { _ = try environment.beginRead() }
    #expect(throws: LMDBError(code: .closed, message: "")) { try environment.beginWrite().abort() }
    #expect(throws: LMDBError(code: .closed, message: "")) { try environment.lastTransactionID }
    #expect(throws: LMDBError(code: .closed, message: "")) { try environment.checkReaders() }
    #expect(throws: LMDBError(code: .closed, message: "")) {
      try environment.copy(to: directory.path("copy"), compacting: false)
    }
    #expect(environment.usedBytes == 0)
  }

  @Test("A transaction outlives the closing, and opening again waits for its end")
  func closedUnderTransaction() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    try environment.writeRow(1, "one")
    var read = try environment.beginRead()
    let table = try read.openTable("entries", keys: .integer)
    environment.close()
    let text = try read.value(try #require(table), 1)?.text
    #expect(text == "one")
    #expect(throws: LMDBError(code: .closed, message: "")) { try Environment.open(at: path) }
    read.end()
    #expect(try Environment.open(at: path).readRow(1) == "one")
  }

  @Test("Creating refuses a path that is taken, and leaves it alone")
  func createTwice() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    try Environment.open(at: path).writeRow(1, "one")
    #expect(throws: LMDBError(code: .alreadyExists, message: "")) {
      try Environment.create(at: path)
    }
    #expect(try Environment.open(at: path).readRow(1) == "one")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["log"])
  }

  @Test("A missing directory is named")
  func missing() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("missing")
    let error = try #require(throws: LMDBError.self) { try Environment.open(at: path) }
    #expect(error.code == .noSuchDirectory)
    #expect(error.message.contains(path))
    #expect(throws: LMDBError(code: .noSuchDirectory, message: "")) {
      try Environment.create(at: path + "/log")
    }
  }

  @Test("Relative paths and trailing slashes work")
  func oddPaths() throws {
    let directory = try TemporaryDirectory()
    try Environment.create(at: directory.path("a") + "//")
    #expect(try Environment.open(at: directory.path("a")).readRow(1) == nil)
  }

  @Test("A read-only environment reads and refuses to write")
  func readOnly() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    try Environment.open(at: path).writeRow(1, "one")
    let environment = try Environment.open(at: path, configuration: .init(isReadOnly: true))
    #expect(try environment.readRow(1) == "one")
    #expect(throws: LMDBError(code: .readOnly, message: "")) {
      try environment.beginWrite().abort()
    }
    #expect(throws: LMDBError(code: .openedDifferently, message: "")) {
      try Environment.open(at: path)
    }
  }

  @Test("A copy is an environment with the same rows", arguments: [false, true])
  func copies(compacting: Bool) throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    for key in UInt64(0)..<100 { try environment.writeRow(key, "row \(key)") }
    let target = directory.path("copy")
    try environment.copy(to: target, compacting: compacting)
    let copy = try Environment.open(at: target)
    #expect(copy !== environment)
    for key in UInt64(0)..<100 { #expect(try copy.readRow(key) == "row \(key)") }
    #expect(throws: LMDBError(code: .alreadyExists, message: "")) {
      try environment.copy(to: target, compacting: compacting)
    }
    #expect(!compacting || copy.usedBytes < environment.usedBytes)
  }

  @Test("More readers than allowed is an error that passes")
  func readersFull() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("log")
    try Environment.create(at: path, configuration: .init(maxReaders: 1))
    let environment = try Environment.open(at: path, configuration: .init(maxReaders: 1))
    var read = try environment.beginRead()
    #expect(throws: LMDBError(code: .readersFull, message: "")) {
      _ = try environment.beginRead()
    }
    read.end()
    _ = try environment.beginRead()
  }

  @Test("A map that is too small is an error, and nothing of the transaction stays")
  func mapFull() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(
      at: try directory.makeEnvironment(), configuration: .init(mapSizeBytes: 1 << 16))
    try environment.writeRow(0, "kept")
    let large = [UInt8](repeating: 1, count: 100_000)
    var write = try environment.beginWrite()
    let table = try write.makeTable("entries", keys: .integer)
    do throws(LMDBError) {
      try write.put(table, 1, large.span.bytes)
      Issue.record("The map should be full.")
    } catch {
      #expect(error.code == .mapFull)
    }
    write.abort()
    #expect(!environment.isPoisoned)
    #expect(try environment.readRow(0) == "kept")
    #expect(try environment.readRow(1) == nil)
  }

  private func openDescriptors(under path: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/fd/" + name)
      return target?.hasPrefix(path) ?? false
    }
  }
}

extension Environment {
  fileprivate var lastTransactionIDOrZero: UInt64 { (try? lastTransactionID) ?? 0 }
}
