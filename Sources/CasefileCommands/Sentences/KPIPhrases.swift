/// What is said of figures that were fixed.
protocol KPIPhrases: Sendable {
  /// - Parameters:
  ///   - known: the newest position that was known.
  ///   - position: where it stands; nil where nothing was stored.
  func closedFigures(_ agent: String, known: String, at position: String?) -> String
  func checkedFigures(_ agent: String, at position: String, known: String?, differences: Int)
    -> String
  /// The same agent, set and period were fixed before, at a position.
  func fixedAgain(after position: String) -> String
  /// They were fixed before the period was over.
  var fixedEarly: String { get }
}
