import CasefileModel

extension EnglishPhrases {
  /// Sentences about waiting, solutions, closing and marks; nil for other types.
  func outcome(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "waiting.started":
      return Sentence("began to wait").with(" for ", fields.word("reason"))
        .with(", until ", fields.time("until")).with(", wait ", fields.text("waitId"))
        .quoting(fields.text("reasonText"))
    case "waiting.ended":
      return Sentence("stopped waiting").with(" for ", fields.word("reason"))
        .with(": ", fields.word("ending")).with(", wait ", fields.text("waitId"))
        .quoting(fields.text("reasonText"))
    case "resolution.proposed":
      let asks = fields.flag("expectsConfirmation")
      return Sentence("proposed a solution" + (asks ? " and asked for confirmation" : ""))
        .quoting(fields.text("summary"))
    case "close.requested":
      return Sentence("asked to close the ticket").quoting(fields.text("reason"), as: "reason")
    case "close.confirmationRequested":
      let to = fields.list("to")
      return Sentence("asked for confirmation of the close")
        .with(" from ", to.isEmpty ? nil : to.joined(separator: ", "))
        .with(", by ", fields.time("dueAt"))
    case "close.confirmed":
      return Sentence("confirmed that it is done").with(
        ", by ", fields.other("confirmedBy", than: actor)
      )
      .with(", as ", fields.word("authority")).quoting(fields.text("statement"))
    case "close.rejected":
      return Sentence("said that it is not done")
        .with(", by ", fields.other("by", than: actor))
        .quoting(fields.text("reason"))
    case "ticket.closed":
      return Sentence("closed the ticket").with(": ", fields.word("kind"))
        .with(", rule ", fields.text("ruleId"))
        .with(", in the source “", fields.text("sourceLabel"), "”")
        .quoting(fields.text("reason"), as: "reason")
    case "ticket.reopened":
      return Sentence("opened the ticket again").with(", as ", fields.word("byRole"))
        .quoting(fields.text("reason"), as: "reason")
    case "ticket.followUpLinked":
      return Sentence("linked the ticket as a follow-up of ticket")
        .with(" ", fields.text("previousTicket"))
    case "survey.offered":
      return Sentence("offered a survey").with(" ", fields.text("surveyId"))
    case "rating.received":
      return Sentence("gave the mark").with(" ", fields.text("score"))
        .with(" of ", fields.text("scaleMax")).with(", ", fields.word("kind"))
        .quoting(fields.text("comment"))
    default: return nil
    }
  }
}
