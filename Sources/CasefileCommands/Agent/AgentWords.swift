import CasefileModel
import CasefileProjections

/// One entry of an agent's history in words.
struct AgentWords {
  let voice: Voice
  let duty: AgentDuty
  private var phrases: any Phrases { voice.phrases }
  private var zone: Zone { voice.zone }

  func text(_ entry: AgentEntry) -> String {
    var phrase = AgentEntryPhrase(kind: entry.kind)
    phrase.by = entry.by.map { voice.actor($0, at: entry.at) }
    phrase.other = entry.other.map { voice.names.text(.agent, $0, at: entry.at) }
    phrase.otherGroup = entry.otherGroup.map { voice.names.text(.group, $0, at: entry.at) }
    phrase.mode = entry.mode.map { phrases.word($0.word, of: "AssignmentMode") }
    phrase.handoffKind = entry.handoffKind
    phrase.acceptedBy = entry.acceptedBy.map { voice.names.text(.agent, $0, at: entry.at) }
    phrase.offeredAt = entry.offeredAt.map(zone.text)
    phrase.reason = entry.reason.map { phrases.word($0.word, of: "HandoffReason") }
    phrase.hasSummary = entry.hasSummary
    phrase.gap = entry.unassignedAt.map { phrases.duration(max(0, entry.at.seconds - $0.seconds)) }
    phrase.outcome = entry.outcome
    phrase.outcomeAt = entry.outcomeAt.map(zone.text)
    phrase.outcomePosition = entry.outcomePosition.map { "#\($0)" }
    phrase.contact = entry.contact
    phrase.channel = entry.channel.map { phrases.word($0, of: "Channel") }
    phrase.talked = entry.talkSeconds.map(phrases.duration)
    phrase.shift = entry.duty
    phrase.absence = entry.absence.map { phrases.word($0.word, of: "AbsenceKind") }
    phrase.clock = entry.clock.map { phrases.word($0, of: nil) }
    if entry.kind == .deadlineMissed {
      phrase.standing = DutyWords(voice: voice).text(duty.standing(at: entry.at))
    }
    phrase.openTickets = list(entry.openTickets)
    phrase.unhandedTickets = list(entry.unhandedTickets)
    return phrases.entry(phrase)
  }

  private func list(_ tickets: [String]?) -> String? {
    guard let tickets, !tickets.isEmpty else { return nil }
    return tickets.joined(separator: ", ")
  }
}
