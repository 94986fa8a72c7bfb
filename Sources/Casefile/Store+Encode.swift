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
    let drawn = events.map { event in
      (0..<Proposal.seedCount(event)).map { _ in seeds.next() }
    }
    let middle = events.count / 2
    let halves = [0..<middle, middle..<events.count]
    let results = Mutex<[Result<[Proposal], any Error>?]>([nil, nil])
    DispatchQueue.concurrentPerform(iterations: 2) { half in
      let result = Result {
        var seeds = DrawnSeeds(drawn, from: halves[half].lowerBound)
        return try encode(events, ids, halves[half], &seeds)
      }
      results.withLock { $0[half] = result }
    }
    return try results.withLock { results in
      try results.compactMap { $0 }.reduce(into: []) { $0 += try $1.get() }
    }
  }

  private func drawIDs(_ events: [Event], _ now: Timestamp) -> [EventID] {
    var random = configuration.makeRandom()
    return events.map { $0.id ?? Store.drawID(now, &random) }
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
        try schema.check(events[index])
        proposals.append(try Proposal(events[index], id: ids[index], seeds: &seeds))
      } catch {
        throw LogError(
          error.code == .tooLarge ? .tooLarge : .invalidEvent,
          "event \(index + 1) of \(events.count): \(error.message)", cause: error)
      }
    }
    return proposals
  }
}

/// Seeds that were drawn before, for a part of the events.
private struct DrawnSeeds: SeedSource {
  private let seeds: [[[UInt8]]]
  private var event: Int
  private var index = 0

  init(_ seeds: [[[UInt8]]], from first: Int) {
    self.seeds = seeds
    event = first
  }

  mutating func next() -> [UInt8] {
    // Events without a subject ask for no seed.
    while index == seeds[event].count {
      event += 1
      index = 0
    }
    defer { index += 1 }
    return seeds[event][index]
  }
}
