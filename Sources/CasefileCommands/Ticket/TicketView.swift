import CasefileModel
import CasefileProjections

/// What a ticket's answer is made of, however it is printed.
struct TicketView {
  let ticket: String
  let version: StreamVersion
  let state: TicketState
  let entries: [TicketEntry]
  /// For which moment it was asked; nil: the newest.
  var asOf: Timestamp?
  /// By which knowledge it was asked; nil: all.
  var knownAt: KnownAt?

  init(
    _ history: TicketHistory, ticket: String, asOf: Timestamp? = nil, knownAt: KnownAt? = nil
  ) {
    self.ticket = ticket
    self.asOf = asOf
    self.knownAt = knownAt
    version = history.version(knownAt: knownAt)
    state = history.state(asOf: asOf, knownAt: knownAt)
    entries = history.entries(asOf: asOf, knownAt: knownAt)
  }
}
