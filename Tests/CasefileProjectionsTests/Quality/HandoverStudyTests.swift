import CasefileModel
import CasefileProjections
import Testing

@Suite("Study of handovers")
struct HandoverStudyTests {
  private static let breach = HandoverCase.BreachField(field: "made_sla", value: "false")

  /// A ticket that is opened at the start and resolved after so many minutes, and that goes through
  /// groups.
  private func ticket(
    _ groups: [String?], minutes: Double?, madeSLA: String? = "true", priority: String = "3 - Low",
    reopened: Bool = false
  ) -> TicketHistory {
    var ticket = TicketCase()
    ticket.add(
      TicketOpened(
        groupId: groups.first ?? nil, priority: priority,
        fields: madeSLA.map { ["made_sla": $0] } ?? [:]), at: 0, by: .client)
    for (index, pair) in zip(groups, groups.dropFirst()).enumerated() {
      ticket.add(TicketGroupChanged(fromGroup: pair.0, toGroup: pair.1), at: Double(index + 1))
    }
    if reopened {
      ticket.add(ResolutionProposed(), at: 20)
      ticket.add(TicketReopened(), at: 21)
    }
    if let minutes { ticket.add(ResolutionProposed(), at: minutes) }
    return ticket.history
  }

  private func study(_ histories: [TicketHistory], priority: String? = nil) -> HandoverStudy {
    var study = HandoverStudy(priority: priority)
    for history in histories { study.add(HandoverCase(history.state(), Self.breach)) }
    return study
  }

  @Test("Counts, medians and shares are those of a table worked out by hand")
  func table() {
    let study = study([
      ticket(["A"], minutes: 30), ticket(["A"], minutes: 60, madeSLA: "false"),
      ticket(["A"], minutes: 100, madeSLA: nil), ticket(["A"], minutes: 71),
      ticket(["A", nil, "A"], minutes: 65), ticket(["A", "B"], minutes: 40, reopened: true),
      ticket(["A", "B", "A"], minutes: 50, madeSLA: "false"), ticket(["A", "B", "C"], minutes: 70),
      ticket(["A", "B", "C", "D", "A", "B"], minutes: 500, madeSLA: "false"),
    ])
    #expect(study.all.map(\.count) == [5, 1, 2, 0, 1])
    // 30, 60, 65, 71, 100 minutes; then two in the middle; then none, which is no nought.
    let medians: [Int64?] = [3_900, 2_400, 3_600, nil, 30_000]
    #expect(study.all.map(\.medianSeconds) == medians)
    #expect(study.all.map(\.assessedCount) == [4, 1, 2, 0, 1])
    #expect(study.all.map(\.breachedCount) == [1, 0, 1, 0, 1])
    #expect(study.straight.map(\.count) == [5, 1, 1, 0, 0])
    #expect(study.returned.map(\.count) == [0, 0, 1, 0, 1])
    #expect(study.total.count == 9 && study.populationCount == 9)
    #expect(study.total.handoffCount == 10)
    #expect(study.total.firstGroupCount == 6)
    #expect(study.total.reopenedCount == 1)
    #expect(study.totalsByReturn.map(\.count) == [7, 2])
  }

  @Test("What has no resolution, ran backwards or was with no group is left out and counted")
  func leftOut() {
    let study = study([
      ticket(["A"], minutes: nil), ticket(["A"], minutes: -5), ticket([nil], minutes: 5),
      ticket(["A"], minutes: 0),
    ])
    #expect(study.withoutResolutionCount == 1)
    #expect(study.backwardsCount == 1)
    #expect(study.withoutGroupCount == 1)
    #expect(study.total.count == 1 && study.all[0].medianSeconds == 0)
  }

  @Test(
    "A priority is meant by its whole label or by what stands before the dash",
    arguments: [("3", 2), ("3 - Low", 1), ("3 -", 0), ("30", 0), ("L", 0)])
  func priority(wanted: String, count: Int) {
    let study = study(
      [
        ticket(["A"], minutes: 1), ticket(["A"], minutes: 1, priority: "3 - High"),
        ticket(["A"], minutes: 1, priority: "31 - Low"),
      ], priority: wanted)
    #expect(study.populationCount == count)
    #expect(study.knownPriorities.count == 3)
  }

  @Test("What stands only in rows of a status that the source doesn't know was never there")
  func unknownStatus() {
    func ticket(endsKnown: Bool) -> TicketHistory {
      var ticket = TicketCase()
      ticket.add(
        TicketOpened(
          groupId: "A", priority: "3", sourceLabel: "New", status: .new,
          fields: ["made_sla": "true"]), at: 0, by: .client)
      ticket.add(
        TicketStatusChanged(from: .new, sourceLabel: "-100", fromLabel: "New"), at: 1, group: 1)
      ticket.add(TicketGroupChanged(fromGroup: "A", toGroup: "X"), at: 1, group: 1)
      ticket.add(TicketPriorityChanged(from: "3", to: "9"), at: 1, group: 1)
      ticket.add(ResolutionProposed(), at: 2)
      guard endsKnown else { return ticket.history }
      // The row shows the known status and the group that the one before it already had.
      ticket.add(
        TicketStatusChanged(to: .open, sourceLabel: "Active", fromLabel: "-100"), at: 3, group: 2)
      ticket.add(TicketGroupChanged(fromGroup: "X", toGroup: "B"), at: 3, group: 2)
      return ticket.history
    }
    let known = ticket(endsKnown: true)
    #expect(known.state().hadUnknownStatus)
    #expect(known.state().groupSequence == ["A", "X", "B"])
    let one = HandoverCase(known, Self.breach)
    #expect(one.groups == ["A", "B"] && one.priority == "9" && one.isBreached == false)
    let other = HandoverCase(ticket(endsKnown: false), Self.breach)
    #expect(other.groups == ["A"] && other.priority == "3")
  }

  @Test("Both ways give the same where the status was always known")
  func sameBothWays() {
    for groups in [["A"], ["A", "B", "A"], [nil, "A", nil, "B"], [nil]] as [[String?]] {
      let history = ticket(groups, minutes: 30, madeSLA: "false", reopened: true)
      #expect(!history.state().hadUnknownStatus)
      #expect(
        HandoverCase(history, Self.breach) == HandoverCase(history.state(), Self.breach))
    }
  }

  @Test("What the source states of opening and resolution goes before the events")
  func stated() {
    var ticket = TicketCase()
    ticket.add(
      TicketOpened(groupId: "A", statedOpenedAt: TicketCase.at(-60)), at: 0, by: .client)
    ticket.add(ResolutionProposed(), at: 5)
    ticket.add(TicketClosed(statedResolvedAt: TicketCase.at(4)), at: 9)
    #expect(study([ticket.history]).all[0].medianSeconds == 3_840)
    // A source that states when it was opened and not when it was resolved doesn't know it.
    var other = TicketCase()
    other.add(
      TicketOpened(groupId: "A", statedOpenedAt: TicketCase.at(-60)), at: 0, by: .client)
    other.add(ResolutionProposed(), at: 5)
    other.add(TicketClosed(), at: 9)
    #expect(study([other.history]).withoutResolutionCount == 1)
  }
}
