extension RussianPhrases {
  func label(_ label: AuditLabel) -> String {
    switch label {
    case .events: "события"
    case .proof: "доказуемо"
    case .late: "опоздания"
    }
  }

  func auditTitle(_ ticket: String) -> String { "Проверка заявки \(ticket)" }

  func counts(_ counts: AuditCounts) -> String {
    var parts = ["\(counts.all)"]
    if counts.corrected > 0 { parts.append("исправлено \(counts.corrected)") }
    if counts.retracted > 0 { parts.append("отозвано \(counts.retracted)") }
    if counts.contradicting > 0 {
      parts.append("противоречат прежним \(counts.contradicting)")
    }
    if counts.unreadable > 0 { parts.append("не читается \(counts.unreadable)") }
    return parts.joined(separator: ", ")
  }

  func proof(since: String, imported: Int, of total: Int) -> String {
    "этим хранилищем с \(since)"
      + (imported > 0 ? "; раньше — со слов источника (импорт: \(imported) из \(total))" : "")
  }

  func lateness(limit: String, late: Int, inTime: Int, unknown: Int) -> String {
    "дольше \(limit) от события до записи: \(late), вовремя \(inTime), неизвестно \(unknown)"
  }

  func writtenLate(_ duration: String) -> String { "записано с опозданием: через \(duration)" }

  func correctedField(
    _ field: String, by position: String, _ actor: String, recorded: String, _ change: ChangePhrase
  ) -> String {
    "«\(field)» исправлено \(position), \(actor), записано \(recorded): "
      + (change.isApplied
        ? "\(change.before) → \(change.after)"
        : "на \(change.after), что не подходит; ничего не изменилось")
  }

  func corrects(_ field: String, of target: String?, _ change: ChangePhrase) -> String {
    "исправляет «\(field)» в \(target ?? "событии другой заявки"): \(change.before) → "
      + "\(change.after)" + (change.isApplied ? "" : "; не действует")
  }

  func retracts(_ target: String?, isInForce: Bool) -> String {
    "отзывает \(target ?? "событие другой заявки")" + (isInForce ? "" : "; не действует")
  }

  func changesNothing(retractedBy position: String) -> String {
    "отозвано \(position): ничего не меняет"
  }

  var unreadableEvent: String { "поля не читаются: ничего не меняет" }

  func lapsed(_ time: String) -> String { "само, \(time)" }

  func stateField(_ name: String) -> String {
    RussianPhrases.stateFields[name] ?? label(name)
  }

  func outcomeWord(_ outcome: String) -> String {
    switch outcome {
    case "open": "открыта"
    case "fulfilled": "выполнена"
    case "broken": "нарушена"
    default: outcome
    }
  }

  private static let stateFields = [
    "absorbed": "включает заявки", "accountable": "за исход отвечает",
    "accountableGroup": "за исход отвечает группа", "agreement": "договорённость",
    "assignee": "ответственный", "at": "когда", "by": "кем", "channel": "канал",
    "channels": "каналы", "client": "клиент", "closeKind": "как закрыта",
    "closedAt": "закрыта", "closedBy": "кем закрыта", "confirmations": "подтверждения",
    "dueAt": "обещана к", "endedAt": "окончено", "firstReactionAt": "первая реакция",
    "firstReplyAt": "первый ответ", "firstReplySentAt": "первый ответ отправлен",
    "from": "от", "group": "группа", "groupTransferCount": "переводов между группами",
    "handoff": "передача", "handoffCount": "передач", "id": "обозначение",
    "indirectHandoffCount": "непрямых передач", "isDeleted": "удалена", "links": "связи",
    "mergedInto": "объединена с", "openOffer": "открытое предложение", "openedAt": "открыта",
    "openedBy": "кем открыта", "outcomeAt": "итог записан", "participants": "участники",
    "person": "лицо", "priority": "приоритет", "reopenCount": "открыта повторно, раз",
    "resolvedAt": "решение предложено", "since": "с", "sourceStatus": "статус в источнике",
    "status": "статус", "subject": "заголовок", "tags": "метки", "ticket": "заявка",
    "topic": "тема", "touchCount": "обращений к клиенту", "wait": "ожидание", "waits": "ждёт",
  ]
}
