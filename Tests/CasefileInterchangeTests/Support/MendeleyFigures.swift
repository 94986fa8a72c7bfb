import CasefileInterchange
import CasefileModel

/// Figures of the Mendeley help desk folded from stored events alone.
struct MendeleyFigures {
  struct Turn: Equatable {
    /// Nil where the source names nobody.
    let agent: String?
    let started: Timestamp
    var ended: Timestamp?
    var scores: [String: Int64] = [:]
    var comment: String?
  }

  struct Message: Equatable {
    let ticket: String
    let author: String
    let text: String
    let isPrivate: Bool
    let isFromClient: Bool
    let sentAt: Timestamp
  }

  /// The turns of each ticket in the order of the log.
  var turns: [String: [Turn]] = [:]
  /// The messages and notes by their id.
  var messages: [String: Message] = [:]
  var reporters: [String: String] = [:]
  var reviews = 0
  /// Comments of turns that have no marks.
  var loneComments = 0
  var bots: [String: Int] = [:]
  /// The author's kind of the first public message from the desk.
  var firstDeskAuthors: [String: Actor.Kind] = [:]
  /// Events before the opening of their ticket, messages twice, ends and reviews without a turn.
  var disorders = 0
  var visibilities: [String: Set<Visibility>] = [:]
  var first = Timestamp.latest
  var last = Timestamp.earliest

  mutating func take(_ event: StoredEvent) throws {
    let envelope = event.envelope
    let ticket = envelope.stream.id
    let name = EventSchema.builtIn.typeName(of: envelope)
    visibilities[name, default: []].insert(envelope.visibility)
    first = min(first, envelope.occurredAt)
    last = max(last, envelope.occurredAt)
    if name != "ticket.opened", reporters[ticket] == nil { disorders += 1 }
    if let it = try event.payload(as: TicketOpened.self) {
      reporters[ticket] = it.clientId
      turns[ticket] = [Turn(agent: nil, started: envelope.occurredAt)]
    } else if let it = try event.payload(as: TicketAssigned.self) {
      // The first turn begins with the opening, and mostly has a holder at once.
      if turns[ticket]?.last?.agent == nil { turns[ticket]?.removeLast() }
      turns[ticket, default: []].append(Turn(agent: it.agentId, started: envelope.occurredAt))
    } else if try event.payload(as: SourceUpdated.self) != nil {
      end(ticket, at: envelope.occurredAt)
    } else if let it = try event.payload(as: ReviewSubmitted.self) {
      review(it, ticket)
    } else if let it = try event.payload(as: TicketFieldChanged.self), it.field == "Notes" {
      loneComments += 1
    } else {
      try takeMessage(event, ticket)
    }
  }

  /// The end of a turn comes after the begin of the next one, which has the same time.
  private mutating func end(_ ticket: String, at time: Timestamp) {
    let open = turns[ticket]?.firstIndex { $0.ended == nil }
    guard let open else {
      disorders += 1
      return
    }
    turns[ticket]?[open].ended = time
  }

  private mutating func review(_ it: ReviewSubmitted, _ ticket: String) {
    reviews += 1
    let place = turns[ticket]?.firstIndex {
      $0.started == it.spanFrom && $0.ended == it.spanTo && $0.agent == it.agentId
    }
    guard let place else {
      disorders += 1
      return
    }
    for answer in it.answers { turns[ticket]?[place].scores[answer.criterion] = answer.score }
    turns[ticket]?[place].comment = it.comment
  }

  private mutating func takeMessage(_ event: StoredEvent, _ ticket: String) throws {
    let envelope = event.envelope
    let (id, text, isPrivate, isFromClient): (String, String?, Bool, Bool)
    if let it = try event.payload(as: TicketNoteAdded.self) {
      (id, text, isPrivate, isFromClient) = (it.noteId, it.text, true, false)
    } else if let it = try event.payload(as: MessageReceived.self) {
      (id, text, isPrivate, isFromClient) = (it.messageId, it.body, false, true)
    } else if let it = try event.payload(as: MessageSent.self) {
      (id, text, isPrivate, isFromClient) = (it.messageId, it.body, false, false)
      if firstDeskAuthors[ticket] == nil { firstDeskAuthors[ticket] = envelope.actor.kind }
      if it.author == .bot && envelope.actor.kind != .bot { disorders += 1 }
    } else {
      return
    }
    if envelope.actor.kind == .bot { bots[envelope.actor.id ?? "", default: 0] += 1 }
    let message = Message(
      ticket: ticket, author: envelope.actor.id ?? "", text: text ?? "", isPrivate: isPrivate,
      isFromClient: isFromClient, sentAt: envelope.occurredAt)
    if messages.updateValue(message, forKey: id) != nil { disorders += 1 }
  }
}
