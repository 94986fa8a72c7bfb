import CasefileSearch
import CasefileTesting
import Foundation
import Testing

@testable import Casefile

/// Search over the persisted view, whatever was appended and however it was cut.
@Suite("Search")
struct SearchViewTests {
  private static let words = [
    "возврат", "возвраты", "счёт", "счета", "refund", "refunded", "invoice", "delivery", "вход",
    "договор", "T-17", "42",
  ]

  private static func messages(_ count: Int, seed: UInt64) -> [Event] {
    var random = SeededRandom(seed)
    return (0..<count).map { number in
      let text = (0..<4).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }
      return Event(
        MessageReceived(
          messageId: "m-\(number)", channel: .email, fromAddress: "p\(number % 9)@mail.example",
          body: text.joined(separator: " ")),
        on: .known("T-\(number % 13)"), at: Timestamp(seconds: 1_772_445_600 + Int64(number)),
        by: Actor(.client, "c-1"), id: EventID(high: 0x0195_0000_0000_7000, low: UInt64(number)))
    }
  }

  private static func fill(_ store: Store, _ events: [Event], batch: Int, updating: Bool) throws {
    for start in stride(from: 0, to: events.count, by: batch) {
      _ = try store.appendBlocking(Array(events[start..<min(start + batch, events.count)]))
      if updating { try store.updateViews() }
    }
  }

  private static func found(_ store: Store, _ text: String) throws -> [UInt64] {
    var positions: [UInt64] = []
    try store.search(text) { match in
      positions.append(match.entry.position.rawValue)
      return true
    }
    return positions
  }

  @Test("Every cut into batches gives the same rows and the same answers", arguments: [1, 7, 300])
  func batches(batch: Int) throws {
    let events = SearchViewTests.messages(300, seed: 5)
    let temporary = try TemporaryStore()
    try SearchViewTests.fill(temporary.store, events, batch: batch, updating: true)
    let comparison = try temporary.store.compareView(named: "search")
    #expect(comparison.isEqual, "\(comparison)")
    #expect(comparison.rows > 20)
    // Against a reading of every text, without the view.
    for query in ["возврата", "refund", "счет 42", "T-17 invoices", "nothing"] {
      var words = SearchWords()
      let stems = words.stems(in: query)
      var expected: [UInt64] = []
      try temporary.store.read { event in
        let body = try event.payload(as: MessageReceived.self)?.body ?? ""
        if words.stems(in: body).isSuperset(of: stems) { expected.append(event.position.rawValue) }
        return true
      }
      #expect(try SearchViewTests.found(temporary.store, query) == expected.reversed())
      #expect(expected.isEmpty == (query == "nothing"))
    }
  }

  @Test("A view that is behind, dropped or damaged costs no answer, and nothing comes twice")
  func damage() throws {
    let events = SearchViewTests.messages(120, seed: 9)
    let temporary = try TemporaryStore()
    try SearchViewTests.fill(temporary.store, Array(events[..<70]), batch: 20, updating: true)
    try SearchViewTests.fill(temporary.store, Array(events[70...]), batch: 20, updating: false)
    let expected = try SearchViewTests.found(temporary.store, "возвратами")
    #expect(Set(expected).count == expected.count && expected.count > 20)
    try temporary.store.dropView(named: "search")
    #expect(try SearchViewTests.found(temporary.store, "возвратами") == expected)
    try temporary.store.updateViews()
    temporary.store.close()
    let file = temporary.directory + "/views/search-v2/data.mdb"
    let sound = try #require(FileManager.default.contents(atPath: file))
    for step in [61, 977] {
      var bytes = sound
      for index in stride(from: 8192 + 100, to: bytes.count, by: step) { bytes[index] ^= 0x20 }
      try bytes.write(to: URL(filePath: file))
      try temporary.reopen()
      #expect(try SearchViewTests.found(temporary.store, "возвратами") == expected)
      temporary.store.close()
    }
    try temporary.reopen()
    _ = try temporary.store.replay(ReplayOptions(views: ["search"]))
    #expect(try temporary.store.compareView(named: "search").isEqual)
  }

  @Test("Positions on both sides of the end of a block come back in their order")
  func blocks() throws {
    let prefix: [UInt8] = [1, 2, 3]
    let positions = [0, 1, 65_535, 65_536, 65_537, 1 << 40].map { Position($0) }
    var rows = ViewRows()
    for position in positions {
      let key = SearchPostings.key(prefix, position)
      rows.put(key, (try rows.value(key) ?? []) + SearchPostings.offset(position))
    }
    #expect(try SearchPostings.positions(prefix, rows) == positions)
    rows.put(SearchPostings.key(prefix, Position(0)), [0, 0, 1])
    #expect(throws: ViewDamage.self) { try SearchPostings.positions(prefix, rows) }
  }

  @Test("A view that was made with other stemmers is not trusted")
  func stemmers() throws {
    var rows = ViewRows()
    try SearchView.checkStemmers(rows)
    rows.put([SearchView.Kind.probe.rawValue], [1, 2, 3])
    #expect(throws: ViewDamage.self) { try SearchView.checkStemmers(rows) }
  }

  @Test("Nothing of a content is in the view's file")
  func canary() throws {
    let temporary = try TemporaryStore()
    let client = try StreamID(kind: "client", id: "c-77")
    let time = Timestamp(seconds: 1_772_445_600)
    let events = [
      Event(
        ClientRegistered(clientId: "c-77", name: "Kanarienvogel Zwitscher"), on: client, at: time,
        by: Actor(.system)),
      Event(
        ClientIdentityAdded(clientId: "c-77", address: "+7 912 345-67-89", kind: .phone),
        on: client, at: time, by: Actor(.system)),
      Event(
        MessageReceived(messageId: "m-1", fromAddress: "kanarien@vogel.example", body: "Piepmatz"),
        on: .known("T-1"), at: time, by: Actor(.client, "c-77")),
    ]
    try SearchViewTests.fill(temporary.store, events, batch: 1, updating: true)
    #expect(try SearchViewTests.found(temporary.store, "piepmatz") == [2])
    // The sender of the message is nobody that is known.
    #expect(try temporary.store.findClients("kanarien").map(\.client) == ["c-77", nil])
    temporary.store.close()
    let file = temporary.directory + "/views/search-v2/data.mdb"
    let bytes = try #require(FileManager.default.contents(atPath: file))
    #expect(bytes.count > 8192)
    let plain = [
      "Kanarien", "kanarien", "Zwitscher", "zwitsch", "Piepmatz", "piepmatz", "3456789", "345-67",
      "vogel", "c-77",
    ]
    for word in plain { #expect(bytes.firstRange(of: Data(word.utf8)) == nil, "\(word)") }
  }

  @Test("Corrected and retracted texts are found and say so; what is not readable is not found")
  func amendments() throws {
    let temporary = try TemporaryStore()
    let time = Timestamp(seconds: 1_772_445_600)
    let ids = (1...3).map { EventID(high: 0x0195_0000_0000_7000, low: UInt64($0)) }
    let other = try StreamID(kind: "import", id: "b-1")
    let events = [
      Event(
        TicketNoteAdded(noteId: "n-1", text: "a parcel was lost"), on: .known("T-1"), at: time,
        by: Actor(.agent, "a-1"), id: ids[0]),
      Event(
        TicketNoteAdded(noteId: "n-2", text: "another parcel"), on: .known("T-2"), at: time,
        by: Actor(.agent, "a-1"), id: ids[1]),
      Event(
        EventRetracted(targetEventId: ids[0]), on: other, at: time, by: Actor(.reviewer, "r-1"),
        id: ids[2]),
      Event(
        EventCorrected(
          targetEventId: ids[1], field: "text", newValue: JSONText("\"another letter\"")),
        on: .known("T-2"), at: time, by: Actor(.reviewer, "r-1")),
    ]
    try SearchViewTests.fill(temporary.store, events, batch: 2, updating: true)
    var matches: [SearchMatch] = []
    try temporary.store.search("PARCELS") { match in
      matches.append(match)
      return true
    }
    #expect(matches.map(\.ticket) == ["T-2", "T-1"])
    #expect(matches.last?.entry.retractedBy == Position(2))
    #expect(matches.first?.entry.corrections.map(\.position) == [Position(3)])
    #expect(matches.first.map { $0.ranges.map { matches[0].text[$0] } } == ["parcel"])
    #expect(try SearchViewTests.found(temporary.store, "letters") == [3])
    // A retracted text is no reason to list a ticket.
    var listed: [String] = []
    try temporary.store.tickets(TicketFilter(text: "parcel")) { ticket in
      listed.append(ticket.ticket)
      return true
    }
    #expect(listed == ["T-2"])
    let stored = try #require(try temporary.store.event(at: Position(0)))
    let erased = StoredEvent(
      envelope: stored.envelope, envelopeBytes: stored.envelopeBytes, leaf: stored.leaf,
      content: nil)
    #expect(SearchFields.texts(of: stored).map(\.text) == ["a parcel was lost"])
    #expect(SearchFields.texts(of: erased).isEmpty)
    #expect(throws: ModelError(.invalidText, "")) { try temporary.store.search("!?") { _ in true } }
  }

  @Test("Only what had happened, and was known, lists a ticket at a moment")
  func moments() throws {
    let temporary = try TemporaryStore()
    let events = SearchViewTests.messages(40, seed: 3)
    try SearchViewTests.fill(temporary.store, events, batch: 40, updating: true)
    let moment = events[19].occurredAt
    func listed(asOf: Timestamp?, knownAt: KnownAt?) throws -> Set<String> {
      var tickets: Set<String> = []
      try temporary.store.tickets(
        TicketFilter(text: "delivery"), asOf: asOf, knownAt: knownAt
      ) { ticket in
        tickets.insert(ticket.ticket)
        return true
      }
      return tickets
    }
    var expected: Set<String> = []
    for (number, event) in events[..<20].enumerated() {
      let isMeant = event.contents.contains {
        String(decoding: $0.bytes, as: UTF8.self).contains("delivery")
      }
      if isMeant { expected.insert("T-\(number % 13)") }
    }
    #expect(try listed(asOf: moment, knownAt: nil) == expected)
    #expect(try listed(asOf: nil, knownAt: .position(Position(19))) == expected)
    #expect(try listed(asOf: nil, knownAt: nil).isSuperset(of: expected))
  }
}
