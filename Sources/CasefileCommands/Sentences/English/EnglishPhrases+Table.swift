extension EnglishPhrases {
  func label(_ column: TableColumn) -> String {
    switch column {
    case .ticket: "ticket"
    case .status: "status"
    case .holder: "holder"
    case .group: "group"
    case .opened: "opened"
    case .closed: "closed"
    case .subject: "subject"
    case .agent: "agent"
    case .name: "name"
    case .tickets: "tickets"
    case .open: "open"
    case .assigned: "assigned"
    case .handoffsIn: "in"
    case .handoffsOut: "out"
    case .indirectIn: "~in"
    case .indirectOut: "~out"
    case .touches: "touches"
    case .sent: "sent"
    case .calls: "calls"
    case .missed: "missed"
    case .duty: "duty"
    case .from: "from"
    case .to: "to"
    case .count: "count"
    }
  }

  func countOfTickets(_ count: Int) -> String { self.count(count, "ticket") }

  func noTickets(_ reason: String?) -> String { "no tickets" + (reason.map { ": \($0)" } ?? "") }

  func nothingBy(_ time: String, began: String) -> String {
    "nothing had happened by \(time), by all that is known; this store began at \(began)"
  }
}
