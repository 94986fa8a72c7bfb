import Casefile
import CasefileModel
import CasefileProjections

/// Clients in JSON: every documented member present.
enum ClientJSON {
  /// A line of `client find`.
  static func json(_ candidate: ClientCandidate) -> JSONValue {
    [
      "client": JSONValue(candidate.client), "mergedFrom": texts(candidate.mergedFrom),
      "name": JSONValue(candidate.name), "matched": texts(candidate.matched.map(\.rawValue)),
      "tickets": JSONValue(candidate.ticketCount),
      "openTickets": JSONValue(candidate.openTicketCount),
      "firstSeenAt": JSONValue(candidate.firstSeenAt),
      "lastSeenAt": JSONValue(candidate.lastSeenAt),
      "streams": texts(candidate.streams.map(\.description)),
      "positions": .array(candidate.positions.map { JSONValue($0.rawValue) }),
    ]
  }

  /// The object of `client show`.
  static func json(_ view: ClientView, schema: EventSchema) throws -> JSONValue {
    let history = view.history
    let record = history.record
    let tickets = TicketJSON(schema: schema)
    return [
      "client": .string(record.client), "asked": .string(view.asked),
      "merged": texts(record.merged), "name": JSONValue(record.name),
      "company": JSONValue(record.company),
      "identities": .array(record.identities.map(json)),
      "tickets": JSONValue(history.tickets.count),
      "openTickets": JSONValue(history.openTickets.count),
      "closedTickets": JSONValue(history.tickets.count { $0.state.status == .closed }),
      "ticketIds": texts(history.tickets.map(\.ticket)),
      "contacts": texts(history.contacts.map(\.description)),
      "messages": JSONValue(view.messageCount), "calls": JSONValue(view.callCount),
      "chats": JSONValue(view.chatCount), "marks": .array(history.marks.map(json)),
      "openAgreements": .array(
        history.openAgreements.map { json($0.agreement, ticket: $0.ticket) }),
      "firstSeenAt": JSONValue(history.firstSeenAt), "lastSeenAt": JSONValue(history.lastSeenAt),
      "since": JSONValue(view.period.since), "until": JSONValue(view.period.until),
      "entries": .array(try view.entries.map { try json($0, tickets) }),
    ]
  }

  private static func json(_ entry: ClientHistory.Entry, _ tickets: TicketJSON) throws -> JSONValue
  {
    let place: [JSONValue.Member] = [
      .init("ticket", JSONValue(entry.ticket)), .init("stream", .string(entry.stream.description)),
      .init("foundBy", .string(entry.basis.rawValue)),
    ]
    let event = try tickets.event(entry.entry, of: entry.ticket)
    guard case .object(let members) = event else { return .object(place) }
    // A contact may belong to no ticket.
    return .object(place + members.filter { $0.name != "ticket" && $0.name != "stream" })
  }

  private static func json(_ identity: ClientRecord.Identity) -> JSONValue {
    [
      "kind": identity.kind?.json ?? .null, "channel": identity.channel?.json ?? .null,
      "address": JSONValue(identity.address), "isVerified": .bool(identity.isVerified),
      "client": .string(identity.client), "since": JSONValue(identity.since),
      "removedAt": JSONValue(identity.removedAt), "position": JSONValue(identity.position.rawValue),
    ]
  }

  private static func json(_ mark: ClientMark) -> JSONValue {
    [
      "rating": .string(mark.id), "stream": .string(mark.stream.description),
      "kind": mark.kind?.json ?? .null, "score": number(mark.score),
      "scaleMin": number(mark.scaleMin), "scaleMax": number(mark.scaleMax),
      "agent": JSONValue(mark.agent), "comment": JSONValue(mark.comment), "at": JSONValue(mark.at),
      "withdrawnAt": JSONValue(mark.withdrawnAt), "position": JSONValue(mark.position.rawValue),
    ]
  }

  private static func json(_ agreement: TicketState.Agreement, ticket: String) -> JSONValue {
    [
      "ticket": .string(ticket), "id": .string(agreement.id), "text": JSONValue(agreement.text),
      "promisedBy": JSONValue(agreement.promisedBy), "promisedTo": JSONValue(agreement.promisedTo),
      "dueAt": JSONValue(agreement.dueAt), "at": JSONValue(agreement.at),
      "position": JSONValue(agreement.position.rawValue),
    ]
  }

  private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  private static func number(_ number: Int64?) -> JSONValue { number.map { .int($0) } ?? .null }
}
