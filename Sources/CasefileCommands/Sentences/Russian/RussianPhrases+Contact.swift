import CasefileModel

extension RussianPhrases {
  /// Sentences about messages, calls and chats; nil for other types.
  func contact(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "message.received":
      let isAutomatic = fields.flag("autoSubmitted")
      return Sentence(isAutomatic ? "получено автоматическое сообщение" : "получено сообщение")
        .with(", канал: ", fields.word("channel")).with(", автор: ", fields.word("authorRole"))
        .quoting(fields.text("subject"), as: "заголовок").quoting(fields.text("body"))
    case "message.sent": return sent(&fields, actor)
    case "message.deliveryUpdated":
      return Sentence("сообщение").with(" ", fields.text("messageId"))
        .with(": ", fields.word("status")).with(", получатель ", fields.text("recipientId"))
        .quoting(fields.text("detail"))
    case "message.edited":
      return Sentence("изменён текст сообщения").with(" ", fields.text("messageId"))
        .quoting(fields.text("newBody"), as: "новый текст")
        .quoting(fields.text("reason"), as: "причина")
    case "message.redacted":
      return Sentence("скрыта часть сообщения").with(" ", fields.text("messageId"))
        .quoting(fields.text("reason"), as: "причина")
    case "attachment.added":
      return Sentence("приложен файл").with(" «", fields.text("name"), "»")
        .with(" к сообщению ", fields.text("messageId"))
    case "attachment.missing":
      return Sentence("файла").with(" ", fields.text("attachmentId")).with(" ", "нет")
        .with(", причина: ", fields.word("reason")).quoting(fields.text("reasonText"))
    case "channel.untrackedContactReported":
      return Sentence("сообщено о контакте вне учитываемых каналов")
        .with(", канал: ", fields.word("channel"))
        .with(", сотрудник ", fields.other("agentId", than: actor))
        .quoting(fields.text("description"))
    default: return calls(type, &fields, actor)
    }
  }

  private func sent(_ fields: inout EventFields, _ actor: Actor) -> Sentence {
    let author = fields.raw("author")
    let isPerson = author == nil || author == "agent"
    let word = isPerson || author == "auto" ? nil : fields.word("author")
    let to = fields.objects("to").map { recipient in
      var recipient = recipient
      return recipient.text("personId") ?? recipient.word("role") ?? "неизвестно кому"
    }
    return Sentence(author == "auto" ? "отправлен автоматический ответ" : "отправлен ответ")
      .with(", канал: ", fields.word("channel"))
      .with(", кому: ", to.isEmpty ? nil : to.joined(separator: ", "))
      .with(", автор: ", word)
      .with(", сотрудник ", fields.other("agentId", than: actor))
      .quoting(fields.text("subject"), as: "заголовок").quoting(fields.text("body"))
  }

  private func calls(
    _ type: String, _ fields: inout EventFields, _ actor: Actor
  ) -> Sentence? {
    switch type {
    case "call.offered":
      let direction = fields.raw("direction")
      let what =
        switch direction {
        case "outbound": "исходящий звонок"
        case "inbound": "входящий звонок"
        case "internal": "внутренний звонок"
        default: "звонок"
        }
      return Sentence(what).with(" на линию ", fields.text("toLine"))
        .with(", звонок ", fields.text("callId"))
    case "call.answered":
      return Sentence("звонок принят").with(", сотрудник ", fields.other("agentId", than: actor))
        .with(", ожидание ", fields.seconds("waitSeconds"))
        .with(", звонок ", fields.text("callId"))
    case "call.abandoned":
      return Sentence("звонок сброшен до ответа")
        .with(", ожидание ", fields.seconds("waitSeconds"))
        .with(", звонок ", fields.text("callId"))
    case "call.transferred":
      return Sentence("звонок переведён").with(", от кого: ", fields.text("fromAgent"))
        .with(", кому: ", fields.text("toAgent")).with(", в очередь ", fields.text("toQueue"))
        .with(", звонок ", fields.text("callId")).quoting(fields.text("reason"), as: "причина")
    case "call.ended":
      return Sentence("звонок завершён").with(", разговор ", fields.seconds("talkSeconds"))
        .with(": ", fields.word("outcome")).with(", звонок ", fields.text("callId"))
        .quoting(fields.text("summary"))
    case "call.recordingMissing":
      return Sentence("записи звонка нет").with(", причина: ", fields.word("reason"))
        .with(", звонок ", fields.text("callId")).quoting(fields.text("reasonText"))
    default: return nil
    }
  }
}
