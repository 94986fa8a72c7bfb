import Casefile
import CasefileLog
import CasefileModel
import LMDB
import Testing

@Suite("Verification")
struct VerifyTests {
  typealias Kind = VerificationReport.Problem.Kind

  /// A store of 400 events, closed.
  static func make(_ directory: borrowing TemporaryDirectory) throws {
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    for start in stride(from: 0, to: 400, by: 50) {
      _ = try store.appendBlocking(Fixture.events(start..<start + 50))
    }
    store.close()
  }

  /// Changes a row of the log as no command can.
  static func change(
    _ directory: borrowing TemporaryDirectory, _ table: String, _ key: UInt64,
    _ edit: (inout [UInt8]) -> Void
  ) throws {
    let environment = try Environment.open(at: directory.store + "/log")
    var write = try environment.beginWrite()
    let opened = try write.openTable(table, keys: .integer)
    let rows = try #require(opened)
    var bytes: [UInt8] = []
    if let value = try write.value(rows, key) { bytes = value.withUnsafeBytes { Array($0) } }
    edit(&bytes)
    if bytes.isEmpty {
      _ = try write.delete(rows, key)
    } else {
      try write.put(rows, key, bytes.span.bytes)
    }
    try write.commit()
    environment.close()
  }

  static func problems(_ directory: borrowing TemporaryDirectory) throws -> [(UInt64?, Kind)] {
    let store = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    defer { store.close() }
    return try store.verify().problems.map { ($0.position?.rawValue, $0.what) }
  }

  @Test("A sound log has no problem, and the progress comes to its end")
  func sound() throws {
    let directory = try TemporaryDirectory()
    try VerifyTests.make(directory)
    let store = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    var last: (UInt64, UInt64) = (0, 0)
    let report = try store.verify { last = ($0, $1) }
    #expect(report.isSound && report.events == 400)
    #expect(last == (400, 400))
    #expect(try report.root == store.statistics().root)
    store.close()
  }

  @Test(
    "A changed byte of an entry is found at its position and is not served",
    arguments: [0, 1, 100, 126, 127, 380, 381, 399] as [UInt64])
  func flippedEntry(position: UInt64) throws {
    let directory = try TemporaryDirectory()
    try VerifyTests.make(directory)
    // A byte of the actor's id: the envelope stays readable.
    try VerifyTests.change(directory, "entries", position) { bytes in
      if let place = bytes.indices.dropLast(3).first(where: {
        Array(bytes[$0..<$0 + 2]) == Array("a-".utf8)
      }) {
        bytes[place] = UInt8(ascii: "b")
      }
    }
    let store = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    if position < 381 {
      let found = try store.verify().problems
      #expect(found.contains { $0.position == Position(position) && $0.what == .leafMismatch })
      let error = #expect(throws: LogError.self) { try store.event(at: Position(position)) }
      #expect(error?.code == .damaged && error?.position == Position(position))
      #expect(throws: LogError(.damaged, "")) { try store.read { _ in true } }
      #expect(throws: LogError(.damaged, "")) { try store.log.scan { _, _ in } }
      // Its neighbours are served.
      #expect(try store.event(at: Position(position + 1)) != nil)
    } else {
      // After the last full row of the tree the root tells.
      #expect(try store.verify().problems.contains { $0.what == .rootMismatch })
      #expect(throws: LogError(.damaged, "")) { try store.event(at: Position(position)) }
    }
    store.close()
  }

