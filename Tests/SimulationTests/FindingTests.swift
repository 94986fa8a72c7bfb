import Casefile
import CasefileModel
import CasefileProjections
import Foundation
import Testing

@testable import Simulation

@Suite("Findings on a simulated desk")
struct FindingTests {
  /// What happens so seldom that a desk of this size has none of it; each has tests of its own.
  private static let seldom: Set<FindingCode> = [
    .handoffAfterShiftEnd, .lateRetarget, .promiseMoved, .recordedLate, .hung, .noDeadline,
    .deadOfferAccepted, .closedAgain, .labelContradicted,
  ]

  @Test("Everything that happens on the desk is found, and every position is there")
  func everything() throws {
    let folder = try TemporaryFolder()
    let options = try #require(
      try Options([
        "--tickets", "500", "--seed", "6", "--days", "70", "--store", folder.path + "/store",
        "--record-every", "300",
      ]))
    _ = try SimulationRun(options).run()
    let store = try Store.open(at: folder.path + "/store")
    let head = try #require(try store.head)
    let newest = try #require(try store.event(at: head)).envelope.recordedAt
    let rules = try store.findingRules(at: newest)
    #expect(rules.ruleSet == "rules-desk" && rules.version == 1 && rules.unused == [])
    let context = try store.findingContext()
    var found: Set<FindingCode> = []
    var tickets = 0
    var some: [TicketFindings] = []
    try store.findings(at: newest, rules: rules, context: context) { ticket in
      tickets += 1
      if tickets.isMultiple(of: 40) { some.append(ticket) }
      #expect(ticket.answers.map(\.code) == FindingCode.allCases)
      for finding in ticket.findings {
        found.insert(finding.code)
        #expect(!finding.positions.isEmpty && finding.positions.allSatisfy { $0 <= head })
        #expect(finding.at <= newest)
      }
      return true
    }
    for contact in context.contacts {
      found.formUnion(contact.findings(at: newest, rules: rules, ends: context.ends).map(\.code))
    }
    #expect(tickets == 500)
    #expect(Set(FindingCode.allCases).subtracting(found) == FindingTests.seldom)
    // The list and the single ticket agree.
    for ticket in some {
      let one = try store.ticket(ticket.ticket)?.findings(
        at: newest, rules: rules, context: try store.findingContext(ticket: ticket.ticket))
      #expect(one == ticket)
    }
    // So does a list that leaves out what the rows of the view show to be clear.
    let codes: Set<FindingCode> = [
      .pingPongAgents, .pingPongGroups, .handoffWithoutSummary, .handoffUnacknowledged,
      .closedWithoutConfirmation, .automaticClose, .bulkClose, .reopened, .agreementNotKept,
    ]
    for code in codes {
      var all: [Finding] = []
      var short: [Finding] = []
      for onlyFound in [false, true] {
        try store.findings(
          at: newest, rules: rules, context: context, codes: [code], onlyFound: onlyFound
        ) {
          if onlyFound { short += $0.findings } else { all += $0.findings }
          return true
        }
      }
      #expect(all == short && !all.isEmpty, "\(code)")
    }
    store.close()
  }
}
