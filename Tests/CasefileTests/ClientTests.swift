import Casefile
import CasefileTesting
import Testing

/// Who may be meant, and everything that happened with a client.
@Suite("Clients")
struct ClientTests {
  private static let start = Timestamp(seconds: 1_772_445_600)

  private static func event(
    _ payload: some EventPayload, _ stream: String, _ minutes: Int64, id: UInt64? = nil
  ) throws -> Event {
    Event(
      payload, on: try StreamID(stream), at: start.adding(microseconds: minutes * 60_000_000),
      by: Actor(.system), id: id.map { EventID(high: 0x0195_0000_0000_7000, low: $0) })
  }

  /// A client with two ids, a namesake, tickets, calls and a mark.
  private static func desk() throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    let events = try [
      event(ClientRegistered(clientId: "c-1", name: "Анна Ёлкина"), "client/c-1", 0, id: 1),
      event(
        ClientIdentityAdded(clientId: "c-1", address: "8 912 345-67-89", kind: .phone),
        "client/c-1", 1, id: 2),
      event(ClientRegistered(clientId: "c-2", name: "A. Elkina"), "client/c-2", 2),
      event(
        ClientIdentityAdded(clientId: "c-2", address: "Anna@Mail.example", kind: .email),
        "client/c-2", 3),
      event(ClientRegistered(clientId: "c-3", name: "Анна Ёлкина-Петрова"), "client/c-3", 4),
      event(TicketOpened(number: "1", clientId: "c-1"), "ticket/T-1", 10),
      event(TicketOpened(number: "2", clientId: "c-2"), "ticket/T-2", 20),
      event(
        MessageReceived(messageId: "m-1", fromAddress: "work@firm.example", body: "x"),
        "ticket/T-2", 21),
      event(
        TicketAgreementRecorded(agreementId: "g-1", text: "refund by Friday"), "ticket/T-2", 22),
      event(RatingReceived(ratingId: "r-1", kind: .csat, score: 2), "ticket/T-2", 23),
      event(RatingChanged(ratingId: "r-1", newScore: 4), "ticket/T-2", 24),
      event(TicketClosed(kind: .confirmed), "ticket/T-1", 25),
      event(CallOffered(callId: "k-1", fromNumber: "+79123456789"), "call/k-1", 30),
      event(CallAbandoned(callId: "k-1"), "call/k-1", 31),
      event(CallOffered(callId: "k-2", fromNumber: "+7 999 000 11 22"), "ticket/T-1", 32),
    ]
    _ = try temporary.store.appendBlocking(events)
    return temporary
  }

  private static func found(_ store: Store, _ text: String) throws -> [String?] {
    try store.findClients(text).map(\.client)
  }

  @Test(
    "A client is found by name, number, address, id, call and message",
    arguments: [
      ("ЕЛКИНА", ["c-3", "c-1"]), ("Анна Ёлк", ["c-3", "c-1"]), ("+7 (912) 345-67-89", ["c-1"]),
      ("anna@mail.example", ["c-2"]), ("anna@mail", ["c-2"]), ("c-1", ["c-1"]), ("C-1", ["c-1"]),
      ("8 999 000-11-22", ["c-1"]), ("work@firm.example", ["c-2"]),
      ("Ёлкина 9123456789", ["c-1", "c-3"]), ("Петрова", ["c-3"]), ("елкины", []), ("c-99", []),
    ] as [(String, [String])])
  func find(text: String, expected: [String]) throws {
    let temporary = try ClientTests.desk()
    let store = temporary.store
    let found = try ClientTests.found(store, text).compactMap { $0 }
    #expect(Set(found) == Set(expected))
    #expect(found.first == expected.first || expected.count != 2 || !text.contains("9"))
  }

  @Test("By what a client was found is said, and a call of a stranger stands for itself")
  func reasons() throws {
    let temporary = try ClientTests.desk()
    let store = temporary.store
    let candidates = try store.findClients("912 345 67 89")
    #expect(candidates.map(\.client) == ["c-1", nil])
    #expect(candidates.map(\.matched) == [[.phone], [.call]])
    #expect(candidates.last?.streams == [try StreamID("call/k-1")])
    #expect(candidates.first?.ticketCount == 1)
    #expect(candidates.first?.openTicketCount == 0)
    #expect(try store.findClients("work@firm").first?.matched == [.message])
    #expect(throws: ModelError(.invalidText, "")) { try store.findClients(" -- ") }
  }

  @Test("Merged clients are one with one history, until the merge is taken back")
  func merges() throws {
    let temporary = try ClientTests.desk()
    let store = temporary.store
    #expect(try #require(try store.client("c-2")).tickets.map(\.ticket) == ["T-2"])
    _ = try store.appendBlocking([
      ClientTests.event(ClientMerged(intoClient: "c-1"), "client/c-2", 100)
    ])
    try store.updateViews()
    let candidate = try #require(try store.findClients("anna@mail.example").first)
    #expect(candidate.client == "c-1")
    #expect(candidate.mergedFrom == ["c-2"])
    #expect(candidate.name == "Анна Ёлкина")
    #expect(candidate.ticketCount == 2)
    for id in ["c-1", "c-2"] {
      let history = try #require(try store.client(id))
      #expect(history.record.client == "c-1")
      #expect(history.record.merged == ["c-2"])
      #expect(history.tickets.map(\.ticket) == ["T-1", "T-2"])
      #expect(history.openTickets.map(\.ticket) == ["T-2"])
      #expect(history.openAgreements.map(\.agreement.id) == ["g-1"])
      #expect(history.marks.map(\.score) == [4])
      // The call that nobody answered names nobody, and has the client's number.
      #expect(history.entries.filter { $0.basis == .address }.map(\.stream.id) == ["k-1", "k-1"])
      #expect(history.entries.count == 15)
      let times = history.entries.map(\.entry.effectiveAt)
      #expect(times == times.sorted())
    }
    _ = try store.appendBlocking([
      ClientTests.event(ClientUnmerged(intoClient: "c-1"), "client/c-2", 200)
    ])
    #expect(try #require(try store.client("c-1")).tickets.map(\.ticket) == ["T-1"])
    #expect(try store.findClients("anna@mail.example").first?.client == "c-2")
    try store.updateViews()
    #expect(try store.compareView(named: "search").isEqual)
    #expect(try store.client("c-77") == nil)
  }

  @Test("A circle of merges ends, a corrected name is found, a retracted one is not")
  func amendments() throws {
    let temporary = try ClientTests.desk()
    let store = temporary.store
    let name = EventID(high: 0x0195_0000_0000_7000, low: 1)
    let phone = EventID(high: 0x0195_0000_0000_7000, low: 2)
    _ = try store.appendBlocking([
      ClientTests.event(ClientMerged(intoClient: "c-1"), "client/c-2", 100),
      ClientTests.event(ClientMerged(intoClient: "c-2"), "client/c-1", 101),
      ClientTests.event(
        EventCorrected(targetEventId: name, field: "name", newValue: JSONText("\"Инна Дубова\"")),
        "client/c-1", 102),
      ClientTests.event(EventRetracted(targetEventId: phone), "client/c-1", 103),
    ])
    let history = try #require(try store.client("c-1"))
    #expect(history.record.client == "c-2" && history.record.merged == ["c-1"])
    #expect(history.tickets.count == 2)
    // The survivor keeps its own name.
    #expect(try store.findClients("дубова").map(\.client) == ["c-2"])
    #expect(history.record.name == "A. Elkina")
    #expect(history.record.identities.compactMap(\.address).contains("Инна Дубова"))
    #expect(try store.findClients("9123456789").map(\.matched) == [[.call]])
    #expect(history.record.identities.allSatisfy { $0.kind != .phone })
  }

  @Test("A contract and a company lead to their people")
  func contracts() throws {
    let temporary = try ClientTests.desk()
    _ = try temporary.store.appendBlocking([
      ClientTests.event(
        ContractPublished(
          contractId: "K-7", companyId: "co-1", company: "ООО Ромашка",
          authorisedConfirmers: ["c-3"]), "contract/K-7", 50),
      ClientTests.event(
        ClientRegistered(clientId: "c-4", name: "Пётр", companyId: "co-1"), "client/c-4", 51),
    ])
    for text in ["K-7", "k-7", "co-1", "ромашка"] {
      let found = try ClientTests.found(temporary.store, text)
      #expect(Set(found) == ["c-3", "c-4", "co-1"], "\(text)")
    }
  }
}
