import CasefileModel
import CasefileProjections

/// What is known of an entry beside its fields.
enum EntryNote {
  /// Its position, how it came in, who may see it, and what was said of it since.
  static func text(
    _ entry: TicketEntry, _ phrases: any Phrases, withAmendments: Bool = true
  ) -> String {
    let envelope = entry.event.envelope
    var text = "#\(entry.position) " + phrases.basis(envelope.origin?.basis ?? .live)
    if envelope.visibility != .public {
      text += ", " + phrases.word(envelope.visibility.word, of: "Audience")
    }
    guard withAmendments else { return text }
    let corrections = entry.corrections.filter(\.isApplied).map { "#\($0.position)" }
    if !corrections.isEmpty {
      text += ", " + phrases.corrected(by: corrections.joined(separator: ", "))
    }
    if let position = entry.retractedBy { text += ", " + phrases.retracted(by: "#\(position)") }
    return text
  }
}

/// Where something happened, in short.
enum Place {
  /// The ticket, and the contact where it is another stream.
  static func text(_ ticket: String?, _ stream: StreamID) -> String {
    guard let ticket else { return stream.description }
    return stream.kind == "ticket" ? ticket : "\(ticket) (\(stream))"
  }
}
