internal import CasefileLog
internal import CasefileModel
internal import Dispatch
internal import Synchronization

/// From events to the bytes that the writer takes, on the caller's thread and one beside it.
extension Store {
  /// From so many events on a batch is encoded in two halves at once: below, waking another thread
  /// takes longer than it saves.
  private static let sideBySideMin = 128

  func encode(_ events: [Event]) throws -> [Proposal] {
    var seeds = configuration.makeSeeds()
    let now = configuration.clock()
    let ids = drawIDs(events, now)
    guard events.count >= Store.sideBySideMin else {
      return try encode(events, ids, 0..<events.count, &seeds, capacity: events.count)
    }
    // Seeds are drawn in the order of the events, so that the same source gives the same bytes.
    let middle = events.count / 2
    let halves = [0..<middle, middle..<events.count]
    var drawn: [[UInt8]] = []
    var firstSeeds = [0, 0]
    for index in events.indices {
      if index == middle { firstSeeds[1] = drawn.count }
      // By its fields: an event as a whole would be copied for the question.
      let contents = events[index].contents
      guard !contents.isEmpty else { continue }
      for _ in 0..<Proposal.seedCount(contents, on: events[index].stream) {
        drawn.append(seeds.next())
      }
    }
    let (seedList, starts) = (drawn, firstSeeds)
    let results = Mutex<[Result<[Proposal], any Error>]>([.success([]), .success([])])
    DispatchQueue.concurrentPerform(iterations: 2) { half in
      let result = Result {
        var seeds = DrawnSeeds(seeds: seedList, place: starts[half])
        // The first half has room for the second one, and is not moved for it.
        return try encode(
          events, ids, halves[half], &seeds, capacity: half == 0 ? events.count : middle + 1)
      }
      results.withLock { $0[half] = result }
    }
    return try results.withLock { results in
      let second = results.removeLast()
      var proposals = try results.removeLast().get()
      proposals += try second.get()
      return proposals
    }
  }

  /// The same on one thread, for a caller that has something to do meanwhile.
  func encodeInTurn(_ events: [Event], at now: Timestamp) throws -> [Proposal] {
    var seeds = configuration.makeSeeds()
    return try encode(
      events, drawIDs(events, now), 0..<events.count, &seeds, capacity: events.count)
  }

  private func drawIDs(_ events: [Event], _ now: Timestamp) -> [EventID] {
    var random = configuration.makeRandom()
    return events.indices.map { events[$0].id ?? Store.drawID(now, &random) }
  }

  private static func drawID(
    _ now: Timestamp, _ random: inout some RandomNumberGenerator
  ) -> EventID { EventID(at: now, using: &random) }

  private func encode(
    _ events: [Event], _ ids: [EventID], _ range: Range<Int>, _ seeds: inout some SeedSource,
    capacity: Int
  ) throws -> [Proposal] {
    var proposals: [Proposal] = []
    proposals.reserveCapacity(capacity)
    for index in range {
      do throws(ModelError) {
        // Taken out once: an event is a dozen references to count, in each place that takes it from
        // the list, a span of it or not.
        let event = events[index]
        try schema.check(event)
        proposals.append(try Proposal(event, id: ids[index], seeds: &seeds))
      } catch {
        throw LogError(
          error.code == .tooLarge ? .tooLarge : .invalidEvent,
          "event \(index + 1) of \(events.count): \(error.message)", cause: error)
      }
    }
    return proposals
  }
}

/// Seeds that were drawn before.
private struct DrawnSeeds: SeedSource {
  let seeds: [[UInt8]]
  var place: Int

  mutating func next() -> [UInt8] {
    defer { place += 1 }
    return seeds[place]
  }
}
