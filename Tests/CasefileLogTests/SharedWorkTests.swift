import Dispatch
import Foundation
import Synchronization
import Testing

@testable import CasefileLog

@Suite("Shared work")
struct SharedWorkTests {
  private struct Failure: Error, Equatable {}

  private final class Count: Sendable {
    private let value = Mutex(0)

    func add() -> Int {
      value.withLock { value in
        value += 1
        return value
      }
    }
  }

  @Test("Whoever asks does it where all threads of the pool wait")
  func waiting() throws {
    let gate = DispatchSemaphore(value: 0)
    // More than a pool begins with; they stand in its queue before what is asked for.
    let blocked = 64
    for _ in 0..<blocked { DispatchQueue.global().async { gate.wait() } }
    defer { for _ in 0..<blocked { gate.signal() } }
    let asking = pthread_self()
    let work = SharedWork { pthread_equal(pthread_self(), asking) != 0 }
    #expect(try work.get())
    #expect(work.isOver)
    #expect(try work.get(), "it was done twice")
  }

  @Test("What is for later begins when it is asked for")
  func later() throws {
    let count = Count()
    let work = SharedWork(later: { count.add() })
    Thread.sleep(forTimeInterval: 0.05)
    #expect(!work.isOver)
    work.run()
    #expect(work.isOver)
    #expect(try work.get() == 1)
  }

  @Test("What it throws is thrown to whoever asks, each time")
  func failure() {
    let work = SharedWork<Int> { throw Failure() }
    for _ in 0..<2 { #expect(throws: Failure.self) { try work.get() } }
  }

  @Test("It is done once, however many ask")
  func once() async throws {
    for _ in 0..<50 {
      let count = Count()
      let work = SharedWork { count.add() }
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { try work.get() } }
        for try await found in group { #expect(found == 1) }
      }
    }
  }
}
