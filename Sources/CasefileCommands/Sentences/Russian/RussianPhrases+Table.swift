extension RussianPhrases {
  func label(_ column: TableColumn) -> String {
    switch column {
    case .ticket: "заявка"
    case .status: "статус"
    case .holder: "ответственный"
    case .group: "группа"
    case .opened: "открыта"
    case .closed: "закрыта"
    case .subject: "заголовок"
    case .agent: "сотрудник"
    case .name: "имя"
    case .tickets: "заявок"
    case .open: "открыто"
    case .assigned: "назнач."
    case .handoffsIn: "получ."
    case .handoffsOut: "отдано"
    case .indirectIn: "~получ."
    case .indirectOut: "~отдано"
    case .touches: "обращ."
    case .sent: "отправл."
    case .calls: "звонков"
    case .missed: "наруш."
    case .duty: "смена"
    case .from: "от"
    case .to: "кому"
    case .count: "число"
    }
  }

  func countOfTickets(_ count: Int) -> String {
    RussianPlural.text(count, "заявка", "заявки", "заявок")
  }

  func noTickets(_ reason: String?) -> String { "заявок нет" + (reason.map { ": \($0)" } ?? "") }

  func nothingBy(_ time: String, began: String) -> String {
    "к \(time) ещё ничего не произошло, по всему известному; хранилище ведётся с \(began)"
  }
}
