import CasefileModel
import CasefileProjections

extension RussianPhrases {
  func label(_ label: AgentLabel) -> String {
    switch label {
    case .counted: "учтено"
    case .times: "время"
    case .registered: "в команде с"
    case .groups: "группы"
    case .duty: "смена"
    case .tickets: "заявки"
    case .holds: "отвечает за"
    case .held: "ответственность"
    case .assigned: "назначения"
    case .handoffs: "передачи"
    case .indirect: "непрямые"
    case .contacts: "контакты"
    case .breaches: "сроки"
    case .findings: "замечания"
    }
  }

  func agentTitle(_ id: String, names: [String]) -> String {
    "Сотрудник \(id)" + (names.isEmpty ? "" : ": " + names.joined(separator: ", "))
  }

  func agents(_ count: Int) -> String {
    RussianPlural.text(count, "сотрудник", "сотрудника", "сотрудников")
  }

  func period(since: String?, until: String?) -> String? {
    guard since != nil || until != nil else { return nil }
    return [since.map { "с \($0)" }, until.map { "до \($0)" }].compactMap { $0 }
      .joined(separator: " ")
  }

  func registered(_ time: String?, left: String?) -> String {
    (time ?? "не записано") + (left.map { ", команда покинута \($0)" } ?? "")
  }

  func standing(_ word: String, by position: String?, at time: String, hasShifts: Bool) -> String {
    word + (position.map { " по записи \($0)" } ?? "")
      + (hasShifts ? "" : ": ни одной смены не записано") + " на \(time)"
  }

  func presence(_ word: String, since time: String, position: String) -> String {
    "\(word) с \(time) \(position)"
  }

  func ticketsHeld(_ count: Int, open: Int) -> String {
    "\(count), из них открытых под ответственностью в конце: \(open)"
  }

  func more(_ list: String, _ count: Int) -> String { "\(list) и ещё \(count)" }

  func timesAssigned(_ count: Int, modes: String) -> String { times(count) + modes }

  var modeNotStated: String { "способ не указан" }

  func inAndOut(_ in: (count: Int, kinds: String), _ out: (count: Int, kinds: String)) -> String {
    "получено \(`in`.count)\(`in`.kinds), отдано \(out.count)\(out.kinds)"
  }

  var dutyUnknown: String { "неизвестна" }

  func indirectly(in count: Int, out: Int) -> String {
    "получено \(count), отдано \(out), с промежутком без ответственного"
  }

  func agentContacts(_ counts: AgentHistory.Counts) -> String {
    "\(clientTouches(counts.touches)), \(workTouches(counts.workTouches)), отправлено "
      + "\(messages(counts.messages)), \(calls(counts.calls))"
  }

  func heldTotals(_ total: String, parts: [String], unattended: String?) -> String {
    "\(total) по всем заявкам: " + parts.joined(separator: ", ")
      + (unattended.map { "; без присмотра \($0)" } ?? "")
  }

  func breaches(_ count: Int, away: Int) -> String {
    count == 0
      ? "нарушений под ответственностью не замечено"
      : "нарушено под ответственностью: \(count), из них вне смены или в отсутствие: \(away)"
  }

  func unhanded(_ time: String, tickets: String) -> String {
    "смена окончена \(time), не переданы заявки: \(tickets)"
  }

  var noEntries: String { "записей нет" }

  private func entries(_ count: Int) -> String {
    RussianPlural.text(count, "запись", "записи", "записей")
  }

  func foldedByDay(_ count: Int) -> String {
    "\(entries(count)), свёрнуто по дням; все строки — с ключом --all"
  }

  func dayOfEntries(_ count: Int, tickets: Int, kinds: String) -> String {
    "\(entries(count)), заявок \(tickets): \(kinds)"
  }

  func within(_ range: String) -> String { "позиции в пределах \(range)" }

  func kind(_ kind: AgentEntry.Kind) -> String {
    switch kind {
    case .assigned: "назначение"
    case .unassigned: "снятие назначения"
    case .handoffIn: "получена передача"
    case .handoffOut: "отдана передача"
    case .indirectHandoffIn: "получена непрямая передача"
    case .indirectHandoffOut: "отдана непрямая передача"
    case .offerMade: "сделано предложение"
    case .offerReceived: "получено предложение"
    case .messageSent: "отправлено сообщение"
    case .callAnswered: "принят звонок"
    case .callEnded: "завершён звонок"
    case .clientTouch: "обращение к клиенту"
    case .workTouch: "рабочее действие"
    case .deadlineMissed: "нарушен срок"
    case .shiftStarted: "начало смены"
    case .shiftEnded: "конец смены"
    case .absenceStarted: "начало отсутствия"
    case .absenceEnded: "конец отсутствия"
    }
  }

