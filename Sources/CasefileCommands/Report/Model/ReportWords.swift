import CasefileModel
import CasefileProjections

/// The reports that can be run by name.
enum ReportName: String, Hashable, Sendable, CaseIterable {
  case sla, agents, figures, satisfaction, reviews
  case shiftHandover = "shift-handover"
}

/// The words of reports: names of tables, columns, charts and rows. The raw value is what programs
/// read.
enum ReportLabel: String, Hashable, Sendable, CaseIterable {
  // Tables.
  case byClock, byPriority, byGroup, byAgent, byPeriod

  // Columns.
  case clock, priority, group, agent, period
  case met, breached, kept, pending, overdue, overdueTickets, growth

  // Charts.
  case verdicts, overdueOverTime, decidedOverTime

  // Rows.
  case nobody, all
}

/// What is told in a sentence.
enum ReportNote: Hashable, Sendable {
  /// In how many parts of the time overdue grew, and where most.
  case overdueGrew(
    count: Int, of: Int, step: ReportStep, first: Int, last: Int, most: Int, at: Timestamp)
  /// It never grew.
  case overdueDidNotGrow(of: Int, step: ReportStep, first: Int, last: Int)
}

/// A definition that a report prints.
enum ReportDefinition: Hashable, Sendable {
  /// When a verdict counts in a period, and what its shares are of.
  case decided
  /// Whose a verdict is.
  case attribution
  /// When a deadline is overdue.
  case overdue
  /// A metric's own.
  case metric(Metric)
}
