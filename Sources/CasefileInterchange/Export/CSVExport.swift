public import Casefile
public import CasefileModel

/// The tables that can be written for a spreadsheet. Names of columns stay; new ones come last.
///
/// Texts of clients and agents are left out: ids are opaque, and a subject is only written where it is
/// asked for.
public enum CSVExport {
  /// A column: its name, and what stands in it.
  struct Column<Row>: Sendable {
    let name: String
    let field: @Sendable (Row) -> CSVWriter.Field

    init(_ name: String, _ field: @escaping @Sendable (Row) -> CSVWriter.Field) {
      self.name = name
      self.field = field
    }
  }

  // MARK: Tickets

  /// The header of the table of tickets.
  public static func ticketHeader(texts: Bool) -> [CSVWriter.Field] {
    tickets(texts: texts).map { .plain($0.name) }
  }

  /// A ticket's row.
  public static func row(_ ticket: TicketSummary, texts: Bool) -> [CSVWriter.Field] {
    tickets(texts: texts).map { $0.field(ticket) }
  }

  private static func tickets(texts: Bool) -> [Column<TicketSummary>] {
    texts ? ticketColumns + [Column("subject") { .text($0.state.subject) }] : ticketColumns
  }

  private static let ticketColumns: [Column<TicketSummary>] = [
    Column("ticket") { .text($0.ticket) },
    Column("status") { .plain($0.state.status.word) },
    Column("sourceStatus") { .text($0.state.sourceStatus) },
    Column("assignee") { .text($0.state.assignee) },
    Column("group") { .text($0.state.group) },
    Column("priority") { .text($0.state.priority) },
    Column("channel") { .text($0.state.channel) },
    Column("topic") { .text($0.state.topic) },
    Column("client") { .text($0.state.client) },
    Column("openedAt") { time($0.state.openedAt) },
    Column("firstReactionAt") { time($0.state.firstReactionAt) },
    Column("firstReplyAt") { time($0.state.firstReplyAt) },
    Column("resolvedAt") { time($0.state.resolvedAt) },
    Column("closedAt") { time($0.state.closedAt) },
    Column("closeKind") { .plain($0.state.closeKind?.word) },
    Column("closedBy") { .text($0.state.closedBy?.id) },
    Column("dueAt") { time($0.state.dueAt) },
    Column("reopenCount") { number($0.state.reopenCount) },
    Column("handoffCount") { number($0.state.handoffCount) },
    Column("indirectHandoffCount") { number($0.state.indirectHandoffCount) },
    Column("groupTransferCount") { number($0.state.groupTransferCount) },
    Column("messageCount") { number($0.state.messageCount) },
    Column("callCount") { number($0.state.callCount) },
    Column("touchCount") { number($0.state.touchCount) },
    Column("workTouchCount") { number($0.state.workTouchCount) },
    Column("tags") { .text($0.state.tags.joined(separator: " ")) },
    Column("mergedInto") { .text($0.state.mergedInto) },
    Column("isDeleted") { .plain($0.state.isDeleted ? "true" : "false") },
    Column("evaluatedAt") { time($0.state.evaluatedAt) },
    Column("version") { .plain($0.version.description) },
    Column("firstPosition") { .plain($0.firstPosition.description) },
  ]

  // MARK: Handoffs

  /// A handoff with the ticket whose holder it changed.
  private struct TicketHandoffRow: Sendable {
    let ticket: String
    let handoff: TicketState.Handoff
  }

  /// The header of the table of handoffs.
  public static var handoffHeader: [CSVWriter.Field] { handoffColumns.map { .plain($0.name) } }

  /// The rows of a ticket's handoffs, direct and indirect ones, in order of their times.
  public static func handoffRows(_ ticket: TicketSummary) -> [[CSVWriter.Field]] {
    (ticket.state.handoffs + ticket.state.indirectHandoffs).sorted {
      ($0.at, $0.position) < ($1.at, $1.position)
    }.map { handoff in
      let row = TicketHandoffRow(ticket: ticket.ticket, handoff: handoff)
      return handoffColumns.map { $0.field(row) }
    }
  }

  private static let handoffColumns: [Column<TicketHandoffRow>] = [
    Column("ticket") { .text($0.ticket) },
    Column("from") { .text($0.handoff.from) },
    Column("to") { .text($0.handoff.to) },
    Column("kind") { .plain($0.handoff.kind.rawValue) },
    Column("at") { time($0.handoff.at) },
    Column("mode") { .plain($0.handoff.mode?.word) },
    Column("reason") { .plain($0.handoff.reason?.word) },
    Column("offeredAt") { time($0.handoff.offeredAt) },
    Column("unassignedAt") { time($0.handoff.unassignedAt) },
    Column("hasSummary") { .plain($0.handoff.hasSummary.map { $0 ? "true" : "false" }) },
    Column("handoff") { .text($0.handoff.handoff) },
    Column("position") { .plain($0.handoff.position.description) },
  ]

  // MARK: Events

  /// The header of the table of events.
  public static func eventHeader(texts: Bool) -> [CSVWriter.Field] {
    (eventColumns.map(\.name) + [texts ? "data" : "plainData"]).map { .plain($0) }
  }

  /// An event's row; its fields are one cell of JSON.
  ///
  /// - Throws: `CodecError` for an event whose fields can't be read.
  public static func row(
    _ event: StoredEvent, texts: Bool, schema: EventSchema
  ) throws -> [CSVWriter.Field] {
    let row = EventRow(event: event, type: schema.typeName(of: event.envelope))
    let shown =
      texts
      ? event
      : StoredEvent(
        envelope: event.envelope, envelopeBytes: event.envelopeBytes, leaf: event.leaf,
        content: nil)
    let data = try schema.data(of: shown).data
    return eventColumns.map { $0.field(row) } + [.text(data.text)]
  }

  private struct EventRow: Sendable {
    let event: StoredEvent
    let type: String
    var envelope: Envelope { event.envelope }
  }

  private static let eventColumns: [Column<EventRow>] = [
    Column("position") { .plain($0.envelope.position.description) },
    Column("recordedAt") { time($0.envelope.recordedAt) },
    Column("occurredAt") { time($0.envelope.occurredAt) },
    Column("stream") { .text($0.envelope.stream.description) },
    Column("version") { .plain($0.envelope.version.description) },
    Column("type") { .text($0.type) },
    Column("actorKind") { .plain($0.envelope.actor.kind.word) },
    Column("actor") { .text($0.envelope.actor.id) },
    Column("onBehalfOf") { .text($0.envelope.actor.onBehalfOf) },
    Column("basis") { .plain(($0.envelope.origin?.basis ?? .live).word) },
    Column("source") { .text($0.envelope.origin?.system) },
    Column("sourceRecordedAt") { time($0.envelope.origin?.sourceRecordedAt) },
    Column("importBatch") { .text($0.envelope.origin?.importBatch) },
    Column("visibility") { .plain($0.envelope.visibility.word) },
    Column("tags") { .text($0.envelope.tags.joined(separator: " ")) },
    Column("id") { .plain($0.envelope.id.description) },
  ]

  // MARK: Fields

  private static func time(_ time: Timestamp?) -> CSVWriter.Field { .plain(time?.description) }

  private static func number(_ number: Int) -> CSVWriter.Field { .number(Int64(number)) }
}
