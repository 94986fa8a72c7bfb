import CasefileProjections

extension RussianPhrases {
  func title(of code: FindingCode) -> String {
    switch code {
    case .noResponsible: "нет ответственного"
    case .pingPongAgents: "туда и обратно между сотрудниками"
    case .pingPongGroups: "туда и обратно между группами"
    case .handoffWithoutSummary: "передача без сводки"
    case .handoffUnacknowledged: "передача без подтверждения"
    case .handoffExpired: "передача просрочена"
    case .deadOfferAccepted: "принято мёртвое предложение"
    case .handoffAfterShiftEnd: "передача после смены"
    case .absentWithoutHandoff: "отсутствие без передачи"
    case .leftAtShiftEnd: "оставлена в конце смены"
    case .continuityBroken: "клиент передан другому"
    case .hung: "зависла"
    case .unanswered: "без ответа"
    case .clientReminder: "напоминание клиента"
    case .clientRetold: "клиент рассказывал снова"
    case .untrackedContact: "контакт вне учёта"
    case .recordingMissing: "нет записи звонка"
    case .callAnsweredLate: "на звонок ответили поздно"
    case .callAbandoned: "звонок не дождался ответа"
    case .templateDisliked: "плохая оценка шаблона"
    case .channelOutage: "сбой канала"
    case .closedWithoutConfirmation: "закрыта без подтверждения"
    case .automaticClose: "закрыта автоматически"
    case .reopened: "открыта вновь"
    case .closedAgain: "закрыта закрытая"
    case .labelContradicted: "статус не сходится"
    case .repeatContact: "повторное обращение"
    case .agreementNotKept: "договорённость не исполнена"
    case .statedCause: "названная причина"
    case .noDeadline: "срока нет"
    case .delayWithoutNotice: "задержка без предупреждения"
    case .pauseWithoutQuestion: "пауза без вопроса"
    case .lateRetarget: "позднее изменение срока"
    case .resolvedAndContinued: "решена и продолжена"
    case .promiseMoved: "обещание сдвинуто после срока"
    case .recordedLate: "записано поздно"
    case .bulkClose: "закрыта вместе со многими"
    }
  }

  func sentence(_ words: FindingWords) -> String {
    responsibility(words) ?? contact(words) ?? outcome(words) ?? clocks(words)
  }

  private func over(_ words: FindingWords) -> String {
    "\(words.duration ?? "?")" + (words.limit.map { " при пределе \($0)" } ?? "")
  }

  /// How long, and by which time it was counted.
  private func counted(_ words: FindingWords) -> String {
    let time = words.calendar.map { " рабочего времени по календарю \($0)" }
    return (words.duration ?? "?") + (time ?? " круглосуточно")
      + (words.limit.map { " при пределе \($0)" } ?? "")
  }

  private func since(_ words: FindingWords, _ text: String) -> String {
    words.until == nil ? text + ", и это ещё длится" : text
  }

  private func handoff(_ words: FindingWords) -> String {
    words.agents.count > 1 ? "от \(words.agents[0]) к \(words.agents[1])" : ""
  }

  private func responsibility(_ words: FindingWords) -> String? {
    let path = (words.agents + words.groups).joined(separator: " → ")
    switch words.code {
    case .noResponsible: return since(words, "без ответственного \(counted(words))")
    case .pingPongAgents, .pingPongGroups:
      return "путь заявки: \(path), возврат через \(words.duration ?? "?")"
    case .handoffWithoutSummary: return "передача \(handoff(words)) без сводки"
    case .handoffUnacknowledged:
      return "перемещение \(handoff(words)) по распоряжению, никем не подтверждено"
    case .handoffExpired:
      let to = (words.agents.dropFirst() + words.groups).joined(separator: ", ")
      return "на предложение передать от \(words.agents.first ?? "?")"
        + (to.isEmpty ? "" : " к \(to)") + " нет ответа"
        + (words.duration.map { " \($0)" } ?? "")
    case .deadOfferAccepted:
      return "принято предложение, которое уже не действует"
        + (words.agents.last.map { " (\($0))" } ?? "") + "; ничего не изменилось"
    case .handoffAfterShiftEnd:
      return "передача предложена от \(words.agents.first ?? "?") "
        + (words.duration.map { "лишь через \($0) после смены" } ?? "вне смены")
    case .absentWithoutHandoff:
      return "\(words.agents.first ?? "?"): отсутствие" + (words.word.map { " (\($0))" } ?? "")
        + " без предложения передать, \(words.duration ?? "?")"
    case .leftAtShiftEnd:
      return "смена окончена (\(words.agents.first ?? "?")), заявка не передана"
    case .continuityBroken:
      return "после вопросов числом \(words.count.map { "\($0)" } ?? "несколько") отвечает "
        + "\(words.agents.last ?? "?"), а не прежний сотрудник"
    default: return nil
    }
  }

  private func contact(_ words: FindingWords) -> String? {
    switch words.code {
    case .hung: return since(words, "без работы \(counted(words))")
    case .unanswered: return since(words, "клиент без ответа \(over(words))")
    case .clientReminder: return "клиент напоминает о себе"
    case .clientRetold:
      return "клиенту пришлось рассказывать снова"
        + (words.agents.count > 1 ? " после передачи \(handoff(words))" : "")
    case .untrackedContact:
      return "контакт вне учитываемых каналов" + (words.agent.map { ": \($0)" } ?? "")
        + (words.word.map { " (\($0))" } ?? "")
    case .recordingMissing:
      return "у звонка нет записи" + (words.word.map { ": \($0)" } ?? "")
    case .callAnsweredLate:
      return "ответ на звонок через \(over(words))" + (words.count.map { ", гудков: \($0)" } ?? "")
    case .callAbandoned:
      return "звонок прекращён без ответа" + (words.duration.map { " через \($0)" } ?? "")
    case .templateDisliked:
      return "оценка \(words.count.map { "\($0)" } ?? "?")"
        + (words.word.map { " (\($0))" } ?? "") + " за ответ по шаблону \(words.other ?? "?")"
    case .channelOutage: return since(words, "не работает канал: \(words.word ?? "?")")
    default: return nil
    }
  }

