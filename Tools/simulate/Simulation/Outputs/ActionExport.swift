import CasefileModel

/// The history as another system's export: a row an action, each with what it did.
///
/// What such systems keep: who holds a ticket, its group, priority and topic, messages and notes,
/// waits, solutions and closes. Deadlines, surveys, reviews and telephony are kept elsewhere.
final class ActionExport: DeskObserver {
  static let columns = [
    "id", "ticket", "seq", "at", "actor", "action", "client", "channel", "agent", "from_agent",
    "group", "from_group", "priority", "from_priority", "topic", "kind", "reason", "ref", "text",
  ]
  static let header = columns.joined(separator: ",")

  /// What an export calls an action, and from which of the event's members each column comes.
  struct Shape {
    let type: EventType
    let action: String
    let columns: [(column: String, member: String)]
    /// Whether the text of an event of this type is for the desk only.
    var isInternal = false
  }

  static let shapes: [Shape] = [
    Shape(
      type: TicketOpened.type, action: "open",
      columns: [
        ("client", "clientId"), ("channel", "channel"), ("group", "groupId"),
        ("priority", "priority"), ("topic", "topicId"), ("kind", "kind"), ("text", "subject"),
      ]),
    Shape(
      type: TicketAssigned.type, action: "assign",
      columns: [("agent", "agentId"), ("kind", "mode")]),
    Shape(
      type: TicketUnassigned.type, action: "unassign",
      columns: [("agent", "agentId"), ("reason", "reason")]),
    Shape(
      type: HandoffOffered.type, action: "offer",
      columns: [
        ("ref", "handoffId"), ("from_agent", "fromAgent"), ("agent", "toAgent"),
        ("reason", "reason"), ("text", "summary"),
      ]),
    Shape(
      type: HandoffAccepted.type, action: "accept",
      columns: [("ref", "handoffId"), ("agent", "agentId")]),
    Shape(
      type: HandoffDeclined.type, action: "decline",
      columns: [("ref", "handoffId"), ("agent", "agentId"), ("text", "reason")]),
    Shape(type: HandoffExpired.type, action: "expire", columns: [("ref", "handoffId")]),
    Shape(
      type: HandoffForced.type, action: "force",
      columns: [
        ("from_agent", "fromAgent"), ("agent", "toAgent"), ("reason", "code"),
        ("text", "summary"),
      ]),
    Shape(
      type: TicketGroupChanged.type, action: "transfer",
      columns: [("from_group", "fromGroup"), ("group", "toGroup"), ("reason", "reason")]),
    Shape(
      type: TicketPriorityChanged.type, action: "priority",
      columns: [("from_priority", "from"), ("priority", "to")]),
    Shape(type: TicketClassified.type, action: "classify", columns: [("topic", "topicId")]),
    Shape(
      type: MessageReceived.type, action: "message-in",
      columns: [
        ("ref", "messageId"), ("channel", "channel"), ("client", "clientId"), ("text", "body"),
        ("kind", "autoSubmitted"),
      ]),
    Shape(
      type: MessageSent.type, action: "message-out",
      columns: [
        ("ref", "messageId"), ("channel", "channel"), ("agent", "agentId"), ("kind", "author"),
        ("text", "body"),
      ]),
    Shape(
      type: TicketNoteAdded.type, action: "note", columns: [("ref", "noteId"), ("text", "text")],
      isInternal: true),
    Shape(
      type: WaitingStarted.type, action: "wait",
      columns: [("ref", "waitId"), ("reason", "reason")]),
    Shape(
      type: WaitingEnded.type, action: "wait-end",
      columns: [("ref", "waitId"), ("reason", "reason"), ("kind", "ending")]),
    Shape(
      type: ResolutionProposed.type, action: "solve",
      columns: [("agent", "by"), ("text", "summary"), ("ref", "messageId")]),
    Shape(
      type: CloseConfirmed.type, action: "confirm",
      columns: [("client", "confirmedBy"), ("kind", "authority"), ("ref", "messageId")]),
    Shape(
      type: CloseRejected.type, action: "reject",
      columns: [("ref", "messageId"), ("text", "reason")]),
    Shape(type: TicketClosed.type, action: "close", columns: [("kind", "kind")]),
    Shape(
      type: TicketReopened.type, action: "reopen",
      columns: [("kind", "byRole"), ("text", "reason"), ("ref", "messageId")]),
  ]

  private let files: ScatteredFiles
  private let schema = EventSchema.builtIn
  private let shapes: [UInt32: Shape]
  private(set) var failure: (any Error)?
  var rowCount: Int { files.rowCount }

  init(_ files: ScatteredFiles) {
    self.files = files
    shapes = Dictionary(uniqueKeysWithValues: ActionExport.shapes.map { ($0.type.number, $0) })
  }

  func acted(_ desk: HelpDesk, on ticket: Ticket, events: ArraySlice<Event>) {
    for event in events {
      guard let shape = shapes[event.type.number] else { continue }
      ticket.rowCount += 1
      do {
        try files.write(try row(event, shape, ticket, desk.now))
      } catch {
        failure = failure ?? error
      }
    }
  }

  func finished(_ ticket: Ticket) {}

  func close() throws {
    if let failure { throw failure }
    try files.close()
  }

  private func row(
    _ event: Event, _ shape: Shape, _ ticket: Ticket, _ now: Int64
  ) throws -> [UInt8] {
    var cells: [String: String] = [
      "id": ticket.id + "-" + String(ticket.rowCount), "ticket": ticket.id,
      "seq": String(ticket.rowCount),
      // A clock that goes ahead is the desk's own trouble; exports state when the row was written.
      "at": CSVTime.text(min(event.occurredAt.seconds, now)),
      "actor": CSVActor.name(event.actor), "action": shape.action,
    ]
    let data = try schema.data(of: event)
    for (column, member) in shape.columns {
      switch data[member] {
      case .string(let text)?: cells[column] = text
      case .bool(true)?: cells[column] = "automatic"
      default: continue
      }
    }
    var row: [UInt8] = []
    row.reserveCapacity(240)
    for (index, column) in ActionExport.columns.enumerated() {
      if index > 0 { row.append(0x2C) }
      guard let cell = cells[column] else { continue }
      if column == "text" {
        ActionExport.quote(cell, &row)
      } else {
        row.append(contentsOf: cell.utf8)
      }
    }
    return row
  }

  private static func quote(_ text: String, _ row: inout [UInt8]) {
    row.append(0x22)
    for byte in text.utf8 {
      if byte == 0x22 { row.append(0x22) }
      row.append(byte)
    }
    row.append(0x22)
  }
}
