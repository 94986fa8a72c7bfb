import Casefile
import CasefileModel
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import CasefileLog

@Suite("Storing on a caller's own thread")
struct OwnThreadTests {
  /// After a commit of so many requests, while others came, whose task went on after a time.
  static func after(
    _ requests: Int = 1, others: Int = 0, commit: UInt64 = 200_000, resume: UInt64? = 20_000
  ) -> OwnThread {
    var own = OwnThread()
    own.note(requests: requests, others: others, from: 5_000, to: 5_000 + commit)
    if let resume { own.noteResumed(at: 5_000 + commit + resume) }
    return own
  }

  @Test("A thread that may wait stores at once, one of the pool only after others went on at once")
  func first() {
    var own = OwnThread()
    #expect(own.take(mayWait: true) == true)
    #expect(own.take(mayWait: false) == false)
    own = OwnThreadTests.after(resume: nil)
    #expect(own.take(mayWait: false) == false)
    own = OwnThreadTests.after()
    #expect(own.take(mayWait: false) == true)
  }

  @Test("The pool is asked anew after some appends, whoever stored meanwhile")
  func credit() {
    var own = OwnThreadTests.after()
    for number in 0..<OwnThread.creditMax {
      #expect(own.take(mayWait: false) == true)
      own.note(requests: 1, others: 0, from: 0, to: UInt64(number))
      #expect(own.take(mayWait: true) == true)
    }
    #expect(own.take(mayWait: false) == false)
    own.note(requests: 1, others: 0, from: 0, to: 10)
    own.noteResumed(at: 20)
    #expect(own.take(mayWait: false) == true)
  }

  @Test("A pool without a free thread, or a slow disk, takes no thread of the pool")
  func busy() {
    var own = OwnThreadTests.after(resume: OwnThread.resumeNanosecondsMax + 1)
    #expect(own.take(mayWait: false) == false)
    own = OwnThreadTests.after(commit: OwnThread.commitNanosecondsMax + 1)
    #expect(own.take(mayWait: false) == false)
    // One slow commit is enough.
    own = OwnThreadTests.after()
    own.note(requests: 1, others: 0, from: 0, to: OwnThread.commitNanosecondsMax + 1)
    #expect(own.take(mayWait: false) == false)
    own.note(requests: 1, others: 0, from: 0, to: 1_000)
    #expect(own.take(mayWait: false) == false)
    #expect(own.take(mayWait: true) == true)
  }

  @Test("Who is not alone shares a commit", arguments: [(2, 0), (1, 1), (64, 0)])
  func shared(requests: Int, others: Int) {
    var own = OwnThreadTests.after(requests, others: others)
    #expect(own.take(mayWait: true) == false)
    #expect(own.take(mayWait: false) == false)
  }

  private static func item() throws -> Mailbox.Item {
    Mailbox.Item(work: .ingest(try IngestRequest([]))) { _ in }
  }

  @Test("What is posted while a caller stores goes to the writer when that one has done so")
  func turns() throws {
    let mailbox = Mailbox()
    #expect(mailbox.beginTurn(mayWait: true))
    #expect(!mailbox.beginTurn(mayWait: true))
    #expect(mailbox.post(try OwnThreadTests.item()))
    #expect(mailbox.post(try OwnThreadTests.item()))
    mailbox.endTurn()
    // They were there first.
    #expect(!mailbox.beginTurn(mayWait: true))
    #expect(mailbox.take()?.count == 2)
    #expect(!mailbox.beginTurn(mayWait: true))
    #expect(mailbox.post(try OwnThreadTests.item()))
    mailbox.endTurn()
    #expect(!mailbox.beginTurn(mayWait: true))
    #expect(mailbox.take()?.count == 1)
    mailbox.endTurn()
    #expect(mailbox.beginTurn(mayWait: true))
    mailbox.endTurn()
  }

  @Test("A stop waits for the caller who stores, and for what came meanwhile", arguments: [0, 1])
  func stop(posted: Int) throws {
    let mailbox = Mailbox()
    #expect(mailbox.beginTurn(mayWait: true))
    for _ in 0..<posted { #expect(mailbox.post(try OwnThreadTests.item())) }
    let taken = Mutex<[Int]>([])
    let end = DispatchSemaphore(value: 0)
    let thread = Thread {
      while let items = mailbox.take() {
        taken.withLock { $0.append(items.count) }
        mailbox.endTurn()
      }
      end.signal()
    }
    thread.start()
    mailbox.stop()
    #expect(!mailbox.post(try OwnThreadTests.item()))
    #expect(taken.withLock { $0 }.isEmpty)
    mailbox.endTurn()
    end.wait()
    #expect(taken.withLock { $0 } == Array(repeating: 1, count: posted))
    #expect(!mailbox.beginTurn(mayWait: true))
  }

  /// Bytes that the calling thread has handed to write calls.
  private static func written() throws -> Int {
    let text = try String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("wchar: ") }
    return try #require(line.flatMap { Int($0.dropFirst(7)) })
  }

  @Test(
    "A thread that waits anyway writes by itself; large appends and several at once are handed over",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/thread-self/io")))
  func writes() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    defer { store.close() }
    let count = OwnThread.eventCountMax
    var before = try OwnThreadTests.written()
    _ = try store.appendBlocking(Fixture.events(0..<count))
    #expect(try OwnThreadTests.written() > before)
    before = try OwnThreadTests.written()
    _ = try store.appendBlocking(Fixture.events(count..<2 * count + 1))
    #expect(try OwnThreadTests.written() == before)
    _ = try store.appendBlocking(
      separately: [Fixture.events(1000..<1001), Fixture.events(1001..<1002)])
    #expect(try OwnThreadTests.written() == before)
    #expect(try store.verify().isSound)
  }

  @Test("Tasks that append in turn, one alone and many together, lose nothing")
  func tasks() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    defer { store.close() }
    var next = 0
    for round in 0..<6 {
      for _ in 0..<40 {
        let appended = try await store.append([Fixture.event(next)])
        #expect(appended.map(\.position.rawValue) == [UInt64(next)])
        next += 1
      }
      let first = next
      let callers = round + 1
      try await withThrowingTaskGroup(of: Void.self) { group in
        for caller in 0..<callers {
          group.addTask {
            for step in 0..<10 {
              _ = try await store.append([Fixture.event(first + step * callers + caller)])
            }
          }
        }
        try await group.waitForAll()
      }
      next += callers * 10
    }
    #expect(try store.statistics().events == UInt64(next))
    #expect(try store.verify().isSound)
  }
}
