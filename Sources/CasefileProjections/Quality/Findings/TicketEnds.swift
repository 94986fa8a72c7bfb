public import CasefileModel

/// Which tickets of each client ended when, and about what: what a later ticket may repeat.
public struct TicketEnds: Hashable, Sendable {
  struct End: Hashable, Sendable {
    let ticket: String
    let topic: String
    let closedAt: Timestamp
    /// The ticket's first event.
    let first: Position
  }

  private var byClient: [String: [End]] = [:]

  /// Makes one without any.
  public init() {}

  /// Notes a ticket; one that is open, or of which the client or the topic is not known, is repeated
  /// by none.
  ///
  /// - Parameter first: where it begins.
  public mutating func add(_ state: TicketState, first: Position) {
    add(state.ticket, state.client, state.topic, state.closedAt, first)
  }

  /// The same by what a row keeps of it.
  package mutating func add(_ course: TicketCourse) {
    add(course.ticket, course.client, course.topic, course.closedAt, course.first)
  }

  private mutating func add(
    _ ticket: String, _ client: String?, _ topic: String?, _ closedAt: Timestamp?,
    _ first: Position
  ) {
    guard let client, let topic, let closedAt else { return }
    byClient[client, default: []].append(
      End(ticket: ticket, topic: topic, closedAt: closedAt, first: first))
  }

  /// The newest end of another ticket of the client on the topic within some time before an instant.
  func last(
    of client: String, on topic: String, within seconds: Int64, before instant: Timestamp,
    besides ticket: String
  ) -> End? {
    (byClient[client] ?? []).filter { end in
      end.ticket != ticket && end.topic == topic && end.closedAt <= instant
        && FindingCase.seconds(end.closedAt, instant) <= seconds
    }.max { ($0.closedAt, $0.first) < ($1.closedAt, $1.first) }
  }
}
