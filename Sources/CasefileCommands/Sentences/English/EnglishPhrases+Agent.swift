import CasefileModel
import CasefileProjections

extension EnglishPhrases {
  func label(_ label: AgentLabel) -> String {
    switch label {
    case .counted: "counted"
    case .times: "times"
    case .registered: "registered"
    case .groups: "groups"
    case .duty: "duty"
    case .tickets: "tickets"
    case .holds: "holds"
    case .held: "held"
    case .assigned: "assigned"
    case .handoffs: "handoffs"
    case .indirect: "indirect"
    case .contacts: "contacts"
    case .breaches: "deadlines"
    case .findings: "findings"
    }
  }

  func agentTitle(_ id: String, names: [String]) -> String {
    "Agent \(id)" + (names.isEmpty ? "" : ": " + names.joined(separator: ", "))
  }

  func agents(_ count: Int) -> String { self.count(count, "agent") }

  func period(since: String?, until: String?) -> String? {
    switch (since, until) {
    case (nil, nil): nil
    case (let since?, nil): "from \(since) on"
    case (nil, let until?): "before \(until)"
    case (let since?, let until?): "from \(since) to before \(until)"
    }
  }

  func registered(_ time: String?, left: String?) -> String {
    (time ?? "no event says so") + (left.map { ", left the desk \($0)" } ?? "")
  }

  func standing(_ word: String, by position: String?, at time: String, hasShifts: Bool) -> String {
    word + (position.map { " by \($0)" } ?? "")
      + (hasShifts ? "" : ": no shift of the agent is recorded") + " at \(time)"
  }

  func presence(_ word: String, since time: String, position: String) -> String {
    "\(word) since \(time) \(position)"
  }

  func ticketsHeld(_ count: Int, open: Int) -> String {
    "\(count), \(open) of them open and held at the end"
  }

  func more(_ list: String, _ count: Int) -> String { "\(list) and \(count) more" }

  func timesAssigned(_ count: Int, modes: String) -> String {
    (count == 1 ? "once" : self.count(count, "time")) + modes
  }

  var modeNotStated: String { "mode not stated" }

  func inAndOut(_ in: (count: Int, kinds: String), _ out: (count: Int, kinds: String)) -> String {
    "\(`in`.count) in\(`in`.kinds), \(out.count) out\(out.kinds)"
  }

  var dutyUnknown: String { "unknown" }

  func indirectly(in count: Int, out: Int) -> String {
    "\(count) in, \(out) out, with a time without holder in between"
  }

  func agentContacts(_ counts: AgentHistory.Counts) -> String {
    "\(clientTouches(counts.touches)), \(workTouches(counts.workTouches)), "
      + "\(messages(counts.messages)) sent, \(calls(counts.calls))"
  }

  func heldTotals(_ total: String, parts: [String], unattended: String?) -> String {
    "\(total) over all tickets: " + parts.joined(separator: ", ")
      + (unattended.map { "; unattended \($0)" } ?? "")
  }

  func breaches(_ count: Int, away: Int) -> String {
    count == 0
      ? "none missed while responsible, as far as it was observed"
      : "\(count) missed while responsible, \(away) of them off shift or absent"
  }

  func unhanded(_ time: String, tickets: String) -> String {
    "the shift ended \(time) with tickets not handed over: \(tickets)"
  }

  var noEntries: String { "no entries" }

  func foldedByDay(_ count: Int) -> String {
    "\(self.count(count, "entry", "entries")), folded by day; --all shows every one"
  }

  func dayOfEntries(_ count: Int, tickets: Int, kinds: String) -> String {
    "\(self.count(count, "entry", "entries")) on \(self.count(tickets, "ticket")): \(kinds)"
  }

  func within(_ range: String) -> String { "positions within \(range)" }

  func kind(_ kind: AgentEntry.Kind) -> String { EventFields.divided(kind.rawValue) }

  func handoffKind(_ kind: TicketState.Handoff.Kind) -> String {
    kind == .forced ? "by order" : kind.rawValue
  }

