import CasefileModel
import CasefileProjections

extension RussianPhrases {
  // MARK: Deadlines

  func deadline(_ name: String, instance: Int64?, due: String?, verdict: String) -> String {
    "\(name)" + (instance.map { $0 > 1 ? " \($0)" : "" } ?? "")
      + (due.map { ", срок \($0)" } ?? "") + ": \(verdict)"
  }
  func breached(at time: String, holder: String?) -> String {
    "нарушен, замечено \(time)" + (holder.map { "; \($0)" } ?? "")
  }
  func warned(at time: String) -> String { "предупреждение \(time), дальше записей нет" }
  func evaluated(_ verdict: Verdict, at time: String) -> String {
    verdict == .notAssessable
      ? "оценить нельзя" : "\(word(verdict.word, of: "Verdict")), проверено \(time)"
  }
  func cause(_ word: String) -> String { "названная причина: \(word)" }
  func judged(
    _ name: String, instance: Int, due: String?, verdict: String, by measure: String?
  ) -> String {
    name + (instance > 1 ? " \(instance)" : "") + ": \(verdict)"
      + (due.map { ", срок \($0)" } ?? "") + (measure.map { ", \($0)" } ?? "")
  }
  func left(_ duration: String) -> String { "осталось \(duration) рабочего времени" }
  func notAssessable(_ reason: ClockReviews.Reason, _ name: String?) -> String {
    "оценить нельзя: "
      + {
        switch reason {
        case .noPolicyPublished: "в этом хранилище нет опубликованных регламентов"
        case .noPolicyMatches: "ни один опубликованный регламент на заявку не действует"
        case .unknownPolicy:
          "применён регламент\(name.map { " \($0)" } ?? ""), который никто не публиковал"
        case .nothingStarted: "ничто ещё не начало отсчёт по регламенту"
        case .entriesWithheld: "без скрытых событий вывод мог бы оказаться неверным"
        case .unknownCalendar: "календарь\(name.map { " \($0)" } ?? "") неизвестен"
        case .repliesNotRecorded: "источник не записывает ответы"
        case .repliesNotStated: "источник не сообщает, записывает ли он ответы"
        }
      }()
  }
  func judgedAt(_ time: String, command: String) -> String {
    "на \(time); вывод по шагам: \(command)"
  }
  func recordedDeadline(_ text: String, isImported: Bool) -> String {
    (isImported ? "по словам источника: " : "записано наблюдением: ") + text
  }
  func promise(kept: Bool, by duration: String) -> String {
    kept ? "выполнено, за \(duration) до срока" : "не выполнено, опоздание \(duration)"
  }
  var promiseOverdue: String { "пока не выполнено, срок прошёл" }
  var promiseOpen: String { "срок ещё не наступил" }

  // MARK: Outcome

  func proposed(at time: String) -> String { "предложено \(time)" }

  func closed(_ time: String, by actor: String?, kind: String?) -> String {
    time + (actor.map { ", \($0)" } ?? "") + ": " + (kind ?? "как именно, не сказано")
  }

  func evidence(_ close: CloseReview, kind: String?) -> String {
    if close.evidenced == .confirmed {
      let position = close.confirmation.map { " #\($0)" } ?? ""
      return "по записям: подтверждена клиентом\(position)"
    }
    let doubt =
      switch close.doubt {
      case .noConfirmation?: "между последним решением и закрытием никто не подтвердил"
      case .rejected(let position)?: "подтверждение отклонено #\(position)"
      case .notEntitled(let position)?:
        "подтвердивший #\(position) — не клиент и не уполномоченный"
      case .withoutEvidence(let position)?:
        "в подтверждении #\(position) не названы ни сообщение, ни звонок, ни пункт договора"
      case nil: ""
      }
    guard let kind else { return "по записям не видно, как именно: \(doubt)" }
    return "по записям: \(kind); \(doubt)"
  }

  func confirmation(_ time: String, by person: String?, authority: String?) -> String {
    time + (person.map { ", \($0)" } ?? "") + (authority.map { ", основание: \($0)" } ?? "")
  }
  var laterConfirmation: String { "после закрытия" }
  var confirmedByNobody: String { "никем" }

