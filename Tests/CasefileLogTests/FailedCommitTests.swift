import Casefile
import CasefileModel
import CasefileTesting
import Glibc
import LMDB
import Synchronization
import Testing

@testable import CasefileLog

@Suite("A commit that fails")
struct FailedCommitTests {
  @Test("A batch that can't be stored leaves no word in the index", arguments: [20, 600])
  func index(count: Int) throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(
      at: directory.path + "/store", configuration: Fixture.configuration())
    defer { store.close() }
    _ = try store.appendBlocking(try Fixture.events(0..<10))
    // A row behind all entries, so that none can be added.
    let log = store.log
    let bytes: [UInt8] = [1]
    var write = try log.environment.beginWrite()
    try write.append(log.tables.entries, 1 << 40, bytes.span.bytes)
    try write.commit()
    let refused = try Fixture.events(10..<10 + count)
    #expect(throws: LogError.self) { try store.appendBlocking(refused) }
    #expect(log.tail.withLock { $0?.fullBlock } == nil)

    write = try log.environment.beginWrite()
    #expect(try write.delete(log.tables.entries, 1 << 40))
    try write.commit()
    // Others take the positions that the refused ones would have had.
    let stored = try Fixture.events(5000..<5000 + count)
    _ = try store.appendBlocking(stored)
    // Callers have their answer before the index has the words.
    for _ in 0..<10_000 where log.tail.withLock({ $0?.end }) != UInt64(10 + count) {
      usleep(1_000)
    }
    #expect(log.tail.withLock { $0?.end } == UInt64(10 + count))
    for event in refused { #expect(try store.event(id: #require(event.id)) == nil) }
    for (place, event) in stored.enumerated() {
      let found = try store.event(id: #require(event.id))
      #expect(found?.position.rawValue == UInt64(10 + place))
    }
    // The refused ones are as new as ever.
    let again = try store.appendBlocking(refused)
    #expect(again.allSatisfy { !$0.isDuplicate })
    #expect(try store.verify().isSound)
  }
}
