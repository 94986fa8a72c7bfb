extension RussianPhrases {
  func closedFigures(_ agent: String, known: String, at position: String?) -> String {
    "показатели сотрудника \(agent) по известному на позиции \(known): "
      + (position.map { "зафиксированы, позиция \($0)" } ?? "ничего не записано")
  }

  func checkedFigures(
    _ agent: String, at position: String, known: String?, differences: Int
  ) -> String {
    let made =
      known.map { "пересчитаны по позиции \($0)" } ?? "пересчитать нельзя: позиция не указана"
    let answer =
      differences == 0
      ? "те же" : RussianPlural.text(differences, "значение иное", "значения иные", "значений иных")
    return
      "показатели сотрудника \(agent), зафиксированные на позиции \(position), \(made): \(answer)"
  }

  func fixedAgain(after position: String) -> String {
    "не действуют: зафиксированы раньше, позиция \(position)"
  }

  var fixedEarly: String { "зафиксированы до конца периода" }
}
