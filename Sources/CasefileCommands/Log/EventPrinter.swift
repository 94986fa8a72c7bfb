import CasefileLog
import CasefileModel

/// Prints events one a line: as `append` takes them, or short for people.
struct EventPrinter {
  let format: OutputFormat
  let zone: Zone
  let output: OutputBuffer
  private let schema: EventSchema

  init(_ format: OutputFormat, zone: Zone = .utc, to output: OutputBuffer) {
    self.format = format
    self.zone = zone
    self.output = output
    schema = .builtIn
  }

  /// Adds the event's line to the output.
  ///
  /// - Throws: `LogError` `.damaged` with the position where the body is not of its type.
  func print(_ event: StoredEvent) throws {
    switch format {
    case .json:
      do {
        try output.line(EventLine.json(of: event, schema: schema))
      } catch let error as CodecError {
        throw LogError(
          .damaged, "the event at position \(event.position) can't be read: \(error)",
          position: event.position, cause: error)
      }
    case .text: try output.line(text(event))
    }
  }

  private func text(_ event: StoredEvent) -> String {
    let envelope = event.envelope
    return VisibleText.escape(
      [
        DisplayWidth.pad("#\(envelope.position)", to: 8), zone.text(envelope.occurredAt),
        DisplayWidth.pad(schema.typeName(of: envelope), to: 26),
        DisplayWidth.pad("\(envelope.stream) v\(envelope.version)", to: 24),
        Voice(zone: zone).actor(envelope.actor),
      ].joined(separator: "  "))
  }
}
