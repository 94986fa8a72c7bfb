import CasefileProjections

extension EnglishPhrases {
  func title(of report: ReportName) -> String {
    switch report {
    case .sla: "Deadlines kept and missed"
    case .agents: "Agents side by side"
    case .figures: "Key figures"
    case .satisfaction: "Clients' marks"
    case .reviews: "Quality reviews"
    case .calls: "Calls"
    case .reasons: "Reasons for contact"
    case .shiftHandover: "Shift handover"
    case .client: "Report for a client company"
    case .handovers: "Handovers between groups"
    }
  }

  // MARK: Figures and times

  func number(_ number: Int64, decimals: Int) -> String {
    let text = decimal(number, decimals: decimals)
    return DigitGroups.apart(text, mark: ".", by: ",", from: 4)
  }

  private func monthName(_ number: Int) -> String {
    [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][number - 1]
  }

  func date(_ day: CivilDay) -> String { "\(dayAndMonth(day)) \(day.year)" }
  func dayAndMonth(_ day: CivilDay) -> String { "\(day.day) \(monthName(day.month))" }
  func month(_ day: CivilDay) -> String { "\(monthName(day.month)) \(day.year)" }

  func days(from first: CivilDay, to last: CivilDay) -> String {
    if first.year != last.year { return "\(date(first)) – \(date(last))" }
    return "\(dayAndMonth(first)) – \(date(last))"
  }

  func points(permille: Int) -> String { decimal(Int64(permille), decimals: 1) + " points" }

  func compared(from: String, until: String) -> String {
    "Before is the period from \(from) to before \(until)."
  }

  // MARK: Of what a report tells

  var wholeTime: String { "all of the time" }
  func reportAsOf(_ time: String) -> String { "as it was at \(time)" }

  func claimed(by time: String) -> String {
    "only what the sources say they had written by \(time): a claim, not a proof"
  }

  func onlyGroup(_ name: String) -> String { "group: \(name)" }
  func onlyAgent(_ name: String) -> String { "agent: \(name)" }

  func provenBy(position: String?, root: String) -> String {
    guard let position else { return "the log is empty" }
    return "log up to position \(position), root \(root)"
  }

  func population(_ count: Int, of unit: ReportUnit) -> String {
    let words =
      switch unit {
      case .tickets: ("ticket", "tickets")
      case .contacts: ("contact", "contacts")
      case .deadlines: ("deadline", "deadlines")
      case .replies: ("reply", "replies")
      case .events: ("event", "events")
      case .answers: ("answer", "answers")
      case .marks: ("mark", "marks")
      case .calls: ("call", "calls")
      case .reviews: ("review", "reviews")
      case .surveys: ("survey", "surveys")
      case .steps: ("step", "steps")
      default: ("value", "values")
      }
    return number(Int64(count), decimals: 0) + " " + (count == 1 ? words.0 : words.1)
  }

  func leftOut(_ count: Int, _ why: ReportOmissionCount.Why) -> String {
    let number = number(Int64(count), decimals: 0)
    return switch why {
    case .cancelled: "left out: \(number) that were given up before they were decided"
    case .notAssessable: "left out: \(number) of which nothing can be told"
    case .deleted: "left out: \(number) that were deleted"
    case .notListed: "not listed: \(number) more"
    case .notEnded: "left out: \(number) that had not ended"
    case .noLength: "in no sum: \(number) whose length is not known"
    case .handovers(let why): leftOut(count, why)
    case .metric(let metric, let omission): "\(title(of: metric)): \(leftOut(count, omission))"
    }
  }

  func opened(by command: String) -> String {
    "What a figure counts is listed by a command, which JSON gives for each of them: \(command)"
  }

  func definition(_ definition: ReportDefinition) -> String {
    switch definition {
    case .decided:
      "Kept: stopped at the deadline or before it; counts when it stopped. Missed: past a deadline; "
        + "counts when the first one passed. Running: decided neither way at the end. The share is "
        + "kept of kept and missed. Each instance of a deadline counts once."
    case .attribution:
      "Priority, group and agent are those of the moment of the verdict, not those of today; of a "
        + "running one, those at the end."
    case .overdue:
      "Overdue: a deadline has passed and what it asks for is not done; the time between a stop and "
        + "a reopening that continues it is not counted."
    case .openTickets:
      "Open: neither closed nor merged nor deleted. The next deadline is the first one ahead of those "
        + "that run; a paused one has none."
    case .clientTickets:
      "Tickets: opened in the period, of people of the company or of the project, as far as they are "
        + "public; told as they were at the instant of the report. Deleted ones are left out."
    case .clientCalls:
      "Calls: ended or given up in the period, on such a ticket or by or to people of the company "
        + "without one; one that lasts longer belongs to the next period, and one whose end is not "
        + "recorded counts a day after the last that is. Calls inside the desk are none."
    case .callLength:
      "Length of a call: talk and hold together as stated, else from the answer to the end; nought where "
        + "nobody answered; of a call that several answered one after the other, of all of them."
    case .handovers(let breach):
      handoversDefinitions(
        breachField: VisibleText.escape(breach.field), value: VisibleText.escape(breach.value)
      ).joined(separator: " ")
    case .metric(let metric): self.definition(of: metric)
    }
  }

  // MARK: Whether overdue grows

  var grew: String { "grew" }

  private func steps(_ number: Int, _ step: ReportStep) -> String { count(number, step.rawValue) }

  func overdueGrew(
    _ number: Int, of whole: Int, _ step: ReportStep, from first: Int, to last: Int, most: Int,
    at day: String
  ) -> String {
    let begin = step == .day ? "on" : "in the \(step.rawValue) from"
    return "Overdue grew in \(number) of \(steps(whole, step)), from \(first) to \(last) in all; "
      + "most \(begin) \(day), by \(most)."
  }

  func overdueDidNotGrow(
    in number: Int, _ step: ReportStep, from first: Int, to last: Int
  ) -> String {
    "Overdue never grew in \(steps(number, step)); it went from \(first) to \(last)."
  }
}
