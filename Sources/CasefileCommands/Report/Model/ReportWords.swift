import CasefileModel
import CasefileProjections

/// The reports that can be run by name.
enum ReportName: String, Hashable, Sendable, CaseIterable {
  case sla, agents, figures, satisfaction, reviews, calls, reasons
  case shiftHandover = "shift-handover"
}

/// The words of reports: names of tables, columns, charts and rows. The raw value is what programs
/// read.
enum ReportLabel: String, Hashable, Sendable, CaseIterable {
  // Tables.
  case byClock, byPriority, byGroup, byAgent, byPeriod, byScale, byCriterion, byOutcome, byTopic
  case agentWork, agentMarks, agentReviews, reviewTotals, surveys, distribution, badMarksByKind
  case loyaltyOfAll, callTotals, keyFigures, byHolder, openTickets, openOffers, unanswered

  // Columns.
  case clock, priority, group, agent, period
  case met, breached, kept, pending, overdue, overdueTickets, growth
  case scale, score, criterion, kind, outcome, topic, number, share
  case figure, part, now, before, numberBefore
  case holder, duty, open, waiting, ticket, status, heldSince, waitsFor, nextDeadline, due
  case from, to, reason, offeredAt, expiresAt, finding, at, evidence

  // Charts.
  case verdicts, overdueOverTime, decidedOverTime, marksOverTime, meanOverTime, reviewsOverTime
  case callsOverTime, waitOverTime, contactsOverTime, inflow

  // Rows.
  case nobody, all
}

/// What is told of many values.
enum ReportStatistic: String, Hashable, Sendable, CaseIterable {
  case count, sum, median, mean, share, p90
}

/// What stands above a column.
enum ReportHeading: Hashable, Sendable {
  case label(ReportLabel)
  case metric(Metric, ReportStatistic)

  /// What programs read.
  var name: String {
    switch self {
    case .label(let label): label.rawValue
    case .metric(let metric, let statistic): "\(metric.rawValue).\(statistic.rawValue)"
    }
  }
}

/// What is told in a sentence.
enum ReportNote: Hashable, Sendable {
  /// In how many parts of the time overdue grew, and where most.
  case overdueGrew(
    count: Int, of: Int, step: ReportStep, first: Int, last: Int, most: Int, at: Timestamp)
  /// It never grew.
  case overdueDidNotGrow(of: Int, step: ReportStep, first: Int, last: Int)
  /// The period before, with which figures are compared.
  case before(Timestamp, Timestamp)
}

/// A definition that a report prints.
enum ReportDefinition: Hashable, Sendable {
  /// When a verdict counts in a period, and what its shares are of.
  case decided
  /// Whose a verdict is.
  case attribution
  /// When a deadline is overdue.
  case overdue
  /// Which tickets are open, and which deadline is told.
  case openTickets
  /// A metric's own.
  case metric(Metric)
}
