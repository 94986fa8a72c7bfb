internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections

/// A ticket that is to be folded.
struct TouchedTicket: Sendable {
  let stream: StreamID
  let first: Position
  /// Its own events, where the batch has all of them.
  let events: [StoredEvent]?
  /// What acts on it from other streams.
  let foreign: [Position]

  /// Which ticket it is, without what fills memory.
  var withoutEvents: TouchedTicket {
    TouchedTicket(stream: stream, first: first, events: nil, foreign: [])
  }
}

/// Reads and folds tickets, for one view or for two at once.
struct TicketFolder<Rows: TicketRows>: Sendable {
  /// What came of a ticket.
  enum Made: Sendable {
    case rows(Rows?)
    /// The other view is folding it.
    case elsewhere(SharedFolds.Key)
  }

  let schema: EventSchema
  let log: LogPrefix
  let retractions: BatchRetractions
  /// The first event of the step.
  let step: Position?
  /// Where tickets are folded for another view too; nil: for this one alone.
  let folds: SharedFolds?

  func fold(_ ticket: TouchedTicket) throws -> Made {
    // Only tickets are kept by both views.
    guard let folds, let step, ticket.stream.isTicket else { return .rows(try alone(ticket)) }
    let key = SharedFolds.Key(
      stream: ticket.stream, foreign: ticket.foreign, step: step, count: log.count)
    switch folds.claim(key) {
    case .made(let fold): return .rows(Rows.part(of: fold))
    case .underWay: return .elsewhere(key)
    case .full: return .rows(try alone(ticket))
    case .granted(let turn):
      do {
        let fold = SharedFolds.Fold(try events(of: ticket), first: ticket.first, schema: schema)
        folds.finish(key, turn, fold)
        return .rows(Rows.part(of: fold))
      } catch {
        folds.abandon(key, turn)
        throw error
      }
    }
  }

  /// What came of it in the end.
  func rows(of ticket: TouchedTicket, _ made: Made) throws -> Rows? {
    switch made {
    case .rows(let rows): rows
    case .elsewhere(let key):
      if let fold = folds?.wait(key) { Rows.part(of: fold) } else { try alone(ticket) }
    }
  }

  private func alone(_ ticket: TouchedTicket) throws -> Rows? {
    Rows(try events(of: ticket), first: ticket.first, schema: schema)
  }

  private func events(of ticket: TouchedTicket) throws -> [StoredEvent] {
    retractions.completing(
      try ticket.events ?? log.events(of: ticket.stream, from: ticket.first),
      foreign: try ticket.foreign.map { try log.event(at: $0) })
  }
}
