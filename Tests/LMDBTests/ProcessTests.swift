import Foundation
import LMDB
import Testing

/// What happens between processes. The bodies of exit tests run in a process of their own.
@Suite("Processes", .timeLimit(.minutes(1)))
struct ProcessTests {
  @Test("The slot of a killed reader is cleared")
  func killedReader() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    try environment.writeRow(1, "one")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      var read = try Environment.open(at: path).beginRead()
      kill(getpid(), SIGKILL)
      read.end()
    }
    #expect(try environment.checkReaders() == 1)
    #expect(try environment.checkReaders() == 0)
  }

  @Test("A writer killed in a transaction loses it, and the next one goes on")
  func killedWriter() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    try environment.writeRow(1, "one")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      var write = try Environment.open(at: path).beginWrite()
      let table = try write.makeTable("entries", keys: .integer)
      try write.put(table, 1, "lost".utf8.span.bytes)
      kill(getpid(), SIGKILL)
      write.abort()
    }
    try environment.writeRow(2, "two")
    #expect(try environment.readRow(1) == "one")
    #expect(try environment.readRow(2) == "two")
  }

  @Test("What another process commits is seen, also in a table that it made")
  func twoProcesses() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    let before = try environment.beginRead()
    await #expect(processExitsWith: .success) { [path = path as String] in
      let environment = try Environment.open(at: path)
      try environment.writeRow(7, "from the other", table: "made there")
      try environment.writeRow(8, "again", table: "made there")
    }
    #expect(try environment.lastTransactionID == 2)
    #expect(try before.openTable("made there", keys: .integer) == nil)
    #expect(try environment.readRow(7, table: "made there") == "from the other")
    try environment.writeRow(9, "from here", table: "made here")
    #expect(try environment.readRow(8, table: "made there") == "again")
    #expect(try environment.readRow(9, table: "made here") == "from here")
  }

  @Test("Another process that opens and closes does not hurt a reader")
  func openAndClose() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    try environment.writeRow(1, "old")
    let read = try environment.beginRead()
    let table = try #require(try read.openTable("entries", keys: .integer))
    await #expect(processExitsWith: .success) { [path = path as String] in
      for _ in 0..<20 {
        let environment = try Environment.open(at: path)
        for _ in 0..<5 { try environment.writeRow(1, "new") }
        environment.close()
      }
    }
    #expect(try read.value(table, 1)?.text == "old")
    #expect(try environment.checkReaders() == 0)
    #expect(try environment.readRow(1) == "new")
  }

  @Test("A child after fork is told to open the environment again")
  func forked() async throws {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = try directory.makeEnvironment()
      let environment = try Environment.open(at: path)
      try environment.writeRow(1, "one")
      var read: ReadTransaction? = try environment.beginRead()
      let table = try #require(try read?.openTable("entries", keys: .integer))
      let status = try runForked {
        do throws(LMDBError) { _ = try environment.beginRead() } catch {
          guard error.code == .usedAfterFork else { return 1 }
        }
        read = nil
        let reopened = try? Environment.open(at: path).readRow(1)
        return reopened == "one" ? 0 : 2
      }
      #expect(status == 0)
      // The child has not given back the parent's reader slot, so its pages are not used again.
      for _ in 0..<10 { try environment.writeRow(1, "new") }
      let text = try read?.value(table, 1)?.text
      #expect(text == "one")
    }
  }

  @Test("A write transaction that changes its thread is a programmer's error")
  func otherThread() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    await #expect(processExitsWith: .failure) { [path = path as String] in
      let environment = try Environment.open(at: path)
      var write: WriteTransaction? = try environment.beginWrite()
      nonisolated(unsafe) let box = Box(write.take())
      try DedicatedThread(name: "other") { box.transaction = nil }.join()
      exit(0)
    }
  }

  @Test(
    "Too few addresses for the map is a clear error",
    .disabled(if: isSanitized, "A sanitizer needs more addresses than the limit leaves."))
  func fewAddresses() async throws {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = directory.path("log")
      try Environment.create(at: path)
      var limit = rlimit(rlim_cur: 1 << 38, rlim_max: 1 << 38)
      setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
      do throws(LMDBError) {
        _ = try Environment.open(at: path)
        exit(1)
      } catch {
        guard error.code == .addressSpaceTooSmall else { exit(2) }
      }
      _ = try Environment.open(at: path, configuration: .init(mapSizeBytes: 1 << 30)).readRow(1)
    }
  }

  @Test("Files of another user are refused", .enabled(if: geteuid() == 0, "needs root"))
  func otherUser() async throws {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let path = try directory.makeEnvironment()
      chmod(directory.path, 0o755)
      seteuid(65_534)
      do throws(LMDBError) {
        _ = try Environment.open(at: path)
        exit(1)
      } catch {
        guard error.code == .permissionDenied else { exit(2) }
      }
      do throws(LMDBError) {
        try Environment.create(at: path + "2")
        exit(3)
      } catch {
        guard error.code == .permissionDenied else { exit(4) }
      }
      seteuid(0)
    }
  }

  private final class Box {
    var transaction: WriteTransaction?
    init(_ transaction: consuming WriteTransaction?) { self.transaction = transaction }
  }
}

/// Whether the address or the thread sanitizer is linked in.
private let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

/// Runs `body` in a forked process, which ends with its result, and returns the wait status.
private func runForked(_ body: () -> Int32) throws -> Int32 {
  // Swift hides fork(2) because few programs should call it; this one must.
  typealias Fork = @convention(c) () -> pid_t
  let symbol = try #require(dlsym(nil, "fork"))
  let child = unsafeBitCast(symbol, to: Fork.self)()
  if child == 0 { _exit(body()) }
  var status: Int32 = 0
  waitpid(child, &status, 0)
  return status
}
