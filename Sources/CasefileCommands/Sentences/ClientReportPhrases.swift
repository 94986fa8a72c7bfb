import CasefileModel
import CasefileProjections

/// The columns of the list of agreements.
enum AgreementColumn: CaseIterable, Sendable {
  case agreement, version, company, project, payment, columns, state, position
}

/// How an agreement stands.
enum AgreementState: Sendable {
  /// Reports are made by it.
  case inForce
  /// A later version is in force.
  case replaced
  /// It was retracted.
  case retracted
  /// It can't be obeyed.
  case unusable
}

/// What is said of reports for client companies. Ids and positions come as texts.
protocol ClientReportPhrases: Sendable {
  /// The words above a column for which none were agreed.
  func heading(of column: ClientColumn) -> String
  func onlyCompany(_ name: String) -> String
  func onlyProject(_ id: String) -> String
  func agreed(by agreement: String, version: Int64?) -> String
  /// Only what has one of these keys.
  func onlyKeys(_ keys: [String], of cut: MetricCut) -> String
  var withheldColumns: String { get }
  var withheldLength: String { get }

  // Of the log.
  /// - Parameters:
  ///   - hash: of the bytes that were put out.
  ///   - position: where the record stands.
  ///   - isNew: whether it was written now.
  func recordedReport(hash: String, at position: String, isNew: Bool) -> String
  func unrecordedReport(hash: String) -> String
  /// - Parameters:
  ///   - position: where the record of the report stands.
  ///   - known: the newest position that it knew.
  ///   - isSame: whether making it again gave the same bytes.
  func checkedReport(
    _ agreement: String, at position: String, known: String, isSame: Bool
  ) -> String
  /// - Parameters:
  ///   - made: where the record of the report stands.
  ///   - position: where that of the delivery stands.
  ///   - isNew: whether it was written now.
  func deliveredReport(
    _ agreement: String, generatedAt made: String, at position: String, isNew: Bool
  ) -> String
  /// A delivery, with what is known of it.
  func delivery(_ time: String, channel: String?, recipient: String?, position: String) -> String
  /// The log itself is not the one by which it was made.
  var otherRoot: String { get }
  func heading(of column: AgreementColumn) -> String
  func word(for state: AgreementState) -> String
  var noAgreements: String { get }
}
