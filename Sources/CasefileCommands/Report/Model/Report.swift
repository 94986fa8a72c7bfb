import CasefileModel
import CasefileProjections

/// A report before it has a form: tables of typed values, without a word of any language and without
/// a store behind it.
///
/// Every form is made of this alone, so the same log at the same position gives the same bytes.
struct Report: Hashable, Sendable {
  var name: ReportName
  var stamp: ReportStamp
  var tables: [ReportTable] = []
  /// What is told in a sentence.
  var notes: [ReportNote] = []
  /// What is counted, and how.
  var definitions: [ReportDefinition] = []

  /// Whether there is nothing to tell.
  var isEmpty: Bool { tables.allSatisfy { $0.rows.isEmpty } }

  /// The same with one table only; nil where there is none of the name.
  func keeping(_ table: String) -> Report? {
    var report = self
    report.tables = tables.filter { $0.name.rawValue == table }
    return report.tables.isEmpty ? nil : report
  }
}

/// Of what a report tells, and by which knowledge.
struct ReportStamp: Hashable, Sendable {
  /// The first instant of the period.
  var since: Timestamp?
  /// The first instant after it.
  var until: Timestamp?
  /// The instant for which it is true; nil of an empty store.
  var asOf: Timestamp?
  /// The newest event that it knows; nil of an empty store.
  var position: Position?
  /// The root of the log over all events up to that one.
  var root = Digest.zero
  /// Only of a source's claim: what the source says it had written by then.
  var sourceClaim: Timestamp?
  /// Only this group.
  var group: ReportValue?
  /// Only this agent.
  var agent: ReportValue?
  /// Whether it tells of an instant, and of no period.
  var isInstant = false
  /// Only of a client company's: the agreement that it obeys.
  var agreement: ReportAgreement?
}

/// The agreement that a report obeys.
struct ReportAgreement: Hashable, Sendable {
  var id: String
  var version: Int64?
  /// The event that recorded it.
  var event: EventID
  /// The company.
  var customer: ReportValue?
  /// The project.
  var project: String?
}

/// A table: rows of values under columns, with what was left out of it.
struct ReportTable: Hashable, Sendable {
  /// A column.
  struct Column: Hashable, Sendable {
    var heading: ReportHeading
    var unit: ReportUnit

    init(heading: ReportHeading, unit: ReportUnit) {
      self.heading = heading
      self.unit = unit
    }

    init(_ label: ReportLabel, _ unit: ReportUnit) {
      self.init(heading: .label(label), unit: unit)
    }
  }

  /// A row, with a value for each column.
  struct Row: Hashable, Sendable {
    var cells: [ReportValue]
    /// By column the arguments of the command that lists what the cell counts.
    var opens: [Int: [String]] = [:]
    /// The events that prove it, where they are few.
    var positions: [Position] = []
    /// Whether it sums up the others.
    var isTotal = false
  }

  /// How many things a table tells of.
  struct Population: Hashable, Sendable {
    var count: Int
    var unit: ReportUnit
  }

  var name: ReportLabel
  var columns: [Column]
  var rows: [Row] = []
  var population: Population?
  var omissions: [ReportOmissionCount] = []
  var charts: [ReportChart] = []
}

/// How many were left out, and why.
struct ReportOmissionCount: Hashable, Sendable {
  /// Why something is no part of a figure.
  enum Why: Hashable, Sendable {
    /// A deadline that was given up before it was decided.
    case cancelled
    /// A deadline of which nothing can be told.
    case notAssessable
    /// A ticket with a tombstone.
    case deleted
    /// A call that began in the period and had not ended in it.
    case notEnded
    /// A call whose length is not known, which is in no sum.
    case noLength
    /// A row that is beyond the limit of a list.
    case notListed
    /// What the study of handovers leaves out.
    case handovers(ReportOmission)
    /// What a metric leaves out.
    case metric(Metric, Metric.Omission)
  }
  var why: Why
  var count: Int
  /// Whether they are of all that there is, where the report tells of less.
  var isOfAll = false
}

