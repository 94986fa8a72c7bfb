public import CasefileModel
public import CasefileProjections

/// An event whose texts have all words that were looked for.
public struct SearchMatch: Sendable, Hashable {
  /// The ticket that it belongs to; nil for a contact that belongs to none, and for a dispute.
  public let ticket: String?
  /// The event, with what corrects or retracts it.
  public let entry: TicketEntry
  /// The field of the text; of several, the one with the most of the words.
  public let field: String
  /// The text as it was stored.
  public let text: String
  /// Where the words stand in the text.
  public let ranges: [Range<String.Index>]

  /// The stream that the event stands in.
  public var stream: StreamID { entry.event.envelope.stream }
}
