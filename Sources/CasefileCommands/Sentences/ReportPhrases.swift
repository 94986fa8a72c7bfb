/// The columns of reports.
enum ReportColumn: CaseIterable, Sendable {
  case handoffs, gotBack, tickets, medianHours, breached, reopened
}

/// Why a ticket is not in a report's base.
enum ReportOmission: String, CaseIterable, Sendable {
  case withoutResolution, resolvedBeforeOpened, withoutGroup
}

/// What reports say. Numbers come as integers: how a fraction is written is the language's.
protocol ReportPhrases: Sendable {
  func label(_ column: ReportColumn) -> String
  /// A share of a thousand as per cent with one decimal.
  func percent(permille: Int) -> String
  /// A number of tenths, hundredths and so on, with so many decimals.
  func decimal(_ number: Int64, decimals: Int) -> String
  /// A population without a member.
  var noData: String { get }
  func handoversTitle(priorities: [String]) -> String
  func handoversBase(_ count: Int, of population: Int) -> String
  func leftOut(_ count: Int, _ why: ReportOmission) -> String
  /// No ticket has the priority; there are these.
  func noPriority(_ wanted: String, known: [String]) -> String
  /// All numbers of handoffs together.
  var all: String { get }
  var handoversByReturn: String { get }
  func firstGroup(never: String, ended: String) -> String
  func meanHandoffs(_ mean: String) -> String
  func reopenedShare(_ share: String) -> String
  /// What is counted, and how.
  func handoversDefinitions(breachField: String, value: String) -> [String]
}
