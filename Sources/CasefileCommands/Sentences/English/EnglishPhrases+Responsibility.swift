import CasefileModel

extension EnglishPhrases {
  /// Sentences about who is responsible; nil for other types.
  func responsibility(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "ticket.assigned": return assigned(&fields, actor)
    case "ticket.unassigned":
      return Sentence("took the ticket off").with(" ", fields.text("agentId") ?? "its holder")
        .with(": ", fields.word("reason")).quoting(fields.text("reasonText"), as: "reason")
    case "ticket.groupChanged":
      return Sentence("moved the ticket").with(" from group ", fields.text("fromGroup"))
        .with(" to group ", fields.text("toGroup") ?? "unknown").with(": ", fields.word("reason"))
        .quoting(fields.text("reasonText"), as: "reason")
    case "handoff.offered":
      let questions = fields.list("openQuestions").joined(separator: "\n")
      return Sentence("offered the ticket").with(" of ", fields.text("fromAgent"))
        .with(" to ", fields.text("toAgent")).with(" to group ", fields.text("toGroup"))
        .with(": ", fields.word("reason")).with(", until ", fields.time("expiresAt"))
        .with(", handoff ", fields.text("handoffId"))
        .quoting(fields.text("summary")).quoting(questions.isEmpty ? nil : questions, as: "open")
        .quoting(fields.text("nextStep"), as: "next step")
        .quoting(fields.text("reasonText"), as: "reason")
    case "handoff.accepted":
      return Sentence("accepted the ticket").with(
        " for ", fields.other("agentId", than: actor)
      )
      .with(", handoff ", fields.text("handoffId"))
    case "handoff.declined":
      return Sentence("declined the ticket").with(
        " for ", fields.other("agentId", than: actor)
      )
      .with(": ", fields.word("code")).with(", handoff ", fields.text("handoffId"))
      .quoting(fields.text("reason"), as: "reason")
    case "handoff.expired":
      let escalated = fields.text("escalatedTo")
      let group = fields.text("escalatedToGroup").map { "group \($0)" }
      return Sentence("nobody accepted in time").with(", handoff ", fields.text("handoffId"))
        .with("; ", escalated ?? group, " is accountable")
    case "handoff.forced":
      return Sentence("moved the ticket by order").with(" from ", fields.text("fromAgent"))
        .with(" to ", fields.text("toAgent")).with(": ", fields.word("code"))
        .quoting(fields.text("summary")).quoting(fields.text("reason"), as: "reason")
    case "escalation.raised":
      return Sentence("escalated").with(" to ", fields.text("toAgent"))
        .with(" to group ", fields.text("toGroup")).with(", level ", fields.text("level"))
        .quoting(fields.text("reason"), as: "reason")
    case "escalation.resolved":
      return Sentence("ended the escalation").quoting(fields.text("outcome"))
    default: return nil
    }
  }

  private func assigned(_ fields: inout EventFields, _ actor: Actor) -> Sentence {
    let isSelf = fields.isActor("agentId", actor)
    let agent = fields.text("agentId") ?? "somebody"
    let sentence: Sentence
    switch fields.raw("mode") {
    case "take":
      sentence = Sentence(isSelf ? "took the ticket" : "\(agent) took the ticket")
    case "steal":
      sentence = Sentence(
        isSelf ? "took the ticket from its holder" : "\(agent) took the ticket from its holder")
    case "give": sentence = Sentence("gave the ticket to \(agent) without a handoff")
    case "auto": sentence = Sentence("distributed the ticket to \(agent)")
    case "rule":
      sentence = Sentence("assigned the ticket to \(agent) by rule")
        .with(" ", fields.text("ruleId"))
    case "initial": sentence = Sentence("\(agent) held the ticket when it was first seen")
    default: sentence = Sentence("assigned the ticket to \(isSelf ? "themselves" : agent)")
    }
    return sentence.quoting(fields.text("reason"), as: "reason")
  }
}
