import Casefile
import CasefileTesting
import Testing

@Suite("Sessions")
struct SessionTests {
  /// Positions 0 … 6: opened, internal note, reply, restricted review, the reply made internal,
  /// the note corrected in public, the reply's correction in another stream.
  private static func store() async throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let stream = try StreamID.ticket("7")
    try await store.perform(.open(TicketOpened(clientId: "c-9")), on: "7", by: .client9)
    try await store.perform(.note("internal words", id: "n-1"), on: "7", by: .anna)
    try await store.perform(
      .reply(MessageSent(messageId: "m-1", body: "Dear client")), on: "7", by: .anna)
    let now = temporary.clock.now()
    let reviewer = Actor(.reviewer, "rv-1")
    _ = try await store.append([
      Event(
        ReviewStarted(reviewId: "r-1"), on: stream, at: now, by: reviewer,
        visibility: .restricted),
      Event(
        MessageVisibilityChanged(messageId: "m-1", to: .internal), on: stream, at: now, by: .anna),
    ])
    let ids = try store.events(of: stream).map(\.envelope.id)
    _ = try await store.append([
      Event(
        EventCorrected(targetEventId: ids[1], field: "text", newValue: #""other""#), on: stream,
        at: now, by: .anna),
      Event(
        EventCorrected(targetEventId: ids[2], field: "body", newValue: #""secret""#),
        on: try StreamID(kind: "import", id: "i-1"), at: now, by: .anna),
    ])
    return temporary
  }

  private static func withheld(_ events: [SessionEvent]) -> [UInt64] {
    events.compactMap { event in
      if case .withheld(let event) = event { event.position.rawValue } else { nil }
    }
  }

  @Test(
    "What the reader may not see is named by its place only",
    arguments: [
      (Visibility.public, [1, 2, 3, 5, 6] as [UInt64]), (.internal, [3]), (.restricted, []),
    ])
  func visibility(visibility: Visibility, hidden: [UInt64]) async throws {
    let temporary = try await SessionTests.store()
    let session = temporary.store.session(
      actor: .anna, onBehalfOf: "rv-2", purpose: .audit, visibility: visibility)
    #expect(session.actor == Actor(.agent, "ag-anna", onBehalfOf: "rv-2"))
    #expect(session.purpose.description == "audit")
    var read: [SessionEvent] = []
    try session.read { event in
      read.append(event)
      return true
    }
    #expect(read.map(\.position.rawValue) == Array(0..<7))
    #expect(SessionTests.withheld(read) == hidden)
    let ticket = try #require(try session.ticket("7"))
    #expect(ticket.withheld.map(\.position.rawValue) == hidden)
    #expect(ticket.entries.count == 6 - hidden.filter { $0 < 6 }.count)
    #expect(ticket.state.client == "c-9")
    for (place, event) in read.enumerated() {
      #expect(try session.event(at: Position(UInt64(place))) == event)
    }
    #expect(try session.event(at: Position(7)) == nil)
    let own = try session.events(of: .ticket("7"))
    #expect(SessionTests.withheld(own) == hidden.filter { $0 < 6 })
  }

  @Test("A query by type or tag doesn't tell what is withheld, and a limit counts what is shown")
  func queries() async throws {
    let temporary = try await SessionTests.store()
    let session = temporary.store.session(
      actor: .client9, purpose: .support, visibility: .public)
    func positions(_ options: EventReadOptions) throws -> [UInt64] {
      var read: [UInt64] = []
      try session.read(options) { event in
        read.append(event.position.rawValue)
        return true
      }
      return read
    }
    let reviews = EventQuery(types: [ReviewStarted.type.number])
    #expect(try positions(EventReadOptions(query: reviews)) == [])
    let annas = EventQuery(tags: ["agent:ag-anna"])
    #expect(try positions(EventReadOptions(query: annas)) == [])
    #expect(try positions(EventReadOptions(limit: 2)) == [0, 1])
    #expect(try positions(EventReadOptions(limit: 0)) == [])
    let shown = EventQuery(
      types: [TicketNoteAdded.type.number, MessageVisibilityChanged.type.number])
    #expect(try positions(EventReadOptions(query: shown, limit: 1)) == [4])
  }

  @Test("A ticket is shown as it was known, and an unknown one not at all")
  func knownAt() async throws {
    let temporary = try await SessionTests.store()
    let session = temporary.store.session(
      actor: .anna, purpose: .audit, visibility: .internal)
    let then = try #require(try session.ticket("7", knownAt: .position(Position(2))))
    #expect(then.entries.count == 3 && then.withheld == [])
    let before = ManualClock.start.adding(microseconds: -1)
    #expect(try session.ticket("7", knownAt: .recorded(before)) == nil)
    #expect(try session.ticket("8") == nil)
  }

  @Test("A purpose is one word", arguments: ["", "two words", "a@b.c", "x\n", "слово"])
  func purpose(word: String) throws {
    #expect(throws: ModelError(.invalidID, "")) { try Purpose(word) }
    #expect(try Purpose("legal-2026").description == "legal-2026")
    #expect(throws: ModelError(.tooLarge, "")) { try Purpose(String(repeating: "a", count: 201)) }
  }
}
