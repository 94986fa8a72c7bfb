import Casefile
import CasefileModel
import CasefileTesting
import Foundation
import Testing

/// What a commit writes, as the kernel counts it for this process: numbers that do not depend on the
/// machine or on what else runs. The limits are those of the design; raise one only with a reason.
@Suite(
  "The cost of a commit", .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/io")))
struct CommitCostTests {
  /// Bytes handed to write calls so far, and how many calls there were.
  private static func written() throws -> (bytes: Int, calls: Int) {
    let text = try String(contentsOfFile: "/proc/self/io", encoding: .utf8)
    func number(_ name: String) -> Int {
      for line in text.split(separator: "\n") where line.hasPrefix(name + ": ") {
        return Int(line.dropFirst(name.count + 2)) ?? -1
      }
      return -1
    }
    return (number("wchar"), number("syscw"))
  }

  /// The least of some commits of one size: another thread's writes only add to a commit's.
  private static func least(
    _ store: Store, commits: Int, size: Int, next: inout Int
  ) throws -> (bytes: Int, calls: Int, own: Int) {
    var all: [(bytes: Int, calls: Int, own: Int)] = []
    for _ in 0..<commits {
      let before = try store.statistics()
      let events = try Fixture.events(next..<next + size)
      next += size
      let start = try written()
      _ = try store.appendBlocking(events)
      let end = try written()
      let after = try store.statistics()
      let own =
        after.envelopeBytes - before.envelopeBytes + after.contentBytes - before.contentBytes
      all.append(
        (end.bytes - start.bytes, end.calls - start.calls, Int(own) + size * Digest.sizeBytes))
    }
    let sorted = all.sorted { ($0.bytes, $0.calls) < ($1.bytes, $1.calls) }
    return try #require(sorted.first)
  }

  @Test("Commits of 1,000, of 64 and of one event write no more than they may")
  func writes() throws {
    let directory = try TemporaryDirectory()
    var configuration = Fixture.configuration()
    configuration.viewUpdates = .never
    let store = try Store.create(at: directory.store, configuration: configuration)
    defer { store.close() }
    var next = 0
    _ = try store.appendBlocking(Fixture.events(0..<3000))
    next = 3000
    let large = try CommitCostTests.least(store, commits: 6, size: 1000, next: &next)
    #expect(Double(large.bytes) / Double(large.own) <= 1.30)
    let middle = try CommitCostTests.least(store, commits: 12, size: 64, next: &next)
    #expect(Double(middle.bytes) / Double(middle.own) <= 3.1)
    let small = try CommitCostTests.least(store, commits: 12, size: 1, next: &next)
    // Pages of 4 KiB: those on the way to the end of each table, the free list, and the meta page.
    #expect(small.bytes <= 7 * 4096)
    #expect(small.calls <= 4)
  }
}