/// A picture of columns of its table: whoever can't see it reads the table.
struct ReportChart: Hashable, Sendable {
  enum Style: String, Hashable, Sendable {
    /// A line over time; where `growth` is above nought it is marked.
    case line
    /// Bars beside each other over time.
    case columns
    /// A bar a row, its parts one behind the other.
    case bars
  }
  var title: ReportLabel
  var style: Style
  /// The column that names a point or a bar.
  var axis: Int
  /// The columns that are drawn.
  var series: [Int]
  /// The column that tells by how much the first series grew.
  var growth: Int?
}

/// One value, as what it is.
enum ReportValue: Hashable, Sendable {
  /// Nothing is there of which this could be told.
  case noData
  /// It does not apply.
  case blank
  case count(Int)
  /// Part of a whole; of nothing there is no share.
  case share(Int, of: Int)
  case seconds(Int64)
  /// A number of tenths, hundredths and so on.
  case decimal(Int64, decimals: Int)
  /// By how much something changed.
  case change(Int64, decimals: Int)
  /// By how many seconds something changed.
  case secondsChange(Int64)
  /// By how many thousandths of the whole a share changed.
  case pointsChange(Int)
  case instant(Timestamp)
  /// A part of the time: its first instant, and the first one after it.
  case step(Timestamp, Timestamp, ReportStep)
  /// What somebody wrote, such as a priority or a criterion.
  case text(String)
  /// Somebody or something that has an id, with its name where one is known.
  case entity(NameBook.Kind, String, name: String?)
  /// A word of the vocabulary, and the enumeration that it belongs to.
  case word(String, of: String?)
  /// A word of reports.
  case label(ReportLabel)
  /// A criterion, a scale or a kind of a metric.
  case part(Metric, String)
  /// What stands above a column elsewhere.
  case heading(ReportHeading)
  /// The name of a finding.
  case finding(FindingCode)
  /// Whether somebody was at work.
  case duty(AgentDuty.Standing.Kind)
  /// Several events.
  case positions([Position])

  /// Nobody and nothing: a row of what has no agent, group or priority.
  static let nobody = ReportValue.label(.nobody)

  /// The share, or no data of nothing.
  static func part(_ part: Int, of whole: Int) -> ReportValue {
    whole > 0 ? .share(part, of: whole) : .noData
  }

  /// The number that a chart draws; nil where there is none.
  var height: Double? {
    switch self {
    case .count(let count): Double(count)
    case .share(let part, of: let whole): whole > 0 ? Double(part) / Double(whole) : nil
    case .seconds(let seconds), .secondsChange(let seconds): Double(seconds)
    case .pointsChange(let points): Double(points)
    case .decimal(let number, let decimals), .change(let number, let decimals):
      (0..<decimals).reduce(Double(number)) { value, _ in value / 10 }
    default: nil
    }
  }
}

/// How long a part of the time is.
enum ReportStep: String, Hashable, Sendable, CaseIterable {
  case day, week, month
}

/// What a column holds. The word is stable: programs read it.
enum ReportUnit: String, Hashable, Sendable, CaseIterable {
  /// Somebody or something with an id.
  case entity
  /// A word or what somebody wrote.
  case term
  /// A part of the time.
  case period
  /// An instant.
  case instant
  /// Events.
  case positions
  case tickets, contacts, deadlines, replies, events, answers, marks, calls, reviews, surveys,
    steps, values
  case seconds, share, mark
  /// A figure whose unit the row tells.
  case figure
  /// By how much a figure changed, in its own unit.
  case change

  /// Whether its cells are figures, which stand to the right.
  var isFigure: Bool {
    switch self {
    case .entity, .term, .period, .instant, .positions: false
    default: true
    }
  }
}
