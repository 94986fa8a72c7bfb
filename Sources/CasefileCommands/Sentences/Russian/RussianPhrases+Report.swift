extension RussianPhrases {
  func label(_ column: ReportColumn) -> String {
    switch column {
    case .handoffs: "передач"
    case .gotBack: "возврат"
    case .tickets: "заявок"
    case .medianHours: "медиана, ч"
    case .breached: "нарушено"
    case .reopened: "вновь открыто"
    }
  }

  func percent(permille: Int) -> String { decimal(Int64(permille), decimals: 1) + " %" }

  func decimal(_ number: Int64, decimals: Int) -> String {
    DecimalNumber.text(number, decimals: decimals, mark: ",")
  }

  var noData: String { "нет данных" }

  func handoversTitle(priorities: [String]) -> String {
    "Передачи между группами"
      + (priorities.isEmpty ? "" : ", приоритет " + priorities.joined(separator: ", "))
  }

  func handoversBase(_ number: Int, of population: Int) -> String {
    RussianPlural.text(number, "заявка", "заявки", "заявок") + " из \(population)"
  }

  func leftOut(_ number: Int, _ why: ReportOmission) -> String {
    switch why {
    case .withoutResolution: "не вошли: \(number) — время решения не указано"
    case .resolvedBeforeOpened: "не вошли: \(number) — решены раньше, чем открыты"
    case .withoutGroup: "не вошли: \(number) — не было ни у одной группы"
    }
  }

  func noPriority(_ wanted: String, known: [String]) -> String {
    "нет заявок с приоритетом \(wanted)"
      + (known.isEmpty ? "" : "; есть: " + known.joined(separator: ", "))
  }

  var all: String { "все" }
  var handoversByReturn: String { "По тому, вернулась ли заявка к прежней группе:" }

  func firstGroup(never: String, ended: String) -> String {
    "решено первой группой без передач: \(never); последней была первая группа: \(ended)"
  }

  func meanHandoffs(_ mean: String) -> String { "передач на заявку в среднем: \(mean)" }
  func reopenedShare(_ share: String) -> String { "открыто вновь: \(share)" }

  func handoversDefinitions(breachField: String, value: String) -> [String] {
    [
      "Передача: смена одной названной группы на другую; то, что источник показывает, пока сам не "
        + "знает статуса, отброшено. Возврат: заявка снова у группы, у которой уже была.",
      "Часы: от открытия до последнего решения, как их указывает источник, иначе по событиям; "
        + "календарное время. Нарушено: в конце \(breachField) = \(value), доля от тех, где поле "
        + "есть. Приоритет: последний. Считаются заявки.",
    ]
  }
}
