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
      return try encode(events, ids, 0..<events.count, &seeds)
    }
    // Seeds are drawn in the order of the events, so that the same source gives the same bytes.
    let middle = events.count / 2
    let halves = [0..<middle, middle..<events.count]
    var drawn: [[UInt8]] = []
    var firstSeeds = [0, 0]
    for index in events.indices {
      if index == middle { firstSeeds[1] = drawn.count }
      for _ in 0..<Proposal.seedCount(events.span[index]) { drawn.append(seeds.next()) }
    }
    let (seedList, starts) = (drawn, firstSeeds)
    let results = Mutex<[Result<[Proposal], any Error>?]>([nil, nil])
    DispatchQueue.concurrentPerform(iterations: 2) { half in
      let result = Result {
        var seeds = DrawnSeeds(seeds: seedList, place: starts[half])
        return try encode(events, ids, halves[half], &seeds)
      }
      results.withLock { $0[half] = result }
    }
    return try results.withLock { results in
      try results.compactMap { $0 }.reduce(into: []) { $0 += try $1.get() }
    }
  }

  /// The same on one thread, for a caller that has something to do meanwhile.
  func encodeInTurn(_ events: [Event], at now: Timestamp) throws -> [Proposal] {
    var seeds = configuration.makeSeeds()
    return try encode(events, drawIDs(events, now), 0..<events.count, &seeds)
  }

  private func drawIDs(_ events: [Event], _ now: Timestamp) -> [EventID] {
    var random = configuration.makeRandom()
    return events.indices.map { events.span[$0].id ?? Store.drawID(now, &random) }
  }

  private static func drawID(
    _ now: Timestamp, _ random: inout some RandomNumberGenerator
  ) -> EventID { EventID(at: now, using: &random) }

  private func encode(
    _ events: [Event], _ ids: [EventID], _ range: Range<Int>, _ seeds: inout some SeedSource
  ) throws -> [Proposal] {
    var proposals: [Proposal] = []
    proposals.reserveCapacity(range.count)
    for index in range {
      do throws(ModelError) {
        // Looked at where they lie: an event is a dozen references to count in each copy.
        try schema.check(events.span[index])
        proposals.append(try Proposal(events.span[index], id: ids[index], seeds: &seeds))
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
