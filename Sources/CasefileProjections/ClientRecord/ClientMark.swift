public import CasefileModel

/// A mark that a client gave, as it stands after changes.
public struct ClientMark: Sendable, Hashable {
  /// The mark's id.
  public let id: String
  /// What was asked for.
  public let kind: RatingKind?
  /// The mark; nil where none was given.
  public private(set) var score: Int64?
  /// The lowest mark of the scale.
  public let scaleMin: Int64?
  /// The highest mark of the scale.
  public let scaleMax: Int64?
  /// The agent whom the client names.
  public let agent: String?
  /// What the client wrote; nil where nothing, or once erased.
  public private(set) var comment: String?
  /// When it was given.
  public let at: Timestamp
  /// When it was taken back.
  public private(set) var withdrawnAt: Timestamp?
  /// The event that gave it.
  public let position: Position
  /// Where it was given: a ticket or a contact.
  public let stream: StreamID

  /// The marks among entries in domain order.
  public static func marks(in entries: [TicketEntry]) -> [ClientMark] {
    var marks: [ClientMark] = []
    for entry in entries where entry.retractedBy == nil {
      let stream = entry.event.envelope.stream
      switch entry.typeNumber {
      case RatingReceived.type.number:
        guard let rating = try? entry.payload(RatingReceived.self) else { continue }
        marks.append(ClientMark(rating, entry))
      case RatingChanged.type.number:
        guard let change = try? entry.payload(RatingChanged.self),
          let index = marks.lastIndex(where: { $0.id == change.ratingId && $0.stream == stream })
        else { continue }
        marks[index].score = change.newScore ?? marks[index].score
        marks[index].comment = change.comment ?? marks[index].comment
      case RatingWithdrawn.type.number:
        guard let withdrawal = try? entry.payload(RatingWithdrawn.self) else { continue }
        for index in marks.indices
        where marks[index].id == withdrawal.ratingId && marks[index].stream == stream {
          marks[index].withdrawnAt = entry.occurredAt
        }
      default: continue
      }
    }
    return marks
  }

  private init(_ rating: RatingReceived, _ entry: TicketEntry) {
    id = rating.ratingId
    kind = rating.kind
    score = rating.score
    scaleMin = rating.scaleMin
    scaleMax = rating.scaleMax
    agent = rating.about?.agentId
    comment = rating.comment
    at = entry.occurredAt
    position = entry.position
    stream = entry.event.envelope.stream
  }
}
