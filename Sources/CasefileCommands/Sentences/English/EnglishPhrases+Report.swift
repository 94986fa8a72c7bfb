extension EnglishPhrases {
  func label(_ column: ReportColumn) -> String {
    switch column {
    case .handoffs: "handoffs"
    case .gotBack: "got back"
    case .tickets: "tickets"
    case .medianHours: "median h"
    case .breached: "breached"
    case .reopened: "reopened"
    }
  }

  func percent(permille: Int) -> String { decimal(Int64(permille), decimals: 1) + " %" }

  func decimal(_ number: Int64, decimals: Int) -> String {
    DecimalNumber.text(number, decimals: decimals, mark: ".")
  }

  var noData: String { "no data" }

  func handoversTitle(priorities: [String]) -> String {
    "Handovers between groups"
      + (priorities.isEmpty ? "" : ", priority " + priorities.joined(separator: ", "))
  }

  func handoversBase(_ number: Int, of population: Int) -> String {
    count(number, "ticket") + " of \(population)"
  }

  func leftOut(_ number: Int, _ why: ReportOmission) -> String {
    switch why {
    case .withoutResolution: "left out: \(number) whose resolution is not stated"
    case .resolvedBeforeOpened: "left out: \(number) resolved before they were opened"
    case .withoutGroup: "left out: \(number) that no group ever had"
    }
  }

  func noPriority(_ wanted: String, known: [String]) -> String {
    "no ticket has the priority \(wanted)"
      + (known.isEmpty ? "" : "; there are: " + known.joined(separator: ", "))
  }

  var all: String { "all" }
  var handoversByReturn: String { "By whether a group got the ticket back:" }

  func firstGroup(never: String, ended: String) -> String {
    "resolved by the first group, never handed over: \(never); last with the first group: \(ended)"
  }

  func meanHandoffs(_ mean: String) -> String { "handoffs a ticket, mean: \(mean)" }
  func reopenedShare(_ share: String) -> String { "reopened: \(share)" }

  func handoversDefinitions(breachField: String, value: String) -> [String] {
    [
      "Handoff: a change from one named group to another; what the source shows while it does not "
        + "know the ticket's status is dropped. Got back: by a group that had it before.",
      "Hours: from the opening to the last resolution, as the source states them, else by the "
        + "events; calendar time. Breached: \(breachField) is \(value) at the end, of those that "
        + "have it. Priority: the last one. Counts tickets.",
    ]
  }
}
