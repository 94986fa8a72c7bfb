import CasefileProjections

extension RussianPhrases {
  func heading(of column: ClientColumn) -> String {
    switch column {
    case .ticket, .callTicket: "заявка"
    case .number: "номер"
    case .subject: "тема письма"
    case .kind: "вид"
    case .channel: "канал"
    case .topic, .callTopic: "тема"
    case .priority: "приоритет"
    case .project: "проект"
    case .tags: "метки"
    case .status: "статус"
    case .openedAt: "открыта"
    case .firstReplyAt: "первый ответ"
    case .resolvedAt: "решена"
    case .closedAt: "закрыта"
    case .closeKind: "как закрыта"
    case .reopenCount: "открыта вновь, раз"
    case .messages: "сообщений"
    case .calls: "звонков"
    case .firstReply: "время до первого ответа"
    case .resolution: "время до решения"
    case .group: "группа"
    case .client, .callClient: "человек"
    case .agent, .callAgent: "сотрудник"
    case .callId: "звонок"
    case .callAt: "когда"
    case .callDirection: "направление"
    case .callOutcome: "исход"
    case .callWait: "ожидание"
    case .callLength: "длительность"
    case .callTalk: "разговор"
    case .callHold: "на удержании"
    }
  }

  func onlyCompany(_ name: String) -> String { "компания: \(name)" }
  func onlyProject(_ id: String) -> String { "проект: \(id)" }

  func agreed(by agreement: String, version: Int64?) -> String {
    "по соглашению \(agreement)" + (version.map { ", версия \($0)" } ?? "")
  }

  func onlyKeys(_ keys: [String], of cut: MetricCut) -> String {
    "Только \(word(for: cut)): \(keys.joined(separator: ", "))."
  }

  private func word(for cut: MetricCut) -> String {
    switch cut {
    case .channel: "канал"
    case .topic: "тема"
    case .tag: "метка"
    case .priority: "приоритет"
    case .project: "проект"
    case .closeKind: "способ закрытия"
    case .client: "человек"
    default: cut.rawValue
    }
  }

  var withheldColumns: String {
    "Показаны только согласованные столбцы и разрезы; все остальные не раскрываются по соглашению."
  }

  var withheldLength: String {
    "Оплата за звонок: длительность звонков не раскрывается по соглашению."
  }

  func recordedReport(hash: String, at position: String, isNew: Bool) -> String {
    isNew
      ? "записано на позиции \(position): report.generated, sha256 \(hash)"
      : "уже записано на позиции \(position): те же байты, sha256 \(hash)"
  }

  func unrecordedReport(hash: String) -> String { "не записано; sha256 \(hash)" }

  func checkedReport(
    _ agreement: String, at position: String, known: String, isSame: Bool
  ) -> String {
    "отчёт по соглашению \(agreement), записанный на позиции \(position), построен заново по "
      + "известному на позиции \(known): " + (isSame ? "те же байты" : "байты иные")
  }

  func deliveredReport(
    _ agreement: String, generatedAt made: String, at position: String, isNew: Bool
  ) -> String {
    (isNew ? "записано на позиции \(position)" : "уже записано на позиции \(position)")
      + ": отчёт по соглашению \(agreement), построенный на позиции \(made), передан"
  }

  func delivery(
    _ time: String, channel: String?, recipient: String?, position: String
  ) -> String {
    "передан \(time)" + (channel.map { ", канал: \($0)" } ?? "")
      + (recipient.map { ", кому: \($0)" } ?? "") + " (#\(position))"
  }

  var otherRoot: String { "журнал до этой позиции не тот, по которому отчёт построен" }

  func heading(of column: AgreementColumn) -> String {
    switch column {
    case .agreement: "соглашение"
    case .version: "версия"
    case .company: "компания"
    case .project: "проект"
    case .payment: "оплата"
    case .columns: "столбцы"
    case .state: "состояние"
    case .position: "позиция"
    }
  }

  func word(for state: AgreementState) -> String {
    switch state {
    case .inForce: "действует"
    case .replaced: "заменено"
    case .retracted: "отозвано"
    case .unusable: "исполнить нельзя"
    }
  }

  var noAgreements: String { "соглашений не записано" }
}
