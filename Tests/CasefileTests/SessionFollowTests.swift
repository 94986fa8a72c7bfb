import Casefile
import CasefileTesting
import Testing

@Suite("Following in a session", .timeLimit(.minutes(1)))
struct SessionFollowTests {
  private func stored() async throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    let store = temporary.store
    try await store.perform(.open(TicketOpened(clientId: "c-9")), on: "7", by: .client9)
    try await store.perform(.note("internal words", id: "n-1"), on: "7", by: .anna)
    try await store.perform(
      .reply(MessageSent(messageId: "m-1", body: "Dear client")), on: "7", by: .anna)
    return temporary
  }

  private func isShown(_ event: SessionEvent?) -> Bool {
    if case .shown? = event { true } else { false }
  }

  @Test("What may not be seen is handed out by its place, and what comes later follows")
  func follows() async throws {
    let temporary = try await stored()
    let store = temporary.store
    let session = store.session(actor: .client9, purpose: .support, visibility: .public)
    var events = session.follow().makeAsyncIterator()
    var read: [SessionEvent] = []
    for _ in 0..<3 { read.append(try #require(try await events.next())) }
    #expect(read.map(\.position.rawValue) == [0, 1, 2])
    #expect(read.map(isShown) == [true, false, true])
    try await store.perform(.note("more internal words", id: "n-2"), on: "7", by: .anna)
    try await store.perform(
      .reply(MessageSent(messageId: "m-2", body: "Again")), on: "7", by: .anna)
    let note = try await events.next()
    #expect(note?.position == Position(3) && !isShown(note))
    #expect(isShown(try await events.next()))
  }

  @Test("A message that was made internal before it is handed out is withheld")
  func madeInternal() async throws {
    let temporary = try await stored()
    let store = temporary.store
    let session = store.session(actor: .client9, purpose: .support, visibility: .public)
    var events = session.follow(from: Position(2)).makeAsyncIterator()
    #expect(isShown(try await events.next()))
    let now = temporary.clock.now()
    let stream = try StreamID.ticket("7")
    _ = try await store.append([
      Event(
        MessageSent(messageId: "m-3", body: "Not for you"), on: stream, at: now, by: .anna),
      Event(
        MessageVisibilityChanged(messageId: "m-3", to: .internal), on: stream, at: now, by: .anna),
    ])
    let message = try await events.next()
    #expect(message?.position == Position(3) && !isShown(message))
    #expect(isShown(try await events.next()))
  }

  @Test("A query by type doesn't tell what is withheld")
  func query() async throws {
    let temporary = try await stored()
    let store = temporary.store
    let session = store.session(actor: .client9, purpose: .support, visibility: .public)
    let query = EventQuery(types: [TicketNoteAdded.type.number, MessageSent.type.number])
    var events = session.follow(query: query).makeAsyncIterator()
    let first = try await events.next()
    #expect(first?.position == Position(2) && isShown(first))
    let all = store.session(actor: .anna, purpose: .audit, visibility: .restricted)
    var seen = all.follow(query: query).makeAsyncIterator()
    #expect(try await seen.next()?.position == Position(1))
  }
}
