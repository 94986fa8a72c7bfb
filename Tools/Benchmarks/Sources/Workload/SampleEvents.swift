package import CasefileLog
package import CasefileModel

/// Events that are a function of a number, so that any process can say what must be stored.
///
/// About 230 bytes of envelope; every third has a content of about 120 bytes. The number's upper
/// 32 bits are a lane: who appends, so that several processes never share an id or a stream. Within
/// a lane, 15 events make a stream, and 100 streams grow at once.
package enum SampleEvents {
  /// How many events a stream gets.
  package static let eventsPerStream = 15
  /// How many streams grow at once: so far apart are the events of one.
  package static let streamsAtOnce = 100
  private static let start: Int64 = 1_767_600_000_000_000
  // Odd, so that multiplying permutes the 62 free bits of an id and can be undone.
  private static let spread: UInt64 = 0x1E37_79B9_7F4A_7C15
  private static let spreadInverse: UInt64 = {
    var inverse = spread
    for _ in 0..<6 { inverse = inverse &* (2 &- spread &* inverse) }
    return inverse
  }()
  private static let low62: UInt64 = (1 << 62) - 1

  /// The number of the first event of a lane, or of the one so many events after it.
  package static func number(lane: Int, _ index: Int) -> UInt64 {
    UInt64(lane) << 32 | UInt64(index)
  }

  /// The lane of a number.
  package static func lane(of number: UInt64) -> Int { Int(number >> 32) }

  /// The index within the lane.
  package static func index(of number: UInt64) -> Int { Int(number & 0xFFFF_FFFF) }

  /// When the event happened: a millisecond after the one before it.
  package static func time(_ number: UInt64) -> Timestamp {
    Timestamp(microseconds: start + Int64(index(of: number)) * 1000)
  }

  /// Ids in order of time whose other bits look random, as a UUIDv7's do.
  package static func id(_ number: UInt64) -> EventID {
    EventID(derivedAt: time(number), number, number &* spread)
  }

  /// The number that an id was made of.
  package static func number(of id: EventID) -> UInt64 {
    ((id.low & low62) &* spreadInverse) & low62
  }

  /// The stream of an event.
  package static func stream(_ number: UInt64) -> StreamID {
    let index = index(of: number)
    let block = index / (streamsAtOnce * eventsPerStream)
    return stream(lane: lane(of: number), block * streamsAtOnce + index % streamsAtOnce)
  }

  /// The n-th stream of a lane.
  package static func stream(lane: Int, _ number: Int) -> StreamID {
    do throws(ModelError) {
      return try StreamID.ticket("L\(lane)-\(1_000_000 + number)")
    } catch {
      preconditionFailure("The name of a sample stream was refused: \(error)")
    }
  }

  /// The index of the first event of the n-th stream of a lane.
  package static func firstIndex(ofStream number: Int) -> Int {
    number / streamsAtOnce * streamsAtOnce * eventsPerStream + number % streamsAtOnce
  }

  /// How many streams of a lane have an event when the lane has so many events.
  package static func streamCount(events: Int) -> Int {
    let block = streamsAtOnce * eventsPerStream
    return events / block * streamsAtOnce + min(events % block, streamsAtOnce)
  }

  /// The tag that every event of a client carries; there are 97 of them in a lane.
  package static func clientTag(_ number: UInt64) -> String {
    "client:c-\(1000 + index(of: number) % 97)"
  }

  /// The text of a note.
  package static func text(_ number: UInt64) -> String {
    "The client asked about order \(number) and was told to wait."
  }

  /// The event with a number.
  package static func event(_ number: UInt64) -> Event {
    let index = index(of: number)
    let actor = Actor(.agent, "agent-\(100 + index % 71)")
    let tags = [clientTag(number), "agent:agent-\(100 + index % 71)"]
    let stream = stream(number)
    let time = time(number)
    let id = id(number)
    switch index % 3 {
    case 0:
      return Event(
        TicketOpened(
          number: "N-\(1_000_000 + index)", clientId: "c-\(1000 + index % 97)",
          entryPoint: "portal/contact-form", topicId: "topic-\(index % 31)",
          groupId: "group-\(index % 13)", priority: "normal"),
        on: stream, at: time, by: actor, id: id, tags: tags)
    case 1:
      return Event(
        TicketNoteAdded(noteId: "n-\(index)", text: text(number)), on: stream, at: time,
        by: actor, id: id, visibility: .internal, tags: tags)
    default:
      return Event(
        TicketTagged(tag: "waiting-for-supplier-\(index % 5)"), on: stream, at: time, by: actor,
        id: id, tags: tags + ["topic:topic-\(index % 31)", "group:group-\(index % 13)"])
    }
  }

  /// Events of a lane in order.
  package static func events(lane: Int = 0, _ range: Range<Int>) -> [Event] {
    range.map { event(number(lane: lane, $0)) }
  }

  /// The same, each encoded alone.
  package static func proposals(lane: Int = 0, _ range: Range<Int>) -> [Proposal] {
    var seeds = SystemSeeds()
    return range.map { proposal(number(lane: lane, $0), &seeds) }
  }

  /// The same as one append takes them.
  package static func encoded(lane: Int = 0, _ range: Range<Int>) -> EncodedEvents {
    do throws(ModelError) {
      return try encode(events(lane: lane, range))
    } catch {
      preconditionFailure("A sample event was refused: \(error)")
    }
  }

  private static func encode(_ events: [Event]) throws(ModelError) -> EncodedEvents {
    var source = SystemSeeds()
    var seeds = DrawnSeeds.draw(for: events.span, from: &source).all
    var proposals = ProposalBatch(of: events, capacity: events.count)
    for event in events {
      // All of them have one.
      let id = event.id ?? EventID(high: 0, low: 0)
      try proposals.appendNext(of: events.span, id: id, seeds: &seeds)
    }
    return EncodedEvents(proposals)
  }

  private static func proposal(_ number: UInt64, _ seeds: inout SystemSeeds) -> Proposal {
    do throws(ModelError) {
      return try Proposal(event(number), id: id(number), seeds: &seeds)
    } catch {
      preconditionFailure("A sample event was refused: \(error)")
    }
  }

  /// Why a stored event is not the one with its number; nil: it is.
  ///
  /// Compares all that the caller gave; the seal and the commitments' seeds are the store's.
  package static func difference(_ stored: StoredEvent) -> String? {
    let number = number(of: stored.envelope.id)
    guard id(number) == stored.envelope.id else {
      return "position \(stored.position) has an id that nobody gave: \(stored.envelope.id)"
    }
    var seeds = SystemSeeds()
    let wanted = proposal(number, &seeds)
    guard
      stored.envelopeBytes.prefix(wanted.plainSizeBytes)
        == wanted.bytes.prefix(wanted.plainSizeBytes)
    else { return "position \(stored.position) has another envelope than event \(number)" }
    let hasContent = index(of: number) % 3 == 1
    let text = stored.content?.values.first?.bytes
    guard text == (hasContent ? Array(self.text(number).utf8) : nil) else {
      return "position \(stored.position) has another content than event \(number)"
    }
    return nil
  }
}

extension Proposal {
  /// The bytes that a store keeps of it: the envelope with room for the seal, then the content.
  package var payload: [UInt8] {
    bytes + Array(repeating: 0, count: Seal.sizeBytes) + content
  }

  /// What the targets count as an event's own size: envelope, content and a leaf hash.
  package var countedSizeBytes: Int { sizeBytes + Digest.sizeBytes }
}
