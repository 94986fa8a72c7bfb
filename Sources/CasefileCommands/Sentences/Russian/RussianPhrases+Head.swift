import CasefileModel
import CasefileProjections

extension RussianPhrases {
  func label(_ label: HeadLabel) -> String {
    switch label {
    case .trueAt: "на момент"
    case .knownAt: "известное на"
    case .times: "время"
    case .status: "статус"
    case .client: "клиент"
    case .participants: "участники"
    case .priority: "приоритет"
    case .topic: "тема"
    case .tags: "метки"
    case .links: "связи"
    case .absorbed: "включает"
    case .alsoShown: "показана также"
    case .responsible: "ответственный"
    case .offer: "предложение"
    case .accountable: "за исход"
    case .handoffs: "передачи"
    case .channels: "каналы"
    case .opened: "открыта"
    case .firstReaction: "первая реакция"
    case .firstReply: "первый ответ"
    case .contacts: "контакты"
    case .waits: "ожидает"
    case .deadlines: "сроки"
    case .due: "обещана к"
    case .solution: "решение"
    case .closed: "закрыта"
    case .confirmed: "подтверждение"
    case .reopened: "переоткрыта"
    case .agreed: "договорённости"
    case .marks: "оценки"
    case .corrections: "исправления"
    case .names: "переименованы"
    case .gaps: "пробелы"
    case .notAssessable: "не оценить"
    case .source: "источник"
    }
  }

  func title(ticket: String, subject: String?) -> String {
    subject.map { "Заявка \(ticket): \($0)" } ?? "Заявка \(ticket)"
  }

  func group(_ name: String) -> String { "группа \(name)" }
  func renamed(_ name: String, today: String) -> String { "\(name), сейчас \(quoted(today))" }
  var unknown: String { "неизвестен" }
  var nobody: String { "никто" }
  var none: String { "нет" }

  func times(in zone: String) -> String { "\(zone); # — позиция в журнале" }
  func known(atPosition position: String) -> String { "позиция \(position)" }

  func knownToSource(_ time: String, unknown count: Int) -> String {
    let rest =
      count == 0
      ? "" : "; когда источник записал \(events(count)), неизвестно: учтены с момента импорта"
    return "\(time), по утверждению источника\(rest)"
  }

  func status(_ word: String, source: String?, isDeleted: Bool, survivor: String?) -> String {
    var text = word
    if let source { text += ", в источнике \(quoted(source))" }
    if isDeleted { text += ", удалена" }
    if let survivor { text += ", объединена с заявкой \(survivor)" }
    return text
  }

  func link(_ relation: String, ticket: String) -> String { "\(relation) \(ticket)" }

  func tickets(_ ids: [String]) -> String {
    RussianPlural.form(ids.count, "заявка", "заявки", "заявки") + " "
      + ids.joined(separator: ", ")
  }

  func related(_ ticket: String, _ relation: RelatedTicket.Relation) -> String {
    switch relation {
    case .survivor: "заявка \(ticket), с которой она объединена"
    case .absorbed: "заявка \(ticket), вошедшая при объединении"
    case .linked: "связанная заявка \(ticket)"
    case .contact: "относящийся контакт \(ticket)"
    case .sameClient: "заявка \(ticket) того же клиента"
    }
  }

  func moreRelated(_ count: Int) -> String {
    "не прочитано: " + RussianPlural.text(count, "заявка", "заявки", "заявок")
      + " сверх предела \(RelatedTickets.limit)"
  }

  func span(_ span: SpanPhrase) -> String {
    "\(span.holder), с \(span.from)" + (span.until.map { " до \($0)" } ?? " и далее")
      + (span.duration.map { " (\($0))" } ?? "") + ", \(span.start)"
  }

  func start(_ start: TicketState.Start) -> String {
    switch start {
    case .accepted: return "передача принята"
    case .forced: return "по распоряжению"
    case .assigned(let mode):
      switch mode {
      case nil, .manual?: return "назначение"
      case .initial?: return "при первой записи"
      case let mode?: return word(mode.word, of: "AssignmentMode")
      }
    }
  }

  func offer(
    from: String, to: String?, toGroup: String?, since: String, reason: String?, expires: String?
  ) -> String {
    "\(from) → \(to ?? toGroup.map(group) ?? "любой"), с \(since)"
      + (reason.map { ", причина: \($0)" } ?? "") + (expires.map { ", действует до \($0)" } ?? "")
  }

  func handoffs(_ counts: HandoffCounts) -> String {
    let kinds = [
      (counts.acknowledged, "с принятием"), (counts.forced, "по распоряжению"),
      (counts.bare, "без передачи дел"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    var parts: [String] = []
    if counts.direct > 0 {
      parts.append(
        RussianPlural.text(counts.direct, "прямая", "прямые", "прямых")
          + " (\(kinds.joined(separator: ", ")))")
    }
    if counts.indirect > 0 {
      parts.append(RussianPlural.text(counts.indirect, "непрямая", "непрямые", "непрямых"))
    }
    if counts.groups > 0 { parts.append("\(counts.groups) между группами") }
    return parts.isEmpty ? "не было" : parts.joined(separator: ", ")
  }

  func handoff(
    _ kind: TicketState.Handoff.Kind, from: String, to: String, at: String, reason: String?
  ) -> String {
    let word =
      switch kind {
      case .acknowledged: "с принятием"
      case .forced: "по распоряжению"
      case .bare: "без передачи дел"
      case .indirect: "непрямая"
      }
    return "\(from) → \(to), \(at), \(word)" + (reason.map { ": \($0)" } ?? "")
  }

  func by(_ actor: String) -> String { ", \(actor)" }
  func after(_ duration: String) -> String { "через \(duration)" }

  func failedReply(at time: String, hasOther: Bool) -> String {
    (hasOther ? "" : "доставленных нет") + "; первый отправленный, \(time), не доставлен"
  }

  func messages(_ count: Int) -> String {
    RussianPlural.text(count, "сообщение", "сообщения", "сообщений")
  }
  func calls(_ count: Int) -> String {
    RussianPlural.text(count, "звонок", "звонка", "звонков")
  }
  func clientTouches(_ count: Int) -> String {
    RussianPlural.text(
      count, "обращение к клиенту", "обращения к клиенту", "обращений к клиенту")
  }
  func workTouches(_ count: Int) -> String {
    RussianPlural.text(count, "рабочее действие", "рабочих действия", "рабочих действий")
  }
  func times(_ count: Int) -> String { RussianPlural.text(count, "раз", "раза", "раз") }

  func wait(_ reason: String, since: String, until: String?) -> String {
    "\(reason), с \(since)" + (until.map { ", до \($0)" } ?? "")
  }
}
