internal import CasefileLog
internal import CasefileModel
internal import Dispatch
internal import Synchronization

/// From events to the bytes that the writer takes, on the caller's thread and one beside it.
extension Store {
  /// From so many events on a batch is encoded in two halves at once: below, waking another thread
  /// takes longer than it saves.
  private static let sideBySideMin = 128

  func encode(_ events: [Event]) throws -> EncodedEvents {
    guard events.count >= Store.sideBySideMin else { return try encodeNow(events) }
    return try log.encoding { try encodeNow(events) }
  }

  private func encodeNow(_ events: [Event]) throws -> EncodedEvents {
    var source = configuration.makeSeeds()
    let ids = drawIDs(events, configuration.clock())
    let middle = events.count / 2
    // Seeds are drawn in the order of the events, so that the same source gives the same bytes.
    let seeds = DrawnSeeds.draw(for: events.span, from: &source, marked: middle)
    // While others are stored there is time enough, and the other core is in use.
    guard events.count >= Store.sideBySideMin, !log.isStoring else {
      return try encode(events, ids, events.indices, seeds.all, capacity: events.count)
    }
    let results = Mutex<[Result<EncodedEvents, any Error>?]>([nil, nil])
    DispatchQueue.concurrentPerform(iterations: 2) { half in
      let result = Result {
        // The first half has room for the second one, and is not moved for it.
        half == 0
          ? try encode(events, ids, 0..<middle, seeds.all, capacity: events.count)
          : try encode(
            events, ids, middle..<events.count, seeds.fromMarked, capacity: middle + 1)
      }
      results.withLock { $0[half] = result }
    }
    let halves = try results.withLock { results in
      defer { results = [] }
      return try results.compactMap { try $0?.get() }
    }
    return halves.dropFirst().reduce(into: halves[0]) { $0.append($1) }
  }

  /// The same on one thread, for a caller that has something to do meanwhile and asks for no places.
  func encodeInTurn(_ events: [Event], at now: Timestamp) throws -> EncodedEvents {
    var source = configuration.makeSeeds()
    let seeds = DrawnSeeds.draw(for: events.span, from: &source).all
    var encoded = try log.encoding {
      try encode(events, drawIDs(events, now), events.indices, seeds, capacity: events.count)
    }
    encoded.letGoOfEvents()
    return encoded
  }

  private func drawIDs(_ events: [Event], _ now: Timestamp) -> [EventID] {
    var random = configuration.makeRandom()
    return events.indices.map { events[$0].id ?? Store.drawID(now, &random) }
  }

  private static func drawID(
    _ now: Timestamp, _ random: inout some RandomNumberGenerator
  ) -> EventID { EventID(at: now, using: &random) }

  private func encode(
    _ events: [Event], _ ids: [EventID], _ range: Range<Int>, _ seeds: DrawnSeeds, capacity: Int
  ) throws -> EncodedEvents {
    var proposals = ProposalBatch(of: events, from: range.lowerBound, capacity: capacity)
    var seeds = seeds
    for index in range {
      do throws(ModelError) {
        try schema.check(events.span, at: index)
        try proposals.appendNext(of: events.span, id: ids[index], seeds: &seeds)
      } catch {
        throw LogError(
          error.code == .tooLarge ? .tooLarge : .invalidEvent,
          "event \(index + 1) of \(events.count): \(error.message)", cause: error)
      }
    }
    return EncodedEvents(proposals)
  }
}
