import CasefileModel

extension RussianPhrases {
  /// Sentences about who is responsible; nil for other types.
  func responsibility(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "ticket.assigned": return assigned(&fields, actor)
    case "ticket.unassigned":
      return Sentence("снято назначение").with(": ", fields.text("agentId"))
        .with(", причина: ", fields.word("reason"))
        .quoting(fields.text("reasonText"), as: "причина")
    case "ticket.groupChanged":
      return Sentence("заявка переведена").with(" из группы ", fields.text("fromGroup"))
        .with(" в группу ", fields.text("toGroup") ?? "неизвестно какую")
        .with(", причина: ", fields.word("reason"))
        .quoting(fields.text("reasonText"), as: "причина")
    case "handoff.offered":
      let questions = fields.list("openQuestions").joined(separator: "\n")
      return Sentence("предложена передача заявки").with(", от кого: ", fields.text("fromAgent"))
        .with(", кому: ", fields.text("toAgent")).with(", группе ", fields.text("toGroup"))
        .with(", причина: ", fields.word("reason"))
        .with(", действует до ", fields.time("expiresAt"))
        .with(", передача ", fields.text("handoffId"))
        .quoting(fields.text("summary"))
        .quoting(questions.isEmpty ? nil : questions, as: "открытые вопросы")
        .quoting(fields.text("nextStep"), as: "следующий шаг")
        .quoting(fields.text("reasonText"), as: "причина")
    case "handoff.accepted":
      return Sentence("заявка принята").with(", принимает ", fields.other("agentId", than: actor))
        .with(", передача ", fields.text("handoffId"))
    case "handoff.declined":
      return Sentence("передача отклонена").with(", кем: ", fields.other("agentId", than: actor))
        .with(", причина: ", fields.word("code")).with(", передача ", fields.text("handoffId"))
        .quoting(fields.text("reason"), as: "причина")
    case "handoff.expired":
      let escalated = fields.text("escalatedTo")
      let group = fields.text("escalatedToGroup").map { "группа \($0)" }
      return Sentence("передачу никто не принял в срок")
        .with(", передача ", fields.text("handoffId"))
        .with("; за исход отвечает ", escalated ?? group)
    case "handoff.forced":
      return Sentence("заявка передана распоряжением").with(", от кого: ", fields.text("fromAgent"))
        .with(", кому: ", fields.text("toAgent")).with(", причина: ", fields.word("code"))
        .quoting(fields.text("summary")).quoting(fields.text("reason"), as: "причина")
    case "escalation.raised":
      return Sentence("заявка эскалирована").with(", кому: ", fields.text("toAgent"))
        .with(", группе ", fields.text("toGroup")).with(", уровень ", fields.text("level"))
        .quoting(fields.text("reason"), as: "причина")
    case "escalation.resolved":
      return Sentence("эскалация снята").quoting(fields.text("outcome"))
    default: return nil
    }
  }

  private func assigned(_ fields: inout EventFields, _ actor: Actor) -> Sentence {
    let isSelf = fields.isActor("agentId", actor)
    let agent = fields.text("agentId") ?? "неизвестно кто"
    let sentence: Sentence
    switch fields.raw("mode") {
    case "take":
      sentence = Sentence("заявка взята в работу").with(", ответственный ", isSelf ? nil : agent)
    case "steal":
      sentence = Sentence("заявка забрана у ответственного").with(
        ", новый ответственный ", isSelf ? nil : agent)
    case "give": sentence = Sentence("заявка отдана без передачи дел, кому: \(agent)")
    case "auto": sentence = Sentence("заявка распределена, кому: \(agent)")
    case "rule":
      sentence = Sentence("заявка назначена по правилу").with(" ", fields.text("ruleId"))
        .with(", ответственный ", agent)
    case "initial":
      sentence = Sentence("при первой записи ответственный — \(agent)")
    default:
      sentence =
        isSelf ? Sentence("заявка назначена на себя") : Sentence("назначен ответственный: \(agent)")
    }
    return sentence.quoting(fields.text("reason"), as: "причина")
  }
}
