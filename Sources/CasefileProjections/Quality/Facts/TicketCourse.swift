package import CasefileModel

/// What of a ticket's course tells whether its close was the end of it.
protocol ClosedCourse {
  var closedAt: Timestamp? { get }
  /// Whether the close says that there was nothing to do: a duplicate, merged, spam.
  var isVoid: Bool { get }
  var isReopened: Bool { get }
  var touchCount: Int { get }
  var isAnswered: Bool { get }
  /// How often the client turned to the desk after the first reply.
  var laterTurnCount: Int { get }
}

/// What of a ticket's course bears on the instant, and on other tickets of the same client.
package struct TicketCourse: Hashable, Sendable, ClosedCourse, OpenCourse {
  /// A ticket that somebody linked as the one that this one follows up.
  struct Follow: Hashable, Sendable {
    let previous: String
    let position: Position
  }

  /// The ticket's id.
  package let ticket: String
  /// Where it begins.
  package let first: Position
  /// The client.
  package var client: String?
  var topic: String?
  package var openedAt: Timestamp?
  var opening: Position?
  /// Since when somebody has to see to it, after the last reopening; nil: nobody has to.
  var openSince: Timestamp?
  /// The event since which it is open.
  var openBegin: Position?
  var closedAt: Timestamp?
  var closing: Position?
  /// Whether the close says that there was nothing to do: a duplicate, merged, spam.
  var isVoid = false
  var isReopened = false
  var holder: String?
  var group: String?
  /// Who held it when it was closed.
  var closeHolder: String?
  var closeGroup: String?
  /// The newest act of a human on it.
  var lastWorkAt: Timestamp?
  var lastWork: Position?
  /// Whether a wait has no end ahead, and else when the last one ends.
  var hasOpenWait = false
  var waitsUntil: Timestamp?
  var touchCount = 0
  var isAnswered = false
  /// How often the client turned to the desk after the first reply.
  var laterTurnCount = 0
  var follows: [Follow] = []

  init(ticket: String, first: Position) {
    self.ticket = ticket
    self.first = first
  }

  /// Of a call, a chat or a message outside of tickets what bears on the client's tickets. One that
  /// somebody linked to a ticket follows that one up, and is no contact beside it.
  ///
  /// - Parameter now: what happened later is left out.
  package init?(_ record: ContactRecord, at now: Timestamp) {
    let trail = record.trail
    guard let turn = trail.turn, turn.effectiveAt <= now else { return nil }
    self.init(ticket: trail.tickets.first ?? "", first: turn.position)
    if trail.tickets.isEmpty {
      client = turn.client
      topic = turn.topic
    }
    follows = trail.tickets.map { Follow(previous: $0, position: turn.position) }
    openedAt = turn.at
    opening = turn.position
  }

  /// Reads it off a folded ticket.
  init(_ one: FindingCase) {
    let state = one.state
    self.init(ticket: state.ticket, first: one.history.first ?? Position(0))
    client = state.client
    topic = state.topic
    openedAt = state.openedAt
    opening = one.open.first?.begin
    if let last = one.open.last, last.until == nil, state.isOpen {
      (openSince, openBegin) = (last.from, last.begin)
    }
    if let closed = state.closedAt {
      closedAt = closed
      let close = one.entries.last {
        $0.typeNumber == TicketClosed.type.number && $0.occurredAt == closed
      }
      closing = close?.position
      closeHolder = one.holder(at: close?.effectiveAt ?? closed) ?? state.assignee
      closeGroup = one.group(at: closed)
    }
    switch state.closeKind {
    case .duplicate?, .merged?, .spam?: isVoid = true
    default: isVoid = state.mergedInto != nil
    }
    isReopened = one.entries.contains { $0.typeNumber == TicketReopened.type.number }
    holder = state.assignee
    group = state.group
    let work = one.fold.work.values.map(\.act).max {
      ($0.at, $0.position) < ($1.at, $1.position)
    }
    (lastWorkAt, lastWork) = (work?.at, work?.position)
    hasOpenWait = state.waits.contains { $0.until == nil }
    waitsUntil = state.waits.compactMap(\.until).max()
    touchCount = state.touchCount + (one.openingFromOwnCall == nil ? 0 : 1)
    isAnswered =
      one.openingFromCall != nil || one.facts.signals.contains { $0.kind == .reply }
    laterTurnCount = Meter(one).turns().count(where: \.isLater)
    follows = one.all(TicketFollowUpLinked.self).filter { $0.payload.sameTopic != false }.map {
      Follow(previous: $0.payload.previousTicket, position: $0.entry.position)
    }
  }

}

extension TicketCourse: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(ticket)
    writer.put(first)
    for text in [client, topic, holder, group, closeHolder, closeGroup] { writer.put(text) }
    for time in [openedAt, openSince, closedAt, lastWorkAt, waitsUntil] { writer.put(time) }
    for position in [opening, openBegin, closing, lastWork] { writer.put(position) }
    for flag in [isVoid, isReopened, hasOpenWait, isAnswered] { writer.put(flag) }
    writer.put(touchCount)
    writer.put(laterTurnCount)
    writer.put(follows)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(ticket: try reader.get(), first: try reader.get())
    client = try reader.get()
    topic = try reader.get()
    holder = try reader.get()
    group = try reader.get()
    closeHolder = try reader.get()
    closeGroup = try reader.get()
    openedAt = try reader.get()
    openSince = try reader.get()
    closedAt = try reader.get()
    lastWorkAt = try reader.get()
    waitsUntil = try reader.get()
    opening = try reader.get()
    openBegin = try reader.get()
    closing = try reader.get()
    lastWork = try reader.get()
    isVoid = try reader.get()
    isReopened = try reader.get()
    hasOpenWait = try reader.get()
    isAnswered = try reader.get()
    touchCount = try reader.get()
    laterTurnCount = try reader.get()
    follows = try reader.get()
  }
}

extension TicketCourse.Follow: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(previous)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(previous: try reader.get(), position: try reader.get())
  }
}
