import CasefileModel

extension EnglishSentences {
  /// Sentences about waiting, solutions, closing and marks; nil for other types.
  func outcome(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "waiting.started":
      return Sentence("began to wait").with(" for ", fields.text("reason").map(waitReason))
        .with(", until ", fields.time("until")).with(", wait ", fields.text("waitId"))
        .quoting(fields.text("reasonText"))
    case "waiting.ended":
      return Sentence("stopped waiting").with(" for ", fields.text("reason").map(waitReason))
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
        ", by ", fields.text("confirmedBy").other(than: actor)
      )
      .with(", as ", fields.word("authority")).quoting(fields.text("statement"))
    case "close.rejected":
      return Sentence("said that it is not done")
        .with(", by ", fields.text("by").other(than: actor))
        .quoting(fields.text("reason"))
    case "ticket.closed":
      return Sentence("closed the ticket").with(": ", fields.text("kind").map(closeKind))
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

  /// What a ticket waits for.
  func waitReason(_ word: String) -> String {
    switch word {
    case "client": "the client"
    case "vendor": "the vendor"
    case "thirdParty": "a third party"
    case "internalDepartment": "another department"
    case "scheduledUntil": "an agreed date"
    case "clientConfirmation": "the client's confirmation"
    case "partsDelivery": "parts"
    case "problem": "the solution of a problem"
    case "other": "something else"
    default: word
    }
  }

  /// How a ticket was closed.
  func closeKind(_ word: String) -> String {
    switch word {
    case "confirmed": "confirmed by the client"
    case "agentUnconfirmed": "by the agent, not confirmed"
    case "autoClose": "by a rule after silence"
    case "withdrawnByClient": "withdrawn by the client"
    case "clientUnreachable": "the client could not be reached"
    case "bulk": "together with many others"
    case "unknown": "the source doesn't say how"
    default: EventFields.words(word)
    }
  }
}
