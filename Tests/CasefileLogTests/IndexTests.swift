import Casefile
import CasefileLog
import CasefileModel
import Foundation
import Testing

@Suite("The index view")
struct IndexTests {
  /// A block and a tail.
  static let count = 65_536 + 3000

  static func fill(_ store: Store, _ range: Range<Int>) throws {
    for start in stride(from: range.lowerBound, to: range.upperBound, by: 4000) {
      let end = min(start + 4000, range.upperBound)
      _ = try store.appendBlocking((start..<end).map { try IndexTests.event($0) })
    }
  }

  /// Tags of all densities: every event, one in a thousand, one in a block.
  static func event(_ number: Int) throws -> Event {
    var tags = ["all:x", "mod:\(number % 1009)"]
    if number % 65_536 == 7 { tags.append("rare:x") }
    return Event(
      TicketTagged(tag: "t"), on: try Fixture.ticket(number % 30_000),
      at: Timestamp(seconds: 1_700_000_000 + Int64(number)), by: Actor(.agent, "a"),
      id: EventID(
        derivedAt: Timestamp(seconds: 1_700_000_000 + Int64(number &* 7919 % 500_000)),
        UInt64(number), UInt64(number) &* 0x9E37_79B9_7F4A_7C15), tags: tags)
  }

  static func check(_ store: Store, count: Int) throws {
    for tag in ["mod:0", "mod:1008", "rare:x", "none:x"] {
      let expected: [UInt64] = (0..<count).filter { number in
        switch tag {
        case "mod:0": number % 1009 == 0
        case "mod:1008": number % 1009 == 1008
        case "rare:x": number % 65_536 == 7
        default: false
        }
      }.map { UInt64($0) }
      let query = EventQuery(tags: [tag])
      #expect(try ReadTests.positions(store, EventReadOptions(query: query)) == expected)
      #expect(
        try ReadTests.positions(store, EventReadOptions(query: query, isBackward: true))
          == expected.reversed())
    }
    let dense = EventReadOptions(
      from: Position(65_530), through: Position(65_545), query: EventQuery(tags: ["all:x"]))
    #expect(try ReadTests.positions(store, dense) == Array(65_530...65_545))
    for number in stride(from: 0, to: count, by: 17_771) {
      let id = try #require(try IndexTests.event(number).id)
      #expect(try store.event(id: id)?.position.rawValue == UInt64(number))
    }
    let history = try store.events(of: Fixture.ticket(123))
    #expect(history.map(\.envelope.version.rawValue) == Array(1...UInt64(history.count)))
    let wanted = (0..<UInt64(count)).filter { $0 % 30_000 == 123 }
    #expect(history.map(\.position.rawValue) == wanted)
  }

  @Test(
    "Lookups are right live, reopened, and after the view was deleted or was another log's",
    .timeLimit(.minutes(8)))
  func blocks() throws {
    let directory = try TemporaryDirectory()
    var configuration = Fixture.configuration()
    // The index is made with the log; all other views took most of the time, and tell nothing here.
    configuration.viewUpdates = .never
    let store = try Store.create(at: directory.store, configuration: configuration)
    try IndexTests.fill(store, 0..<IndexTests.count)
    try IndexTests.check(store, count: IndexTests.count)
    store.close()
    let reopened = try Store.open(at: directory.store, configuration: configuration)
    #expect(try reopened.statistics().indexedEvents == 65_536)
    try IndexTests.check(reopened, count: IndexTests.count)
    // An id of an old block is known, whatever the condition.
    #expect(try reopened.appendBlocking([IndexTests.event(5)])[0].isDuplicate)
    reopened.close()
    let view = directory.store + "/views/index-v2"
    try FileManager.default.removeItem(atPath: view)
    let reader = try Store.open(at: directory.store, configuration: .init(isReadOnly: true))
    #expect(try reader.events(of: Fixture.ticket(123)).count == 3)
    reader.close()
    let rebuilt = try Store.open(at: directory.store, configuration: configuration)
    #expect(try rebuilt.statistics().indexedEvents == 65_536)
    try IndexTests.check(rebuilt, count: IndexTests.count)
    rebuilt.close()
    // A view of another log is thrown away.
    let other = try Store.create(at: directory.path + "/other", configuration: configuration)
    try IndexTests.fill(other, 1..<65_600)
    other.close()
    try FileManager.default.removeItem(atPath: view)
    try FileManager.default.copyItem(atPath: directory.path + "/other/views/index-v2", toPath: view)
    let swapped = try Store.open(at: directory.store, configuration: configuration)
    #expect(try swapped.statistics().indexedEvents == 65_536)
    #expect(try swapped.events(of: Fixture.ticket(123)).count == 3)
    swapped.close()
  }

  @Test("Texts of contents are in the table of contents and in no other file or table")
  func canaries() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store, configuration: Fixture.configuration())
    let canary = "canary-of-a-note"
    let at = Fixture.time("2026-03-02T10:00:00Z")
    let notes = try (0..<200).map { number in
      Event(
        TicketNoteAdded(noteId: "n-\(number)", text: "\(canary) \(number)"),
        on: try Fixture.ticket(number), at: at, by: Actor(.agent, "a-1"))
    }
    _ = try store.appendBlocking(notes)
    // A whole block, so that the view on disk has rows of these events.
    try IndexTests.fill(store, 0..<65_536)
    store.close()
    let reopened = try Store.open(at: directory.store, configuration: Fixture.configuration())
    #expect(try reopened.statistics().indexedEvents == 65_536)
    try reopened.read { event in
      #expect(!IndexTests.holds(event.envelopeBytes, canary))
      return event.position.rawValue < 200
    }
    reopened.close()
    let files = try #require(FileManager.default.enumerator(atPath: directory.store))
    var found: [String] = []
    for case let name as String in files {
      guard let data = FileManager.default.contents(atPath: directory.store + "/" + name),
        IndexTests.holds(Array(data), canary)
      else { continue }
      found.append(name)
    }
    // The search itself works: the contents are in the clear until they are sealed.
    #expect(found == ["log/data.mdb"])
  }

  private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
    Data(bytes).range(of: Data(text.utf8)) != nil
  }
}
