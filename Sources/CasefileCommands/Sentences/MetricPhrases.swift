import CasefileProjections

/// What metrics say.
protocol MetricPhrases: Sendable {
  /// What is measured, and of what.
  func definition(of metric: Metric) -> String
  func about(
    _ definition: String, unit: Metric.Unit, counted: Metric.Counted, version: Int
  ) -> String
  /// Key, part, values, tickets, mean, median, 90th hundredth.
  func metricColumns(_ cut: MetricCut) -> [String]
  /// A part of a metric, where it is one of our words.
  func metricPart(_ part: String, of metric: Metric) -> String
  /// A key of a cut, where it is one of our words or a band of days.
  func metricKey(_ key: String, in cut: MetricCut) -> String
  func measured(_ tickets: Int, contacts: Int) -> String
  func leftOut(_ count: Int, _ why: Metric.Omission) -> String
  /// Behind what was left out, where it is of all and less was asked for.
  var notOnlyAsked: String { get }
}
