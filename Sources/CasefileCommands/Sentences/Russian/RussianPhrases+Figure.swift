import CasefileProjections

extension RussianPhrases {
  func title(of report: ReportName) -> String {
    switch report {
    case .sla: "Соблюдение сроков"
    case .agents: "Сотрудники рядом"
    case .figures: "Ключевые показатели"
    case .satisfaction: "Оценки клиентов"
    case .reviews: "Контроль качества"
    case .calls: "Звонки"
    case .reasons: "Причины обращений"
    case .shiftHandover: "Передача смены"
    case .client: "Отчёт для компании-клиента"
    case .handovers: "Передачи между группами"
    }
  }

  // MARK: Figures and times

  func number(_ number: Int64, decimals: Int) -> String {
    let text = decimal(number, decimals: decimals)
    // Four digits stand together.
    return DigitGroups.apart(text, mark: ",", by: "\u{A0}", from: 5)
  }

  func date(_ day: CivilDay) -> String {
    "\(two(day.day)).\(two(day.month)).\(day.year)"
  }

  func dayAndMonth(_ day: CivilDay) -> String { "\(two(day.day)).\(two(day.month))" }

  func month(_ day: CivilDay) -> String {
    [
      "янв.", "февр.", "март", "апр.", "май", "июнь", "июль", "авг.", "сент.", "окт.", "нояб.",
      "дек.",
    ][day.month - 1] + " \(day.year)"
  }

  func days(from first: CivilDay, to last: CivilDay) -> String {
    if first.year != last.year { return "\(date(first)) – \(date(last))" }
    return "\(dayAndMonth(first)) – \(date(last))"
  }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  func points(permille: Int) -> String { decimal(Int64(permille), decimals: 1) + " п. п." }

  func compared(from: String, until: String) -> String {
    "Прежде — это период с \(from) до \(until)."
  }

  // MARK: Of what a report tells

  var wholeTime: String { "за всё время" }
  func reportAsOf(_ time: String) -> String { "по состоянию на \(time)" }

  func claimed(by time: String) -> String {
    "только то, что источники, по их словам, записали к \(time): утверждение, не доказательство"
  }

  func onlyGroup(_ name: String) -> String { "группа: \(name)" }
  func onlyAgent(_ name: String) -> String { "сотрудник: \(name)" }

  func provenBy(position: String?, root: String) -> String {
    guard let position else { return "журнал пуст" }
    return "журнал до позиции \(position), корень \(root)"
  }

  func population(_ count: Int, of unit: ReportUnit) -> String {
    let words =
      switch unit {
      case .tickets: ("заявка", "заявки", "заявок")
      case .contacts: ("обращение", "обращения", "обращений")
      case .deadlines: ("срок", "срока", "сроков")
      case .replies: ("ответ", "ответа", "ответов")
      case .events: ("событие", "события", "событий")
      case .answers: ("оценка критерия", "оценки критериев", "оценок критериев")
      case .marks: ("оценка", "оценки", "оценок")
      case .calls: ("звонок", "звонка", "звонков")
      case .reviews: ("проверка", "проверки", "проверок")
      case .surveys: ("опрос", "опроса", "опросов")
      case .steps: ("шаг", "шага", "шагов")
      default: ("значение", "значения", "значений")
      }
    return number(Int64(count), decimals: 0) + " "
      + RussianPlural.form(count, words.0, words.1, words.2)
  }

  func leftOut(_ count: Int, _ why: ReportOmissionCount.Why) -> String {
    let number = number(Int64(count), decimals: 0)
    return switch why {
    case .cancelled: "не вошли: \(number) — отменены до исхода"
    case .notAssessable: "не вошли: \(number) — судить нельзя"
    case .deleted: "не вошли: \(number) — удалены"
    case .notListed: "не показаны: ещё \(number)"
    case .notEnded: "не вошли: \(number) — не закончились"
    case .noLength: "не вошли в сумму: \(number) — длительность не известна"
    case .handovers(let why): leftOut(count, why)
    case .metric(let metric, let omission): "\(title(of: metric)): \(leftOut(count, omission))"
    }
  }

  func opened(by command: String) -> String {
    "Что вошло в число, перечислит команда; JSON даёт её для каждого: \(command)"
  }

  func definition(_ definition: ReportDefinition) -> String {
    switch definition {
    case .decided:
      "Соблюдён: отсчёт остановлен в срок или раньше; относится ко времени остановки. Нарушен: срок "
        + "прошёл; относится ко времени первого прошедшего срока. Идёт: на конец исхода нет. Доля — "
        + "соблюдённых среди соблюдённых и нарушенных. Каждый отсчёт считается один раз."
    case .attribution:
      "Приоритет, группа и сотрудник — те, что были в миг исхода, а не сегодняшние; у идущих — те, "
        + "что на конец."
    case .overdue:
      "Просрочено: срок прошёл, а требуемое не сделано; время между остановкой и повторным открытием, "
        + "которое продолжило отсчёт, не входит."
    case .openTickets:
      "Открыта: не закрыта, не объединена с другой и не удалена. Ближайший срок — первый из тех, что "
        + "впереди и идут; у стоящего срока нет."
    case .clientTickets:
      "Заявки: открыты в периоде, от людей компании или по проекту, если они не внутренние; показаны "
        + "такими, какими были на момент отчёта. Удалённые не входят."
    case .clientCalls:
      "Звонки: закончились или прерваны в периоде, по такой заявке либо без заявки от людей компании "
        + "или к ним; если звонок длился дольше, он относится к следующему периоду, а если его конец "
        + "не записан, он считается через день после последнего известного. Звонки внутри поддержки "
        + "не входят."
    case .callLength:
      "Длительность звонка: разговор и удержание вместе, как они указаны, иначе от ответа до конца; "
        + "ноль, если никто не ответил; если отвечали несколько по очереди, у всех вместе."
    case .handovers(let breach):
      handoversDefinitions(
        breachField: VisibleText.escape(breach.field), value: VisibleText.escape(breach.value)
      ).joined(separator: " ")
    case .metric(let metric): self.definition(of: metric)
    }
  }

  // MARK: Whether overdue grows

  var grew: String { "выросло" }

  private func steps(_ number: Int, _ step: ReportStep) -> String {
    switch step {
    case .day: RussianPlural.text(number, "дня", "дней", "дней")
    case .week: RussianPlural.text(number, "недели", "недель", "недель")
    case .month: RussianPlural.text(number, "месяца", "месяцев", "месяцев")
    }
  }

  func overdueGrew(
    _ number: Int, of whole: Int, _ step: ReportStep, from first: Int, to last: Int, most: Int,
    at day: String
  ) -> String {
    let begin =
      switch step {
      case .day: "в день"
      case .week: "за неделю с"
      case .month: "за месяц с"
      }
    return "Просроченных прибавилось за \(number) из \(steps(whole, step)), всего с \(first) до "
      + "\(last); больше всего \(begin) \(day): на \(most)."
  }

  func overdueDidNotGrow(
    in number: Int, _ step: ReportStep, from first: Int, to last: Int
  ) -> String {
    "Просроченных ни разу не прибавилось за \(accusative(number, step)): было \(first), стало "
      + "\(last)."
  }

  private func accusative(_ number: Int, _ step: ReportStep) -> String {
    switch step {
    case .day: RussianPlural.text(number, "день", "дня", "дней")
    case .week: RussianPlural.text(number, "неделю", "недели", "недель")
    case .month: RussianPlural.text(number, "месяц", "месяца", "месяцев")
    }
  }
}