  func handoffKind(_ kind: TicketState.Handoff.Kind) -> String {
    switch kind {
    case .acknowledged: "с принятием"
    case .forced: "по распоряжению"
    case .bare: "без передачи дел"
    case .indirect: "непрямая"
    }
  }

  var agentLegend: String {
    "получ., отдано: прямые передачи; ~получ., ~отдано: непрямые; обращ.: обращения к клиенту; "
      + "наруш.: сроки"
  }

  func flowTitle(_ total: Int, _ kind: ResponsibilityFlow.Kind) -> String {
    switch kind {
    case .direct:
      RussianPlural.text(total, "прямая передача", "прямые передачи", "прямых передач")
        + ": ответственность перешла от одного названного сотрудника к другому"
    case .indirect:
      RussianPlural.text(total, "непрямая передача", "непрямые передачи", "непрямых передач")
        + ": снято с одного сотрудника, следующий ответственный — другой"
    case .group:
      RussianPlural.text(
        total, "перевод между группами", "перевода между группами", "переводов между группами")
        + ": из одной названной группы в другую; ответственный остаётся"
    }
  }

  // MARK: Entries

  func entry(_ entry: AgentEntryPhrase) -> String {
    let other = entry.other ?? entry.otherGroup.map { "группа \($0)" } ?? anybody
    switch entry.kind {
    case .assigned:
      return "назначение" + (entry.mode.map { " (\($0))" } ?? "")
        + (entry.by.map { ", кем: \($0)" } ?? "")
    case .unassigned: return "назначение снято" + (entry.by.map { ", кем: \($0)" } ?? "")
    case .handoffIn: return "передача от: \(other)" + terms(entry)
    case .handoffOut: return "передача кому: \(other)" + terms(entry)
    case .indirectHandoffIn: return "непрямая передача от: \(other)" + gap(entry)
    case .indirectHandoffOut: return "непрямая передача кому: \(other)" + gap(entry)
    case .offerMade: return "предложено кому: \(other)" + offerTerms(entry)
    case .offerReceived: return "предложение от: \(other)" + offerTerms(entry)
    case .messageSent: return "сообщение \(entry.contact ?? "")" + by(channel: entry.channel)
    case .callAnswered: return "принят звонок \(entry.contact ?? "")"
    case .callEnded:
      return "завершён звонок \(entry.contact ?? "")"
        + (entry.talked.map { ", разговор \($0)" } ?? "")
    case .clientTouch: return "обращение к клиенту" + by(channel: entry.channel)
    case .workTouch: return "рабочее действие"
    case .deadlineMissed:
      return "нарушен срок: \(entry.clock ?? "неизвестно какой")"
        + (entry.standing.map { ", \($0)" } ?? "")
    default: return duty(entry)
    }
  }

  private func duty(_ entry: AgentEntryPhrase) -> String {
    switch entry.kind {
    case .shiftStarted: return "начало смены" + (entry.shift.map { " \($0)" } ?? "")
    case .shiftEnded:
      return "конец смены" + (entry.shift.map { " \($0)" } ?? "")
        + (entry.openTickets.map { ", под ответственностью: \($0)" } ?? "")
        + (entry.unhandedTickets.map { ", не переданы: \($0)" } ?? "")
    case .absenceStarted: return "начало отсутствия" + (entry.absence.map { ": \($0)" } ?? "")
    default: return "конец отсутствия"
    }
  }

  private func by(channel: String?) -> String { channel.map { ", канал: \($0)" } ?? "" }

  private func terms(_ entry: AgentEntryPhrase) -> String {
    var text = ""
    switch entry.handoffKind {
    case .acknowledged?:
      text += ", принята" + (entry.acceptedBy.map { ", кем: \($0)" } ?? "")
      if let offered = entry.offeredAt { text += ", предложена \(offered)" }
    case .forced?: text += ", по распоряжению" + (entry.by.map { ", чьему: \($0)" } ?? "")
    case .bare?: text += ", без передачи дел" + (entry.mode.map { " (\($0))" } ?? "")
    case .indirect?, nil: break
    }
    text += entry.reason.map { ", причина: \($0)" } ?? ""
    // A bare handoff has no summary to miss.
    return text + (entry.hasSummary == false ? ", без описания дел" : "")
  }

  private func gap(_ entry: AgentEntryPhrase) -> String {
    entry.gap.map { ", без ответственного \($0)" } ?? ""
  }

  private func offerTerms(_ entry: AgentEntryPhrase) -> String {
    let word = entry.outcome.map(outcome) ?? "итог неизвестен"
    return (entry.reason.map { ", причина: \($0)" } ?? "") + ": \(word)"
      + (entry.acceptedBy.map { ", кем: \($0)" } ?? "") + (entry.outcomeAt.map { " \($0)" } ?? "")
      + (entry.outcomePosition.map { " (\($0))" } ?? "")
  }
}
