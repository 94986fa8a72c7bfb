import CasefileModel
import CasefileProjections
import Testing

/// What a view keeps of a ticket's clocks.
@Suite("Rows of clocks")
struct ClockFactsRowTests {
  private func facts() -> ClockFacts {
    var desk = DeadlineDesk()
    let start = Timestamp(seconds: 1_772_449_200)
    func at(_ minutes: Int64) -> Timestamp { start.adding(microseconds: minutes * 60_000_000) }
    desk.add(
      TicketOpened(channel: .email, groupId: "first", priority: "2"), at: at(0), by: Actor(.client))
    desk.add(SLAPolicyApplied(policyId: "p"), at: at(1))
    desk.add(WaitingStarted(waitId: "w", reason: .client, until: at(90)), at: at(2))
    desk.add(
      WaitingStarted(waitId: "x", reason: WaitReason(rawValue: 77)), at: at(3))
    desk.add(TicketGroupChanged(toGroup: "second"), at: at(4))
    desk.add(MessageReceived(messageId: "m"), at: at(5), by: Actor(.client))
    desk.add(TicketClosed(kind: .merged), at: at(6))
    // Recorded before the others, so that positions go back.
    desk.add(TicketTagged(tag: "x"), at: at(-1))
    return TicketHistory(events: desk.stored).clockFacts()
  }

  @Test("A row gives what was written, and no more than was written")
  func row() throws {
    let facts = facts()
    let row = RowWriter.encode(facts)
    #expect(try RowReader.decode(ClockFacts.self, row) == facts)
    #expect(throws: RowError.self) { try RowReader.decode(ClockFacts.self, row + [0]) }
  }

  @Test("Damaged rows are refused or judged, and never trap")
  func damage() throws {
    let row = RowWriter.encode(facts())
    var desk = DeadlineDesk()
    let start = Timestamp(seconds: 0)
    desk.add(
      PolicyPublished(
        policyId: "p", version: 1,
        clocks: ["firstReply", "resolution", "groupHold"].map {
          PolicyClock(
            clock: $0, targetSecondsByPriority: ["2": 3600],
            pauseOn: [.client, WaitReason(rawValue: 77)], stopStatuses: ["closed"])
        },
        rules: [
          PolicyRule(
            ruleId: "r", conditions: [PolicyCondition(field: "priority", values: ["2"])])
        ], effectiveFrom: start), at: start, stream: "policy/p")
    let book = try DeadlineBook(events: desk.stored, zones: MachineZones())
    var judged = 0
    for place in row.indices {
      for bit in 0..<8 {
        var damaged = row
        damaged[place] ^= 1 << bit
        guard let facts = try? RowReader.decode(ClockFacts.self, damaged) else { continue }
        _ = facts.deadlines(at: .latest, book: book, detail: .derivation)
        judged += 1
      }
      #expect(throws: RowError.self) {
        try RowReader.decode(ClockFacts.self, Array(row[..<place]))
      }
    }
    #expect(judged > 0)
  }
}
