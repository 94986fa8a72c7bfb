import CasefileModel
import CasefileProjections

/// One entry of an agent's history in words.
struct AgentWords {
  let zone: Zone
  private var voice: Voice { Voice(zone: zone) }

  func text(_ entry: AgentEntry) -> String {
    switch entry.kind {
    case .assigned:
      return "assigned" + mode(entry) + (entry.by.map { " by \(voice.actor($0))" } ?? "")
    case .unassigned:
      return "no longer the holder" + (entry.by.map { ", by \(voice.actor($0))" } ?? "")
    case .handoffIn: return "handoff from \(other(entry))" + terms(entry)
    case .handoffOut: return "handoff to \(other(entry))" + terms(entry)
    case .indirectHandoffIn: return "indirect handoff from \(other(entry))" + gap(entry)
    case .indirectHandoffOut: return "indirect handoff to \(other(entry))" + gap(entry)
    case .offerMade: return "offered to \(other(entry))" + reason(entry) + outcome(entry)
    case .offerReceived: return "offered by \(other(entry))" + reason(entry) + outcome(entry)
    case .messageSent: return "message \(entry.contact ?? "")" + channel(entry)
    case .callAnswered: return "answered call \(entry.contact ?? "")"
    case .callEnded:
      return "call \(entry.contact ?? "") ended"
        + (entry.talkSeconds.map { ", \(voice.phrases.duration($0)) talked" } ?? "")
    case .clientTouch: return "client touch" + channel(entry)
    case .workTouch: return "work touch"
    case .shiftStarted: return "came on duty" + (entry.duty.map { ", shift \($0)" } ?? "")
    case .shiftEnded: return shiftEnd(entry)
    case .absenceStarted:
      return "absent" + (entry.absence.map { ": \(EventFields.divided($0.word))" } ?? "")
    case .absenceEnded: return "back from an absence"
    }
  }

  private func other(_ entry: AgentEntry) -> String {
    entry.other ?? entry.otherGroup.map { "group \($0)" } ?? "anybody"
  }

  private func mode(_ entry: AgentEntry) -> String {
    entry.mode.map { " (\(EventFields.divided($0.word)))" } ?? ""
  }

  private func channel(_ entry: AgentEntry) -> String {
    entry.channel.map { " by \($0)" } ?? ""
  }

  private func reason(_ entry: AgentEntry) -> String {
    entry.reason.map { ", \(EventFields.divided($0.word))" } ?? ""
  }

  private func terms(_ entry: AgentEntry) -> String {
    var text = ""
    switch entry.handoffKind {
    case .acknowledged?:
      text += ", accepted" + (entry.acceptedBy.map { " by \($0)" } ?? "")
      if let offered = entry.offeredAt { text += ", offered \(zone.text(offered))" }
    case .forced?: text += ", by order" + (entry.by.map { " of \(voice.actor($0))" } ?? "")
    case .bare?: text += ", bare" + mode(entry)
    case .indirect?, nil: break
    }
    text += reason(entry)
    // A bare handoff has no summary to miss.
    if entry.hasSummary == false { text += ", no summary" }
    return text
  }

  private func gap(_ entry: AgentEntry) -> String {
    guard let since = entry.unassignedAt else { return "" }
    let seconds = entry.at.seconds - since.seconds
    return ", nobody held it for \(voice.phrases.duration(max(0, seconds)))"
  }

  private func outcome(_ entry: AgentEntry) -> String {
    let word =
      switch entry.outcome {
      case .open?: "not answered yet"
      case .accepted?: "accepted" + (entry.acceptedBy.map { " by \($0)" } ?? "")
      case .declined?: "declined"
      case .expired?: "expired"
      case .lapsed?: "lapsed"
      case .replaced?: "replaced by a newer offer"
      case .forced?: "overtaken by an order"
      case .moot?: "moot: the giver no longer held it"
      case nil: "not known"
      }
    return ": \(word)" + (entry.outcomeAt.map { " \(zone.text($0))" } ?? "")
      + (entry.outcomePosition.map { " (#\($0))" } ?? "")
  }

  private func shiftEnd(_ entry: AgentEntry) -> String {
    var text = "went off duty" + (entry.duty.map { ", shift \($0)" } ?? "")
    if let open = entry.openTickets, !open.isEmpty {
      text += ", held \(open.joined(separator: ", "))"
    }
    if let unhanded = entry.unhandedTickets, !unhanded.isEmpty {
      text += ", not handed over: \(unhanded.joined(separator: ", "))"
    }
    return text
  }
}
