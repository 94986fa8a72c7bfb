import CasefileModel

extension RussianPhrases {
  /// Sentences about waiting, solutions, closing and marks; nil for other types.
  func outcome(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "waiting.started":
      return Sentence("начато ожидание").with(": ", fields.word("reason"))
        .with(", до ", fields.time("until")).with(", ожидание ", fields.text("waitId"))
        .quoting(fields.text("reasonText"))
    case "waiting.ended":
      return Sentence("ожидание окончено").with(": ", fields.word("reason"))
        .with(", ", fields.word("ending")).with(", ожидание ", fields.text("waitId"))
        .quoting(fields.text("reasonText"))
    case "resolution.proposed":
      let asks = fields.flag("expectsConfirmation")
      return Sentence("предложено решение" + (asks ? ", запрошено подтверждение" : ""))
        .quoting(fields.text("summary"))
    case "close.requested":
      return Sentence("запрошено закрытие заявки").quoting(fields.text("reason"), as: "причина")
    case "close.confirmationRequested":
      let to = fields.list("to")
      return Sentence("запрошено подтверждение закрытия")
        .with(", у кого: ", to.isEmpty ? nil : to.joined(separator: ", "))
        .with(", срок: ", fields.time("dueAt"))
    case "close.confirmed":
      return Sentence("подтверждено, что вопрос решён")
        .with(", кем: ", fields.other("confirmedBy", than: actor))
        .with(", основание: ", fields.word("authority")).quoting(fields.text("statement"))
    case "close.rejected":
      return Sentence("сказано, что вопрос не решён")
        .with(", кем: ", fields.other("by", than: actor)).quoting(fields.text("reason"))
    case "ticket.closed":
      return Sentence("заявка закрыта").with(": ", fields.word("kind"))
        .with(", правило ", fields.text("ruleId"))
        .with(", в источнике «", fields.text("sourceLabel"), "»")
        .quoting(fields.text("reason"), as: "причина")
    case "ticket.reopened":
      return Sentence("заявка открыта повторно").with(", кем: ", fields.word("byRole"))
        .quoting(fields.text("reason"), as: "причина")
    case "ticket.followUpLinked":
      return Sentence("заявка связана как продолжение заявки")
        .with(" ", fields.text("previousTicket"))
    case "survey.offered":
      return Sentence("предложен опрос").with(" ", fields.text("surveyId"))
    case "rating.received":
      return Sentence("поставлена оценка").with(" ", fields.text("score"))
        .with(" из ", fields.text("scaleMax")).with(", ", fields.word("kind"))
        .quoting(fields.text("comment"))
    default: return nil
    }
  }
}
