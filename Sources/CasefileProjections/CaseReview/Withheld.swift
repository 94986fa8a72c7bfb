public import CasefileModel

/// Which entries of a case are not for the client's eyes.
public enum Withheld {
  /// The visibility of each entry that is not public, by position.
  ///
  /// A message that was made internal or public later counts as what it was made last, and so does
  /// everything that repeats its text.
  public static func entries(_ entries: [TicketEntry]) -> [Position: Visibility] {
    var audiences: [String: Visibility] = [:]
    for entry in entries where entry.retractedBy == nil {
      guard entry.typeNumber == MessageVisibilityChanged.type.number,
        let payload = try? entry.payload(MessageVisibilityChanged.self)
      else { continue }
      switch payload.to {
      case .public: audiences[payload.messageId] = .public
      case .internal: audiences[payload.messageId] = .internal
      // An audience that only a newer program knows is no reason to show a text.
      default: audiences[payload.messageId] = .restricted
      }
    }
    var withheld: [Position: Visibility] = [:]
    for entry in entries {
      let own = entry.event.envelope.visibility
      let visibility = message(of: entry).flatMap { audiences[$0] } ?? own
      if visibility != .public { withheld[entry.position] = visibility }
    }
    return withheld
  }

  private static func message(of entry: TicketEntry) -> String? {
    switch entry.typeNumber {
    case MessageReceived.type.number: try? entry.payload(MessageReceived.self).messageId
    case MessageSent.type.number: try? entry.payload(MessageSent.self).messageId
    case MessageEdited.type.number: try? entry.payload(MessageEdited.self).messageId
    default: nil
    }
  }

  /// The events without the texts of those that are withheld. What acts on an event that may be
  /// shown keeps its own text: the corrected value is what is shown.
  public static func strip(
    _ events: [StoredEvent], withheld: [Position: Visibility]
  ) -> [StoredEvent] {
    let hidden = Set(
      events.filter { withheld[$0.position] != nil }.map(\.envelope.id))
    return events.map { event in
      guard withheld[event.position] != nil else { return event }
      if let target = Amendments.target(of: event), !hidden.contains(target) { return event }
      return StoredEvent(
        envelope: event.envelope, envelopeBytes: event.envelopeBytes, leaf: event.leaf,
        content: nil)
    }
  }
}
