extension EnglishPhrases {
  func closedFigures(_ agent: String, known: String, at position: String?) -> String {
    "figures of agent \(agent), by what was known at position \(known): "
      + (position.map { "fixed at position \($0)" } ?? "nothing was stored")
  }

  func checkedFigures(
    _ agent: String, at position: String, known: String?, differences: Int
  ) -> String {
    let made = known.map { "made again by position \($0)" } ?? "can't be made again: no position"
    let answer = differences == 0 ? "the same" : count(differences, "value") + " not the same"
    return "figures of agent \(agent), fixed at position \(position), \(made): \(answer)"
  }

  func fixedAgain(after position: String) -> String {
    "does not hold: they were fixed at position \(position) before"
  }

  var fixedEarly: String { "fixed before the period was over" }
}