  private func outcome(_ words: FindingWords) -> String? {
    switch words.code {
    case .closedWithoutConfirmation:
      let why =
        switch words.word {
        case "rejected": "клиент это отклонил"
        case "notEntitled": "подтвердил не тот, кто вправе"
        case "withoutEvidence": "подтверждение ничем не показано"
        default: "подтверждения не было"
        }
      return "закрыта" + (words.other.map { " (указано: \($0))" } ?? "") + ", но \(why)"
    case .automaticClose:
      return "закрыта правилом" + (words.duration.map { " после молчания \($0)" } ?? "")
    case .reopened:
      return "открыта вновь" + (words.duration.map { " через \($0)" } ?? "")
        + (words.word.map { ", кем: \($0)" } ?? "")
    case .closedAgain:
      return "закрыта, хотя была закрыта" + (words.agent.map { " (\($0))" } ?? "")
        + (words.duration.map { ", через \($0) после прежнего закрытия" } ?? "")
    case .labelContradicted:
      return "источник указывает: \(words.word ?? "?"), а по событиям: \(words.other ?? "?")"
    case .repeatContact:
      return "повтор заявки \(words.other ?? "?"), дней после закрытия: "
        + (words.count.map { "\($0)" } ?? "?")
    case .agreementNotKept:
      let what =
        switch words.word {
        case "broken": "не исполнена"
        case "late": "исполнена поздно"
        default: "просрочена"
        }
      return "договорённость \(words.other ?? "?") \(what)"
        + (words.until.map { ", срок \($0)" } ?? "")
    case .statedCause: return "названа причина: \(words.word ?? "?")"
    default: return nil
    }
  }

  private func clocks(_ words: FindingWords) -> String {
    switch words.code {
    case .noDeadline: "открыта \(words.duration ?? "?"), и ни одно правило не даёт ей срока"
    case .delayWithoutNotice:
      "срок прошёл (\(words.word ?? "?")), а клиент о задержке не предупреждён"
    case .pauseWithoutQuestion:
      "часы остановлены в ожидании клиента, а вопроса не было"
        + (words.limit.map { " в пределах \($0)" } ?? "") + (words.agent.map { ": \($0)" } ?? "")
    case .lateRetarget: "на исходе срока изменено то, от чего он вырос: \(words.word ?? "?")"
    case .resolvedAndContinued:
      "решена и продолжена тем же сотрудником"
        + (words.agent.map { " (\($0))" } ?? "") + " через \(words.duration ?? "?"): "
        + (words.word ?? "?")
    case .promiseMoved:
      "обещанный срок сдвинут на \(words.until ?? "?") через \(words.duration ?? "?") после того, "
        + "как прошёл"
    case .recordedLate:
      "записано с опозданием \(words.duration ?? "?"), и нарушенный срок стал соблюдённым: "
        + (words.word ?? "?")
    default:
      "закрыта вместе со многими другими"
        + (words.count.map {
          " в конце месяца: тем же сотрудником \($0)" + (words.limit.map { " за \($0)" } ?? "")
        } ?? "")
    }
  }

  func findingsTitle(_ ticket: String, at time: String) -> String {
    "Выводы по заявке \(ticket) на \(time)"
  }

  func findingsFound(_ number: Int, tickets: Int) -> String {
    guard number > 0 else { return "ничего не найдено" }
    return RussianPlural.text(number, "вывод", "вывода", "выводов") + " по "
      + RussianPlural.text(tickets, "заявке", "заявкам", "заявкам")
  }

  func clockEffect(clock: String, instance: Int, verdict: String, without: String?) -> String {
    "\(clock) \(instance): \(verdict), без этого \(without ?? "такого срока нет")"
  }

  func notFound(_ titles: String) -> String { "Не найдено: \(titles)" }
  func notAssessable(_ titles: String, _ why: String) -> String {
    "Нельзя судить (\(why)): \(titles)"
  }

  func gap(_ gap: FindingAnswer.Gap) -> String {
    switch gap {
    case .notRecorded(let type): "источник не записывает: \(title(of: type) ?? type)"
    case .notStated(let type):
      "источник не говорит, записывает ли: \(title(of: type) ?? type)"
    case .dutyUnknown: "смены и отсутствия неизвестны"
    case .shiftNotListed: "в конце смены не сказано, что осталось непереданным"
    case .noPolicy: "ни одно правило сроков не действует"
    case .closeUnclear: "из записей не видно, как закрыта"
    case .clientUnknown: "клиент неизвестен"
    case .topicUnknown: "клиент обратился снова, а по той же ли теме — неизвестно"
    case .switchedOff: "выключено набором правил"
    }
  }

  func findingRules(_ ruleSet: String?, version: Int64, limits: String) -> String {
    "Правила: \(ruleSet ?? "встроенные"), версия \(version); \(limits)"
  }

  var findingColumns: [String] {
    ["вывод", "выводов", "заявок", "без", "нельзя судить", "контактов", "доля"]
  }
}
