import CasefileProjections

/// What reports say of their figures. Names, times, shares and positions come as texts.
protocol FigurePhrases: Sendable {
  func title(of report: ReportName) -> String
  func label(_ label: ReportLabel) -> String
  /// The short name of a metric.
  func title(of metric: Metric) -> String
  func word(for statistic: ReportStatistic) -> String
  /// What a share is of, for the head of a column with their number.
  func population(of metric: Metric) -> String
  /// Which share of all points reviews gave.
  var pointsReached: String { get }

  // Figures and times.
  /// A number of tenths, hundredths and so on, its thousands apart.
  func number(_ number: Int64, decimals: Int) -> String
  /// By how many hundredths of the whole a share changed, given in thousandths.
  func points(permille: Int) -> String
  func date(_ day: CivilDay) -> String
  func dayAndMonth(_ day: CivilDay) -> String
  func month(_ day: CivilDay) -> String
  func days(from first: CivilDay, to last: CivilDay) -> String

  // Of what a report tells.
  var wholeTime: String { get }
  func reportAsOf(_ time: String) -> String
  /// Only what the sources say they had written by a time.
  func claimed(by time: String) -> String
  /// With which period figures are compared.
  func compared(from: String, until: String) -> String
  func onlyGroup(_ name: String) -> String
  func onlyAgent(_ name: String) -> String
  /// The newest event that is known and the root of the log; no position of an empty store.
  func provenBy(position: String?, root: String) -> String
  func population(_ count: Int, of unit: ReportUnit) -> String
  func leftOut(_ count: Int, _ why: ReportOmissionCount.Why) -> String
  func opened(by command: String) -> String
  func definition(_ definition: ReportDefinition) -> String

  // Whether overdue grows.
  /// The mark where a figure grew.
  var grew: String { get }
  func overdueGrew(
    _ count: Int, of whole: Int, _ step: ReportStep, from first: Int, to last: Int, most: Int,
    at day: String
  ) -> String
  func overdueDidNotGrow(in count: Int, _ step: ReportStep, from first: Int, to last: Int)
    -> String
}