  var agentLegend: String {
    "in, out: direct handoffs; ~in, ~out: indirect ones; touches: turns to the client; "
      + "missed: deadlines"
  }

  func flowTitle(_ total: Int, _ kind: ResponsibilityFlow.Kind) -> String {
    switch kind {
    case .direct:
      self.count(total, "direct handoff")
        + ": responsibility moved between two named agents"
    case .indirect:
      self.count(total, "indirect handoff")
        + ": taken from one agent, and the next holder is another"
    case .group:
      self.count(total, "group transfer") + ": from one named group to another; the holder stays"
    }
  }

  // MARK: Entries

  func entry(_ entry: AgentEntryPhrase) -> String {
    let other = entry.other ?? entry.otherGroup.map { "group \($0)" } ?? anybody
    switch entry.kind {
    case .assigned:
      return "assigned" + (entry.mode.map { " (\($0))" } ?? "")
        + (entry.by.map { " by \($0)" } ?? "")
    case .unassigned: return "no longer the holder" + (entry.by.map { ", by \($0)" } ?? "")
    case .handoffIn: return "handoff from \(other)" + terms(entry)
    case .handoffOut: return "handoff to \(other)" + terms(entry)
    case .indirectHandoffIn: return "indirect handoff from \(other)" + gap(entry)
    case .indirectHandoffOut: return "indirect handoff to \(other)" + gap(entry)
    case .offerMade: return "offered to \(other)" + offerTerms(entry)
    case .offerReceived: return "offered by \(other)" + offerTerms(entry)
    case .messageSent: return "message \(entry.contact ?? "")" + by(channel: entry.channel)
    case .callAnswered: return "answered call \(entry.contact ?? "")"
    case .callEnded:
      return "call \(entry.contact ?? "") ended" + (entry.talked.map { ", \($0) talked" } ?? "")
    case .clientTouch: return "client touch" + by(channel: entry.channel)
    case .workTouch: return "work touch"
    case .deadlineMissed:
      return "missed a deadline: \(entry.clock ?? "unknown")"
        + (entry.standing.map { ", \($0)" } ?? "")
    default: return duty(entry)
    }
  }

  private func duty(_ entry: AgentEntryPhrase) -> String {
    switch entry.kind {
    case .shiftStarted: return "came on duty" + (entry.shift.map { ", shift \($0)" } ?? "")
    case .shiftEnded:
      return "went off duty" + (entry.shift.map { ", shift \($0)" } ?? "")
        + (entry.openTickets.map { ", held \($0)" } ?? "")
        + (entry.unhandedTickets.map { ", not handed over: \($0)" } ?? "")
    case .absenceStarted: return "absent" + (entry.absence.map { ": \($0)" } ?? "")
    default: return "back from an absence"
    }
  }

  private func by(channel: String?) -> String { channel.map { " by \($0)" } ?? "" }

  private func terms(_ entry: AgentEntryPhrase) -> String {
    var text = ""
    switch entry.handoffKind {
    case .acknowledged?:
      text += ", accepted" + (entry.acceptedBy.map { " by \($0)" } ?? "")
      if let offered = entry.offeredAt { text += ", offered \(offered)" }
    case .forced?: text += ", by order" + (entry.by.map { " of \($0)" } ?? "")
    case .bare?: text += ", bare" + (entry.mode.map { " (\($0))" } ?? "")
    case .indirect?, nil: break
    }
    text += entry.reason.map { ", \($0)" } ?? ""
    // A bare handoff has no summary to miss.
    return text + (entry.hasSummary == false ? ", no summary" : "")
  }

  private func gap(_ entry: AgentEntryPhrase) -> String {
    entry.gap.map { ", nobody held it for \($0)" } ?? ""
  }

  private func offerTerms(_ entry: AgentEntryPhrase) -> String {
    let word = entry.outcome.map(outcome) ?? "not known"
    return (entry.reason.map { ", \($0)" } ?? "") + ": \(word)"
      + (entry.acceptedBy.map { " by \($0)" } ?? "") + (entry.outcomeAt.map { " \($0)" } ?? "")
      + (entry.outcomePosition.map { " (\($0))" } ?? "")
  }
}
