import CasefileModel
import CasefileProjections

/// The reports that can be run by name.
enum ReportName: String, Hashable, Sendable, CaseIterable {
  case sla, agents, figures, satisfaction, reviews, calls, reasons, client, handovers
  case shiftHandover = "shift-handover"
}

/// The words of reports: names of tables, columns, charts and rows. The raw value is what programs
/// read.
enum ReportLabel: String, Hashable, Sendable, CaseIterable {
  // Tables.
  case byClock, byPriority, byGroup, byAgent, byPeriod, byScale, byCriterion, byOutcome, byTopic
  case agentWork, agentMarks, agentReviews, reviewTotals, surveys, distribution, badMarksByKind
  case loyaltyOfAll, callTotals, keyFigures, byHolder, openTickets, openOffers, unanswered
  case tickets, calls, totals, byChannel, byTag, byProject, byCloseKind, byClient, byDay, byWeek
  case byMonth, byHandoffs, byReturn

  // Columns.
  case clock, priority, group, agent, period
  case met, breached, kept, pending, overdue, overdueTickets, growth
  case scale, score, criterion, kind, outcome, topic, number, share
  case figure, part, now, before, numberBefore
  case holder, duty, open, waiting, ticket, status, heldSince, waitsFor, nextDeadline, due
  case from, to, reason, offeredAt, expiresAt, finding, at, evidence
  case channel, tag, project, closeKind, client, ticketCount, callCount, callLengthSum
  case handoffs, returned, medianHours, lateShare, reopenedShare, firstGroup, lastWithFirstGroup
  case meanHandoffs

  // Charts.
  case verdicts, overdueOverTime, decidedOverTime, marksOverTime, meanOverTime, reviewsOverTime
  case callsOverTime, waitOverTime, contactsOverTime, inflow, casesOverTime

  // Rows.
  case nobody, all, yes, no
}

/// What is told of many values.
enum ReportStatistic: String, Hashable, Sendable, CaseIterable {
  case count, sum, median, mean, share, p90
}

/// What stands above a column.
enum ReportHeading: Hashable, Sendable {
  case label(ReportLabel)
  case metric(Metric, ReportStatistic)
  /// A column of a client company's report, with the words that were agreed for it.
  case agreed(ClientColumn, wording: String?)

  /// What programs read.
  var name: String {
    switch self {
    case .label(let label): label.rawValue
    case .metric(let metric, let statistic): "\(metric.rawValue).\(statistic.rawValue)"
    case .agreed(let column, wording: _): column.rawValue
    }
  }

  /// What was agreed; nil where nothing was.
  var wording: String? {
    if case .agreed(_, let wording) = self { wording } else { nil }
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
  /// Only what has one of these keys in a cut.
  case onlyKeys(MetricCut, [ReportValue])
  /// Whatever the agreement does not name is withheld.
  case withheld
  /// The length of calls is withheld, since each is paid for whatever its length.
  case withheldLength
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
  /// Which tickets are a client company's, of which period.
  case clientTickets
  /// Which calls are.
  case clientCalls
  /// How long a call is.
  case callLength
  /// What a handoff is, and which tickets were late.
  case handovers(HandoverCase.BreachField)
  /// A metric's own.
  case metric(Metric)
}
