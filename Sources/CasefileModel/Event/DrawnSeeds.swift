/// The seeds of some events' commitments, drawn in the order of the events before these are encoded,
/// one after the other in one array.
package struct DrawnSeeds: Sendable {
  static let sizeBytes = 32

  private let bytes: [UInt8]
  private var used: Int

  /// Draws a seed for each subject of each event's content, and notes where those of an event begin.
  ///
  /// - Parameter marked: the event whose first seed is asked for.
  /// - Returns: the seeds, and these without those of the events before `marked`.
  package static func draw(
    for events: Span<Event>, from source: inout some SeedSource, marked: Int = 0
  ) -> (all: DrawnSeeds, fromMarked: DrawnSeeds) {
    var count = 0
    var before = 0
    for index in events.indices {
      if index == marked { before = count }
      count += seedCount(events, at: index)
    }
    let all = DrawnSeeds(count: count, from: &source)
    return (all, DrawnSeeds(bytes: all.bytes, used: before * sizeBytes))
  }

  private init(bytes: [UInt8], used: Int) {
    self.bytes = bytes
    self.used = used
  }

  private init<Source: SeedSource>(count: Int, from source: inout Source) {
    used = 0
    // The system's are drawn with one call, and not handed over one by one.
    guard Source.self != SystemSeeds.self else {
      bytes = SystemRandom.bytes(count: count * DrawnSeeds.sizeBytes)
      return
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * DrawnSeeds.sizeBytes)
    for _ in 0..<count {
      let seed = source.next()
      precondition(seed.count == DrawnSeeds.sizeBytes, "A seed has 32 bytes.")
      bytes += seed
    }
    self.bytes = bytes
  }

  /// How many seeds an event takes: one for each of its content's subjects.
  private static func seedCount(_ events: Span<Event>, at index: Int) -> Int {
    let count = events[index].contents.count
    guard count > 1 else { return count }
    let contents = events[index].contents
    // Nearly always all of them are of one subject.
    if contents.allSatisfy({ $0.subject == contents[0].subject }) { return 1 }
    let stream = events[index].stream.description
    return Set(contents.map { $0.subject ?? stream }).count
  }

  /// Lends the next seed.
  mutating func next<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    defer { used += DrawnSeeds.sizeBytes }
    return bytes.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[used..<used + DrawnSeeds.sizeBytes]))
    }
  }
}
