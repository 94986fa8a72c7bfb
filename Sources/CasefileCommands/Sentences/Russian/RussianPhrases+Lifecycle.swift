extension RussianPhrases {
  /// Sentences about what a ticket is; nil for other types.
  func lifecycle(_ type: String, _ fields: inout EventFields) -> Sentence? {
    switch type {
    case "ticket.opened":
      return Sentence("заявка открыта").with(", канал: ", fields.word("channel"))
        .with(", клиент ", fields.text("clientId")).with(", группа ", fields.text("groupId"))
        .with(", приоритет ", fields.text("priority")).with(", тема ", fields.text("topicId"))
        .with(", статус в источнике «", fields.text("sourceLabel"), "»")
        .quoting(fields.text("subject")).quoting(fields.text("description"))
    case "ticket.classified":
      return Sentence("заявка классифицирована").with(": тема ", fields.text("topicId"))
        .with(", прежде ", fields.text("oldTopic"))
    case "ticket.tagged": return Sentence("добавлена метка").with(" ", fields.text("tag"))
    case "ticket.untagged": return Sentence("снята метка").with(" ", fields.text("tag"))
    case "ticket.priorityChanged":
      return Sentence("изменён приоритет").with(": был ", fields.text("from"))
        .with(", стал ", fields.text("to") ?? "неизвестен")
        .quoting(fields.text("reason"), as: "причина")
    case "ticket.fieldChanged":
      let old = fields.text("oldValue") ?? fields.text("plainOldValue")
      let new = fields.text("newValue") ?? fields.text("plainNewValue")
      return Sentence("изменено поле").with(" ", fields.text("field")).with(": было ", old)
        .with(", стало ", new ?? "неизвестно")
    case "ticket.statusChanged":
      let label = fields.text("sourceLabel").map { "«\($0)»" }
      let word = fields.word("to")
      let oldLabel = fields.text("fromLabel").map { "«\($0)»" }
      let oldWord = fields.word("from")
      return Sentence("статус в источнике: ").with("", label ?? word ?? "неизвестен")
        .with(" (", label == nil ? nil : word, ")")
        .with(", прежде ", oldLabel ?? oldWord)
        .with(" (", oldLabel == nil ? nil : oldWord, ")")
        .quoting(fields.text("reason"), as: "причина")
    case "ticket.subjectChanged":
      return Sentence("изменён заголовок").quoting(fields.text("newSubject"))
        .quoting(fields.text("oldSubject"), as: "прежде")
    case "ticket.clientChanged":
      return Sentence("изменён клиент").with(": был ", fields.text("fromClient"))
        .with(", стал ", fields.text("toClient") ?? "неизвестен")
        .quoting(fields.text("reason"), as: "причина")
    case "ticket.dueDateSet":
      return Sentence("обещанный срок: ").with("", fields.time("dueAt") ?? "снят")
        .with(", прежде ", fields.time("oldDueAt")).quoting(fields.text("reason"), as: "причина")
    case "ticket.linked":
      return Sentence("заявка связана").with(" с заявкой ", fields.text("otherTicket"))
        .with(": ", fields.word("relation"))
    case "ticket.unlinked":
      return Sentence("снята связь с заявкой").with(" ", fields.text("otherTicket"))
        .with(": ", fields.word("relation")).quoting(fields.text("reason"), as: "причина")
    case "ticket.merged":
      return Sentence("заявка объединена с заявкой").with(" ", fields.text("intoTicket"))
        .quoting(fields.text("reason"), as: "причина")
    case "ticket.absorbed":
      return Sentence("принята история заявки").with(" ", fields.text("fromTicket"))
        .quoting(fields.text("reason"), as: "причина")
    default: return notes(type, &fields)
    }
  }

  private func notes(_ type: String, _ fields: inout EventFields) -> Sentence? {
    switch type {
    case "ticket.noteAdded": return Sentence("добавлена заметка").quoting(fields.text("text"))
    case "ticket.agreementRecorded":
      return Sentence("записана договорённость").with(", кто обещает: ", fields.text("promisedBy"))
        .with(", кому: ", fields.text("promisedTo")).with(", срок: ", fields.time("dueAt"))
        .quoting(fields.text("text"))
    case "ticket.agreementFulfilled":
      return Sentence("договорённость").with(" ", fields.text("agreementId"))
        .with(" ", "выполнена").quoting(fields.text("note"))
    case "ticket.agreementBroken":
      return Sentence("договорённость").with(" ", fields.text("agreementId"))
        .with(" ", "нарушена").quoting(fields.text("reason"), as: "причина")
    case "ticket.diagnosticStep":
      return Sentence("выполнен шаг диагностики").with(": ", fields.word("outcome"))
        .quoting(fields.text("step")).quoting(fields.text("result"), as: "результат")
    case "ticket.clientReminder": return Sentence("клиент напомнил о себе")
    case "ticket.delayNoticeSent":
      return Sentence("клиент предупреждён о задержке")
        .with(", новый срок: ", fields.time("newPromisedAt"))
        .quoting(fields.text("reason"), as: "причина")
    case "event.corrected":
      return Sentence("исправлено поле").with(" «", fields.text("field"), "»")
        .with(" события ", fields.text("targetEventId"))
        .with(": стало ", fields.text("newValue") ?? "неизвестно")
        .with(", было ", fields.text("oldValue"))
        .quoting(fields.text("reason"), as: "причина")
    case "event.retracted":
      return Sentence("отозвано событие").with(" ", fields.text("targetEventId"))
        .quoting(fields.text("reason"), as: "причина")
    case "source.updated":
      let columns = fields.list("changedColumns")
      return Sentence("обновлена запись источника").with(
        ": ", columns.isEmpty ? nil : columns.joined(separator: ", "))
    default: return nil
    }
  }
}
