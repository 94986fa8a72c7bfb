import Casefile
import CasefileModel
import CasefileTesting
import Testing

@testable import CasefileLog

@Suite("What a verification keeps of streams and ids")
struct VerifyMemoryTests {
  @Test("The head of a stream is its event before", arguments: [1, 700, 20_000])
  func chains(streams: Int) {
    var random = SeededRandom(UInt64(streams))
    var chains = StreamChains()
    var known: [Int: (version: UInt64, leaf: Digest)] = [:]
    let keys = (0..<streams).map { StreamKey(Array("ticket/\($0)".utf8).span.bytes) }
    var wrong = 0
    for version in 0..<UInt64(3 * streams) {
      let stream = Int.random(in: 0..<streams, using: &random)
      let leaf = Digest.sha256([UInt8(truncatingIfNeeded: version)])
      let before = chains.advance(keys[stream], to: version, leaf)
      if before?.version != known[stream]?.version || before?.leaf != known[stream]?.leaf {
        wrong += 1
      }
      known[stream] = (version, leaf)
    }
    #expect(wrong == 0)
    #expect(chains.count == known.count)
  }

  @Test("Exactly the ids that were added twice are told", arguments: [0, 1, 300, 400_000])
  func ids(count: Int) {
    var random = SeededRandom(UInt64(count))
    var list = IDList()
    let ids = (0..<count).map { _ in EventID(high: random.next(), low: random.next()) }
    for id in ids { list.add(id) }
    #expect(list.repeatedHashes().isEmpty)
    let twice = ids.enumerated().filter { $0.offset.isMultiple(of: 97) }.map(\.element)
    for id in twice { list.add(id) }
    #expect(list.repeatedHashes() == Set(twice.map { list.hash($0) }))
    // Neighbours in time, as a source gives them, are told apart.
    for low in 0..<UInt64(count) { list.add(EventID(high: 7, low: low)) }
    #expect(list.repeatedHashes() == Set(twice.map { list.hash($0) }))
  }

  @Test("One id for all events fills one list and is told")
  func sameID() {
    var list = IDList()
    let id = EventID(high: 1, low: 2)
    for _ in 0..<1_000 { list.add(id) }
    #expect(list.repeatedHashes() == [list.hash(id)])
  }

  @Test("An id that stands at two positions is a problem of the later one")
  func repeated() throws {
    let directory = try TemporaryDirectory()
    try VerifyTests.make(directory)
    var ids: [[UInt8]] = []
    for position in [3, 250] as [UInt64] {
      try VerifyTests.change(directory, "entries", position) { bytes in
        // Field 1 of the envelope: its tag, its length, 16 bytes.
        #expect(Array(bytes[..<2]) == [0x0A, 0x10])
        ids.append(Array(bytes[2..<18]))
        bytes.replaceSubrange(2..<18, with: ids[0])
      }
    }
    let store = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    defer { store.close() }
    let found = try store.verify().problems.filter { $0.what == .repeatedID }
    #expect(found.map(\.position) == [Position(250)])
    #expect(found.first?.message == "the event id stands at position 3 too")
  }
}