  @Test(
    "A query is answered up to the damaged event",
    arguments: [("entries", 102), ("contents", 103), ("tree", 0)] as [(String, UInt64)],
    [[], [TicketTagged.type.number, TicketNoteAdded.type.number]] as [Set<UInt32>])
  func damagedStream(damage: (table: String, key: UInt64), types: Set<UInt32>) throws {
    let directory = try TemporaryDirectory()
    try VerifyTests.make(directory)
    try VerifyTests.change(directory, damage.table, damage.key) { bytes in
      // In the tree: the leaf hash of position 101.
      let place = damage.table == "tree" ? 101 * 32 : bytes.count - 1
      bytes[place] ^= 1
    }
    let store = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    defer { store.close() }
    let position = damage.table == "tree" ? 101 : damage.key
    // Positions 100 to 104; 102 is an opening.
    let query = EventQuery(streams: [try Fixture.ticket(20)], types: types)
    guard types.isEmpty || position != 102 else {
      // What is not meant is not opened.
      let found = try ReadTests.positions(store, EventReadOptions(query: query))
      #expect(found == [100, 101, 103, 104])
      return
    }
    var found: [UInt64] = []
    let error = #expect(throws: LogError.self) {
      try store.read(EventReadOptions(query: query)) { event in
        found.append(event.position.rawValue)
        return true
      }
    }
    #expect(error?.code == .damaged && error?.position == Position(position))
    #expect(found == (100..<position).filter { types.isEmpty || $0 != 102 })
    // With another end, what is damaged is not come to.
    let before = EventReadOptions(through: Position(position - 1), query: query)
    #expect(try ReadTests.positions(store, before) == found)
  }

  @Test("Every kind of damage has its own name and position")
  func kinds() throws {
    let cases: [(String, UInt64, Kind, UInt64?, (inout [UInt8]) -> Void)] = [
      ("entries", 7, .missingEntry, 7, { $0 = [] }),
      ("entries", 9, .unreadableEnvelope, 9, { $0 = Array($0.dropLast()) }),
      ("entries", 9, .leafMismatch, 9, { $0[$0.count - 40] ^= 1 }),
      ("entries", 30, .wrongPosition, 30, { $0[$0.count - 63] ^= 1 }),
      ("entries", 31, .wrongVersion, 31, { $0[$0.count - 53] ^= 8 }),
      ("entries", 32, .brokenLink, 32, { $0[$0.count - 1] ^= 1 }),
      ("entries", 33, .timeBackwards, 34, { $0[$0.count - 37] ^= 1 }),
      ("entries", 400, .surplusEntry, nil, { $0 = [1, 2, 3] }),
      ("contents", 1, .missingContent, 1, { $0 = [] }),
      ("contents", 4, .commitmentMismatch, 4, { $0[$0.count - 1] ^= 1 }),
      ("contents", 10, .unreadableContent, 10, { $0 = [0xFF] }),
      (
        "contents", 0, .commitmentMismatch, 0,
        {
          $0 =
            [0x08, 0x01, 0x12, 0x24, 0x0A, 0x00, 0x12, 0x20] + Array(repeating: 7, count: 32) + [
              0x1A, 0x05, 0x0A, 0x01, 0x32, 0x1A, 0x00,
            ]
        }
      ),
      ("contents", 401, .surplusContent, nil, { $0 = [0x08, 0x01] }),
      ("tree", 1, .leafMismatch, 127, { $0[0] ^= 1 }),
      ("tree", 2, .treeMismatch, nil, { $0 = [] }),
    ]
    for (table, key, kind, position, edit) in cases {
      let directory = try TemporaryDirectory()
      try VerifyTests.make(directory)
      try VerifyTests.change(directory, table, key, edit)
      let found = try VerifyTests.problems(directory)
      #expect(
        found.contains { $0.0 == position && $0.1 == kind },
        "\(table) \(key) \(kind): \(found.prefix(5))")
    }
  }

  @Test("Sealed events of a log make the same log elsewhere, and nothing else is taken")
  func ingest() throws {
    let directory = try TemporaryDirectory()
    try VerifyTests.make(directory)
    let source = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    var sealed: [SealedEvent] = []
    try source.read { event in
      sealed.append(
        SealedEvent(envelope: event.envelopeBytes, content: event.content?.encoded() ?? []))
      return true
    }
    let target = directory.path + "/replica"
    try Log.create(at: target)
    let log = try Log.open(at: target)
    try log.ingest(Array(sealed[..<150]))
    #expect(throws: LogError(.wrongLog, "")) { try log.ingest(Array(sealed[..<1])) }
    #expect(throws: LogError(.wrongLog, "")) { try log.ingest(Array(sealed[151...])) }
    var forged = sealed[150]
    forged = SealedEvent(envelope: sealed[150].envelope, content: sealed[151].content)
    #expect(throws: (any Error).self) { try log.ingest([forged, sealed[151]]) }
    #expect(throws: LogError(.damaged, "")) {
      try log.ingest([SealedEvent(envelope: [1, 2, 3], content: [])])
    }
    #expect(try log.head() == Position(149))
    try log.ingest(Array(sealed[150...]))
    #expect(try log.statistics().root == source.statistics().root)
    #expect(try log.verify().isSound)
    log.close()
    source.close()
  }
}
