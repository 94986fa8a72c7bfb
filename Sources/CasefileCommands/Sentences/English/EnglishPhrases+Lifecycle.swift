extension EnglishPhrases {
  /// Sentences about what a ticket is; nil for other types.
  func lifecycle(_ type: String, _ fields: inout EventFields) -> Sentence? {
    switch type {
    case "ticket.opened":
      return Sentence("opened the ticket").with(" by ", fields.word("channel"))
        .with(" for client ", fields.text("clientId")).with(", group ", fields.text("groupId"))
        .with(", priority ", fields.text("priority")).with(", topic ", fields.text("topicId"))
        .with(", in the source “", fields.text("sourceLabel"), "”")
        .quoting(fields.text("subject")).quoting(fields.text("description"))
    case "ticket.classified":
      return Sentence("classified the ticket").with(": topic ", fields.text("topicId"))
        .with(", before ", fields.text("oldTopic"))
    case "ticket.tagged": return Sentence("added the tag").with(" ", fields.text("tag"))
    case "ticket.untagged": return Sentence("took away the tag").with(" ", fields.text("tag"))
    case "ticket.priorityChanged":
      return Sentence("changed the priority").with(" from ", fields.text("from"))
        .with(" to ", fields.text("to") ?? "unknown").quoting(fields.text("reason"), as: "reason")
    case "ticket.fieldChanged":
      let old = fields.text("oldValue") ?? fields.text("plainOldValue")
      let new = fields.text("newValue") ?? fields.text("plainNewValue")
      return Sentence("changed").with(" ", fields.text("field")).with(" from ", old)
        .with(" to ", new ?? "unknown")
    case "ticket.statusChanged":
      let label = fields.text("sourceLabel").map { "“\($0)”" }
      let word = fields.word("to")
      let oldLabel = fields.text("fromLabel").map { "“\($0)”" }
      let oldWord = fields.word("from")
      return Sentence("the source's status is now ").with("", label ?? word ?? "unknown")
        .with(" (", label == nil ? nil : word, ")")
        .with(", before ", oldLabel ?? oldWord)
        .with(" (", oldLabel == nil ? nil : oldWord, ")")
        .quoting(fields.text("reason"), as: "reason")
    case "ticket.subjectChanged":
      return Sentence("changed the subject").quoting(fields.text("newSubject"))
        .quoting(fields.text("oldSubject"), as: "before")
    case "ticket.clientChanged":
      return Sentence("changed the client").with(" from ", fields.text("fromClient"))
        .with(" to ", fields.text("toClient") ?? "unknown")
        .quoting(fields.text("reason"), as: "reason")
    case "ticket.dueDateSet":
      return Sentence("promised it for ").with("", fields.time("dueAt") ?? "no date any more")
        .with(", before ", fields.time("oldDueAt")).quoting(fields.text("reason"), as: "reason")
    case "ticket.linked":
      return Sentence("linked the ticket").with(" as ", fields.word("relation"))
        .with(" with ticket ", fields.text("otherTicket"))
    case "ticket.unlinked":
      return Sentence("took away the link with ticket").with(" ", fields.text("otherTicket"))
        .quoting(fields.text("reason"), as: "reason")
    case "ticket.merged":
      return Sentence("merged the ticket into ticket").with(" ", fields.text("intoTicket"))
        .quoting(fields.text("reason"), as: "reason")
    case "ticket.absorbed":
      return Sentence("took over the history of ticket").with(" ", fields.text("fromTicket"))
        .quoting(fields.text("reason"), as: "reason")
    default: return notes(type, &fields)
    }
  }

  private func notes(_ type: String, _ fields: inout EventFields) -> Sentence? {
    switch type {
    case "ticket.noteAdded": return Sentence("wrote a note").quoting(fields.text("text"))
    case "ticket.agreementRecorded":
      return Sentence("recorded an agreement").with(": ", fields.text("promisedBy"), " promised")
        .with(" to ", fields.text("promisedTo")).with(", for ", fields.time("dueAt"))
        .quoting(fields.text("text"))
    case "ticket.agreementFulfilled":
      return Sentence("kept the agreement").with(" ", fields.text("agreementId"))
        .quoting(fields.text("note"))
    case "ticket.agreementBroken":
      return Sentence("the agreement").with(" ", fields.text("agreementId"))
        .with(" ", "was not kept").quoting(fields.text("reason"), as: "reason")
    case "ticket.diagnosticStep":
      return Sentence("did a diagnostic step").with(": ", fields.word("outcome"))
        .quoting(fields.text("step")).quoting(fields.text("result"), as: "result")
    case "ticket.clientReminder": return Sentence("the client asked again")
    case "ticket.delayNoticeSent":
      return Sentence("told the client that it takes longer")
        .with(", until ", fields.time("newPromisedAt")).quoting(fields.text("reason"), as: "reason")
    case "event.corrected":
      return Sentence("corrected").with(" ", fields.text("field"))
        .with(" of event ", fields.text("targetEventId"))
        .with(" to ", fields.text("newValue") ?? "unknown").with(
          ", before ", fields.text("oldValue")
        )
        .quoting(fields.text("reason"), as: "reason")
    case "event.retracted":
      return Sentence("retracted event").with(" ", fields.text("targetEventId"))
        .quoting(fields.text("reason"), as: "reason")
    case "source.updated":
      let columns = fields.list("changedColumns")
      return Sentence("updated the source's record").with(
        ": ", columns.isEmpty ? nil : columns.joined(separator: ", "))
    default: return nil
    }
  }
}
