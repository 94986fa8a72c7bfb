import CasefileModel

/// The columns of the tables of people.
enum TableColumn: CaseIterable, Sendable {
  case ticket, status, holder, group, opened, closed, subject
  case agent, name, tickets, open, assigned, handoffsIn, handoffsOut, indirectIn, indirectOut
  case touches, sent, calls, missed, duty
  case from, to, count
}

/// What tables and lists say.
protocol TablePhrases: Sendable {
  func label(_ column: TableColumn) -> String
  func countOfTickets(_ count: Int) -> String
  /// Nothing is listed, with the reason where there is one.
  func noTickets(_ reason: String?) -> String
  func nothingBy(_ time: String, began: String) -> String
}
