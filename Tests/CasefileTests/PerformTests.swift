import Casefile
import CasefileTesting
import Testing

@Suite("Performing actions on a store")
struct PerformTests {
  private static func opened() async throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    try await temporary.store.perform(
      .open(TicketOpened(number: "7", clientId: "c-9")), on: "7", by: .client9)
    temporary.clock.advance(seconds: 60)
    return temporary
  }

  @Test("What was decided is stored, and the new state returned")
  func perform() async throws {
    let temporary = try await PerformTests.opened()
    let taken = try await temporary.store.perform(.take, on: "7", by: .anna)
    #expect(taken.state.assignee == "ag-anna")
    #expect(taken.version == StreamVersion(2))
    #expect(taken.attempts == 1 && !taken.isRepeated)
    #expect(taken.appended.map(\.id) == [taken.request])
    let history = try #require(try temporary.store.ticket("7"))
    #expect(history.state() == taken.state)
    #expect(try temporary.store.ticket("8") == nil)
    await #expect(throws: TicketRefusal(.heldByAnother, "")) {
      try await temporary.store.perform(.take, on: "7", by: .boris)
    }
    await #expect(throws: ModelError(.personalData, "")) {
      try await temporary.store.perform(.take, on: "anna@desk.example", by: .boris)
    }
    #expect(try temporary.store.statistics().events == 2)
  }

  @Test("Of many who take a ticket at once one gets it, and all others are told who")
  func takeAtOnce() async throws {
    let temporary = try await PerformTests.opened()
    let store = temporary.store
    let outcomes = await withTaskGroup(of: Result<String, any Error>.self) { group in
      for number in 1...8 {
        group.addTask {
          do {
            let taken = try await store.perform(
              .take, on: "7", by: Actor(.agent, "ag-\(number)"))
            return .success(taken.state.assignee ?? "")
          } catch {
            return .failure(error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let winners = outcomes.compactMap { try? $0.get() }
    #expect(winners.count == 1)
    for case .failure(let error) in outcomes {
      #expect(error as? TicketRefusal == TicketRefusal(.heldByAnother, ""))
      #expect((error as? TicketRefusal)?.message.contains(winners.first ?? "?") == true)
    }
    #expect(try store.statistics().events == 2)
    #expect(try store.ticket("7")?.state().contradictions == [])
  }

  @Test("Actions that don't exclude each other all succeed at once")
  func notesAtOnce() async throws {
    let temporary = try await PerformTests.opened()
    let store = temporary.store
    let versions = try await withThrowingTaskGroup(of: StreamVersion.self) { group in
      for number in 1...16 {
        group.addTask {
          try await store.perform(.note("note \(number)"), on: "7", by: .anna).version
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(versions == Set((2...17).map { StreamVersion($0) }))
    #expect(try store.statistics().events == 17)
  }

  @Test("A repeated request gets its first result, also when the answer was lost and time went on")
  func repeated() async throws {
    let temporary = try await PerformTests.opened()
    let request = EventID(high: 0x0195_0000_0000_7000, low: 0x8000_0000_0000_0042)
    temporary.faults.lose()
    await #expect(throws: LogError(.unknownOutcome, "")) {
      try await temporary.store.perform(.take, on: "7", by: .anna, request: request)
    }
    try temporary.reopen()
    temporary.clock.advance(seconds: 3600)
    try await temporary.store.perform(.note("between"), on: "7", by: .boris)
    let again = try await temporary.store.perform(.take, on: "7", by: .anna, request: request)
    #expect(again.isRepeated)
    #expect(again.state.assignee == "ag-anna")
    #expect(again.version == StreamVersion(2))
    #expect(try temporary.store.statistics().events == 3)
    // Another action or actor under the same id is a mistake of the caller's.
    for (action, actor) in [
      (TicketAction.take, Actor.boris), (.note("x"), .anna), (.accept(), .anna),
    ] {
      await #expect(throws: LogError(.idReused, "")) {
        try await temporary.store.perform(action, on: "7", by: actor, request: request)
      }
    }
    #expect(try temporary.store.statistics().events == 3)
  }

  @Test("The same request from several tasks is performed once")
  func sameRequestAtOnce() async throws {
    let temporary = try await PerformTests.opened()
    let store = temporary.store
    let clock = temporary.clock
    let request = EventID(high: 0x0195_0000_0000_7000, low: 0x8000_0000_0000_0043)
    let positions = try await withThrowingTaskGroup(of: Position?.self) { group in
      for _ in 1...8 {
        group.addTask {
          clock.advance(seconds: 1)
          return try await store.perform(.note("once"), on: "7", by: .anna, request: request)
            .appended.first?.position
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(positions == [Position(1)])
    #expect(try store.statistics().events == 2)
  }

  @Test("A decision of one's own stores several events as one action, also beside the ticket")
  func ownDecision() async throws {
    let temporary = try await PerformTests.opened()
    let other = try StreamID.ticket("8")
    let request = EventID(high: 0x0195_0000_0000_7000, low: 0x8000_0000_0000_0044)
    func split() async throws -> Performed {
      try await temporary.store.perform(on: "7", by: .anna, request: request) { decisions in
        guard decisions.state.assignee == nil else { return [] }
        var opened = decisions.event(TicketOpened(number: "8", parentTicket: "7"))
        opened.stream = other
        return try decisions.decide(.take).events
          + [decisions.event(TicketLinked(otherTicket: "8", relation: .related)), opened]
      }
    }
    let first = try await split()
    #expect(first.appended.map(\.stream.id) == ["7", "7", "8"])
    #expect(Set(first.appended.map(\.recordedAt)).count == 1)
    let stored = try temporary.store.events(of: other)
    #expect(stored.map(\.envelope.group) == [ActionGroup(id: request, index: 3, count: 3)])
    let again = try await split()
    #expect(again.isRepeated && again.appended.map(\.position) == first.appended.map(\.position))
    let nothing = try await temporary.store.perform(on: "7", by: .anna) { _ in [] }
    #expect(nothing.appended == [] && nothing.state.assignee == "ag-anna")
    #expect(try temporary.store.statistics().events == 4)
  }

  @Test("A correction from another stream counts, and one that comes between makes it decide anew")
  func corrections() async throws {
    let temporary = try await PerformTests.opened()
    let store = temporary.store
    try await store.perform(.take, on: "7", by: .anna)
    let taken = try store.events(of: .ticket("7"))[1]
    let retraction = Event(
      EventRetracted(targetEventId: taken.envelope.id), on: try StreamID(kind: "import", id: "i-1"),
      at: temporary.clock.now(), by: Actor(.reviewer, "rv-1"))
    var seen: [String?] = []
    let performed = try await store.perform(on: "7", by: .boris) { decisions in
      seen.append(decisions.state.assignee)
      if seen.count == 1 { _ = try store.appendBlocking([retraction]) }
      return decisions.state.assignee == nil
        ? try decisions.decide(.take).events : [decisions.event(TicketTagged(tag: "held"))]
    }
    #expect(seen == ["ag-anna", nil])
    #expect(performed.attempts == 2)
    #expect(performed.state.assignee == "ag-boris")
  }

  @Test("It gives up after so many conflicts, and stores nothing")
  func givesUp() async throws {
    let temporary = try await PerformTests.opened()
    for number in 1...3 { temporary.faults.fail(append: number, with: .versionConflict) }
    await #expect(throws: LogError(.versionConflict, "")) {
      try await temporary.store.perform(.take, on: "7", by: .anna, attempts: 3)
    }
    #expect(temporary.faults.appendCount == 4)
    #expect(try temporary.store.statistics().events == 1)
    let taken = try await temporary.store.perform(.take, on: "7", by: .anna)
    #expect(taken.attempts == 1)
  }
}
