import CasefileModel

/// The history as another system's export: a row an update, each with the full state after it.
final class SnapshotExport: DeskObserver {
  static let header =
    "ticket,update,updated_at,updated_by,status,group,assignee,client,priority,topic,channel,"
    + "reopens,messages"

  private let files: ScatteredFiles
  private(set) var failure: SimulationError?
  var rowCount: Int { files.rowCount }

  init(_ files: ScatteredFiles) { self.files = files }

  func acted(_ desk: HelpDesk, on ticket: Ticket, events: ArraySlice<Event>) {
    // Reviews are kept elsewhere in most systems.
    guard let first = events.first, first.visibility != .restricted else { return }
    var row: [UInt8] = []
    row.reserveCapacity(160)
    let cells: [String] = [
      ticket.id, String(ticket.actionCount), CSVTime.text(desk.now), CSVActor.name(first.actor),
      ticket.label.text, Group.all[ticket.groupPlace].id, ticket.holder?.id ?? "",
      ticket.client.id, Priority.all[ticket.priority], ticket.topicId,
      ticket.channel.name ?? "", String(ticket.reopenCount), String(ticket.messageCount),
    ]
    for (index, cell) in cells.enumerated() {
      if index > 0 { row.append(0x2C) }
      row.append(contentsOf: cell.utf8)
    }
    do throws(SimulationError) {
      try files.write(row)
    } catch {
      failure = failure ?? error
    }
  }

  func finished(_ ticket: Ticket) {}

  func close() throws(SimulationError) {
    if let failure { throw failure }
    try files.close()
  }
}

/// How exports name those who act.
enum CSVActor {
  static func name(_ actor: Actor) -> String {
    switch actor.kind {
    case .client: "portal"
    case .system: "system"
    case .rule: "rules"
    case .bot: "bots"
    case .integration: "gateway"
    case .reviewer: "quality"
    default: actor.id ?? "system"
    }
  }
}

/// How exports write times: `2026-03-02 07:30:00`, UTC.
enum CSVTime {
  static func text(_ second: Int64) -> String {
    let time = CivilTime(secondsSince1970: second)
    return WorkCalendar.date(time.year, time.month, time.day) + " " + two(time.hour) + ":"
      + two(time.minute) + ":" + two(time.second)
  }

  private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
}
