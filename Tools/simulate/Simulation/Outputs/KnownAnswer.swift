import CasefileModel

/// The last state of every ticket as the desk itself knows it, a JSON object a line: what an import
/// of the exports, and a store of the events, must show.
final class KnownAnswer: DeskObserver {
  private let output: LineOutput
  private(set) var failure: SimulationError?

  init(_ path: String) throws(SimulationError) { output = try LineOutput(path) }

  func acted(_ desk: HelpDesk, on ticket: Ticket, events: ArraySlice<Event>) {}

  func finished(_ ticket: Ticket) {
    var writer = JSONWriter()
    writer.write(KnownAnswer.json(ticket))
    do throws(SimulationError) {
      try output.writeLine(writer.bytes)
    } catch {
      failure = failure ?? error
    }
  }

  func close() throws(SimulationError) {
    if let failure { throw failure }
    try output.close()
  }

  static func json(_ ticket: Ticket) -> JSONValue {
    func time(_ second: Int64?) -> JSONValue { JSONValue(second.map { Timestamp(seconds: $0) }) }
    let spans: [JSONValue] = ticket.spans.map {
      ["holder": .string($0.holder.id), "from": time($0.from), "until": time($0.until)]
    }
    let waits: [JSONValue] = ticket.waits.map {
      ["reason": JSONValue($0.reason.name), "since": time($0.since), "endedAt": time($0.end)]
    }
    return [
      "ticket": .string(ticket.id), "status": .string(status(ticket)),
      "sourceStatus": .string(ticket.label.text), "assignee": JSONValue(ticket.holder?.id),
      "group": .string(Group.all[ticket.groupPlace].id),
      "priority": .string(Priority.all[ticket.priority]), "client": .string(ticket.client.id),
      "channel": JSONValue(ticket.channel.name), "topic": .string(ticket.topicId),
      "openedAt": time(ticket.openedAt), "resolvedAt": time(ticket.resolvedAt),
      "closedAt": time(ticket.closedAt), "closeKind": JSONValue(ticket.closeKind?.name),
      "reopenCount": JSONValue(ticket.reopenCount), "handoffCount": JSONValue(ticket.handoffCount),
      "indirectHandoffCount": JSONValue(ticket.indirectHandoffCount),
      "groupTransferCount": JSONValue(ticket.transferCount),
      "messageCount": JSONValue(ticket.messageCount), "responsibility": .array(spans),
      "pastWaits": .array(waits),
    ]
  }

  /// As definitions.md derives it.
  private static func status(_ ticket: Ticket) -> String {
    if ticket.closedAt != nil { return "closed" }
    if ticket.resolvedAt != nil { return "resolved" }
    if let wait = ticket.wait { return wait.isForClient ? "pending" : "onHold" }
    return ticket.isTouched ? "open" : "new"
  }
}
