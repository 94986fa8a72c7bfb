import CasefileModel
import CasefileProjections
import Testing

@testable import CasefileCommands

@Suite("Near matches")
struct NearMatchTests {
  @Test(
    "What people mistype leads to the ticket",
    arguments: [
      ("t-1010", "T-1010"), ("T1010", "T-1010"), ("#T-1010", "T-1010"), (" T-1010 ", "T-1010"),
      ("ticket/T-1010", "T-1010"), ("№ T-1010", "T-1010"), ("Т-1010", "T-1010"),
      ("т1010", "T-1010"), ("T-1100", "T-1010"), ("T-10010", "T-1010"), ("T-0007", "7"),
      ("007", "7"), ("A-12", "А-12"), ("INC12", "INC-12"), ("T_1010", "T-1010"),
    ])
  func candidates(typed: String, meant: String) {
    #expect(NearTicketIDs.of(typed).contains(meant))
  }

  @Test(
    "The neighbour of a number is no near match, nor is the id itself",
    arguments: [("1010", "1011"), ("T-1010", "T-1011"), ("T-1010", "T-1010"), ("", "")])
  func noNeighbours(typed: String, other: String) {
    #expect(!NearTicketIDs.of(typed).contains(other))
  }

  @Test("A long text gives few candidates", arguments: [41, 200, 5_000])
  func long(count: Int) {
    #expect(NearTicketIDs.of(String(repeating: "ab1", count: count)).count < 40)
  }

  @Test("Agents are found by their names, whatever the case and the letter ё")
  func agents() throws {
    let duties = AgentDuty.all(
      events: try Lines.stored([
        Lines.line(
          "agent.registered", "07:00", "system",
          #"{"agentId": "a-1", "displayName": "Анна П.", "name": "Анна Пёстрая"}"#
        ).replacing("ticket/7", with: "agent/a-1"),
        Lines.line(
          "agent.registered", "07:00", "system", #"{"agentId": "a-2", "name": "Anna Stone"}"#
        ).replacing("ticket/7", with: "agent/a-2"),
      ]))
    #expect(AgentLookup.named("анна пестр", duties) == ["a-1"])
    #expect(AgentLookup.named("ANNA", duties) == ["a-2"])
    #expect(AgentLookup.named("na", duties) == [] && AgentLookup.named("", duties) == [])
    #expect(
      AgentLookup.hint("anna", among: ["a-1", "a-2"], named: ["a-2"]) == "; is it a-2?")
    #expect(AgentLookup.hint("x", among: []) == "; it names no agent at all")
  }
}
