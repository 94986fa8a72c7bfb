internal import CasefileModel

/// A sealed event as another log stores it.
public struct SealedEvent: Sendable, Hashable {
  /// The envelope's bytes.
  public let envelope: [UInt8]
  /// The content's bytes, empty where there is none.
  public let content: [UInt8]

  /// Joins the parts of a sealed event.
  public init(envelope: [UInt8], content: [UInt8]) {
    self.envelope = envelope
    self.content = content
  }
}

/// Sealed events as the writer gets them, each by itself checked.
struct IngestRequest: Sendable {
  let events: [SealedEvent]
  let words: EventWords
  let streams: [StreamID]

  /// Checks that each of the events is one, on the caller's thread.
  ///
  /// - Throws: `LogError` `.damaged` for bytes that are no event, `.wrongLog` for a content that is
  ///   not the one committed to.
  init(_ events: [SealedEvent]) throws(LogError) {
    self.events = events
    var words = EventWords()
    words.reserveCapacity(events.count)
    var streams: [StreamID] = []
    streams.reserveCapacity(events.count)
    do {
      for event in events {
        let envelope = try Envelope(decoding: event.envelope.span.bytes)
        try IngestRequest.check(event.content, envelope)
        // The index reads the header only, and must not fail after the commit.
        try words.append(event.envelope.span.bytes)
        streams.append(envelope.stream)
      }
    } catch let error as LogError {
      throw error
    } catch {
      throw LogError(.damaged, "the sealed event can't be read: \(error)", cause: error)
    }
    self.words = words
    self.streams = streams
  }

  private static func check(_ content: [UInt8], _ envelope: Envelope) throws {
    guard !content.isEmpty else { return }
    guard try Content(decoding: content.span.bytes).matches(envelope.commitments) else {
      throw LogError(
        .wrongLog,
        "the content given for position \(envelope.position) does not match its commitments",
        position: envelope.position)
    }
  }
}