  func agreement(
    _ text: String, by: String?, to: String?, due: String?, position: String
  ) -> String {
    let who = [by.map { "кто обещает: \($0)" }, to.map { "кому: \($0)" }, due.map { "срок \($0)" }]
      .compactMap { $0 }
    return ([text] + (who.isEmpty ? [] : [who.joined(separator: ", ")]) + [position])
      .joined(separator: " ")
  }
  func outcome(_ outcome: TicketState.Agreement.Outcome, lateBy duration: String?) -> String {
    switch outcome {
    case .open: "дальше ничего не записано"
    case .fulfilled: duration.map { "выполнена, опоздание \($0)" } ?? "выполнена"
    case .broken: "нарушена"
    }
  }

  func mark(_ kind: String?, score: Int64?, scale: Int64?, at time: String) -> String {
    (score.map(String.init) ?? "без числа") + (scale.map { " из \($0)" } ?? "")
      + (kind.map { ", \($0)" } ?? "") + ", \(time)"
  }
  func belongs(to agent: String?, _ ground: MarkReview.Ground) -> String {
    let name = agent ?? "никому"
    return switch ground {
    case .named: "кому: \(name), назван в оценке"
    case .lastReply: "кому: \(name), последний ответ"
    case .holder: "кому: \(name), ответственный в конце"
    case .none: "ничья"
    }
  }
  func changedMark(from score: Int64?, position: String) -> String {
    "изменена \(position)" + (score.map { ", сначала \($0)" } ?? "")
  }
  func withdrawnMark(_ position: String) -> String { "отозвана \(position)" }
  func disputedMark(_ position: String) -> String { "оспорена \(position)" }
  func replacedMark(_ position: String) -> String { "заменена \(position)" }

  // MARK: What was put right, what is missing, where it comes from

  func correction(_ position: String, field: String, of target: String, applied: Bool) -> String {
    "\(position) исправляет «\(field)» в \(target)" + (applied ? "" : ", где такого поля нет")
  }
  func retraction(_ position: String, of target: String) -> String {
    "\(position) отзывает \(target)"
  }

  func gap(_ kind: CaseGap.Kind, channel: String?, from: String?, until: String?) -> String {
    let what =
      switch kind {
      case .recordingMissing: "нет записи звонка"
      case .attachmentMissing: "нет файла"
      case .untrackedContact: "контакт вне учитываемых каналов"
      case .erased: "тексты удалены"
      case .outage: channel.map { "не работал канал: \($0)" } ?? "не работал канал"
      case .recorderGap: "ничего не записывалось"
      }
    return what + (from.map { ", с \($0)" } ?? "") + (until.map { " до \($0)" } ?? "")
  }

  func unreadable(_ position: String) -> String { "поля не читаются \(position)" }

  func contradiction(_ kind: TicketState.Contradiction.Kind) -> String {
    switch kind {
    case .offerNotOpen: "принята передача, которая не была открыта; ответственный не сменился"
    case .giverNotHolder:
      "принята передача от того, кто уже не отвечал за заявку; ответственный не сменился"
    case .notHolder: "снято назначение с того, кто не был ответственным"
    case .closedTwice: "закрыта, когда уже была закрыта"
    case .reopenedWhileOpen: "открыта повторно, когда была открыта"
    case .waitNotOpen: "окончено ожидание, которое не начиналось"
    case .waitWhileClosed: "ожидание начато при закрытой заявке"
    case .agreementUnknown: "итог договорённости, которая не записана"
    }
  }

  func notAssessable(_ subject: Assessability.Subject, _ answer: Assessability.Answer) -> String {
    let name =
      switch subject {
      case .messages: "сообщения"
      case .calls: "звонки"
      case .agreements: "договорённости"
      case .handoffs: "передачи дел"
      case .confirmations: "подтверждения"
      case .marks: "оценки"
      case .deadlines: "сроки"
      }
    return answer == .notRecorded
      ? "\(name): источник их не записывает"
      : "\(name): источник не говорит, записывает ли их"
  }

  func mergeCircle(_ tickets: [String]) -> String {
    "объединены по кругу: \(tickets.joined(separator: ", ")); главной среди них нет"
  }

  func imported(_ count: Int, system: String?, batch: String?, since: String) -> String {
    "импорт: \(events(count))" + (system.map { " из \($0)" } ?? "")
      + (batch.map { ", партия \($0)" } ?? "")
      + "; доказуемо этим хранилищем с \(since), раньше — со слов источника"
  }
  func live(_ count: Int) -> String { "записано по ходу: \(events(count))" }
  func enteredLater(_ count: Int) -> String { "внесено позже вручную: \(events(count))" }
  var withheldText: String { "скрыто" }
  var hiddenText: String { "текст не показан" }
}
