import LMDB
import Synchronization
import Testing

/// Errors from threads, which cannot throw.
final class Failures: Sendable {
  private let errors = Mutex<[String]>([])

  var all: [String] { errors.withLock { $0 } }

  func collect(_ body: () throws -> Void) {
    do { try body() } catch { errors.withLock { $0.append("\(error)") } }
  }
}

@Suite("DedicatedThread")
struct DedicatedThreadTests {
  @Test("The body has run when join returns, and joining again is fine")
  func joins() throws {
    let count = Counter()
    let thread = try DedicatedThread(name: "a name of more than fifteen bytes") { count.add() }
    thread.join()
    #expect(count.value == 1)
    thread.join()
  }

  @Test("Writers on several threads take turns", .timeLimit(.minutes(1)))
  func writers() throws {
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    let failures = Failures()
    let threads = try (UInt64(0)..<4).map { writer in
      try DedicatedThread(name: "writer \(writer)") {
        failures.collect {
          for row in UInt64(0)..<10 { try environment.writeRow(writer * 100 + row, "x") }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.all.isEmpty)
    #expect(try environment.lastTransactionID == 40)
    for writer in UInt64(0)..<4 {
      for row in UInt64(0)..<10 { #expect(try environment.readRow(writer * 100 + row) == "x") }
    }
  }

  @Test("Opening and releasing from many threads never opens files twice", .timeLimit(.minutes(1)))
  func opening() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    try Environment.open(at: path).writeRow(0, "x")
    let failures = Failures()
    let threads = try (0..<4).map { number in
      try DedicatedThread(name: "opener \(number)") {
        failures.collect {
          for _ in 0..<100 { _ = try Environment.open(at: path).readRow(0) }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.all.isEmpty)
  }

  private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
  }
}
