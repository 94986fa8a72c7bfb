internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization
internal import Workload

/// How fast an append can be here that keeps what ours promises: programs that do nothing but the
/// work which no store with these promises can leave out, on the same events as ours.
///
/// Entries, contents, tree and the log's row through LMDB's C functions; leaf and node hashes, the
/// link to the stream's newest event, a look for each id. What they leave out: checks of the event's
/// form, encoding other than writing the bytes, conditions, views, errors.
struct AppendLimits {
  static let figures = [
    "limit.1000.encoded", "limit.1000.encoded.two", "limit.1000", "limit.1000.two",
    "limit.1000.twoCallers", "limit.64.handOver", "limit.64", "limit.1.handOver", "limit.1.tables",
    "limit.1",
  ]
  /// In so many parts a batch goes from the thread that hashes to the one that stores.
  private static let partCount = 4

  let scale: AppendRounds.Scale
  private let events: LimitEvents
  private let batches: [LimitEvents]

  init(scale: AppendRounds.Scale, proposals: [Proposal]) {
    self.scale = scale
    events = LimitEvents(proposals[...])
    batches = (0..<scale.commitsOf1000).map {
      LimitEvents(proposals[$0 * 1000..<($0 + 1) * 1000])
    }
  }

  func measure(_ figure: String, _ path: String, into samples: inout Samples) async throws {
    switch figure {
    case "limit.1000.encoded":
      samples.add(figure, try alone(path) { $0 })
    case "limit.1000.encoded.two":
      samples.add(figure, try inParts(path) { $0 })
    case "limit.1000":
      samples.add(figure, try alone(path) { $0.encoded(0..<1000) })
    case "limit.1000.two":
      samples.add(figure, try inParts(path, AppendLimits.encodedOnTwo))
    case "limit.1000.twoCallers": samples.add(figure, try ahead(path))
    case "limit.64.handOver", "limit.64":
      samples.add(figure, try await together(path, withWork: figure == "limit.64"))
    case "limit.1.handOver": samples.add("\(figure).p50", try handedOver(path).median * 1e6)
    case "limit.1.tables": samples.add("\(figure).p50", try stored(path).median * 1e6)
    default: samples.add("\(figure).p50", try singly(path).median * 1e6)
    }
  }

  // MARK: Batches of 1,000

  /// All on one thread.
  private func alone(
    _ path: String, _ encode: (LimitEvents) -> LimitEvents
  ) throws -> Cost {
    let log = try LimitLog(at: path, events: events.count)
    var cost = Cost()
    for batch in batches {
      try cost.add(events: 1000) {
        let events = encode(batch)
        try log.append(events, 0..<events.count)
      }
    }
    return cost
  }

  /// Hashes on one thread, LMDB on the other one, within each batch: its caller waits.
  private func inParts(
    _ path: String, _ encode: (LimitEvents) -> LimitEvents
  ) throws -> Cost {
    let log = try LimitLog(at: path, events: events.count)
    let side = try SideThread()
    var cost = Cost()
    for batch in batches {
      try cost.add(events: 1000) {
        try log.append(encode(batch), parts: AppendLimits.partCount, side)
      }
    }
    return cost
  }

  private static func encodedOnTwo(_ events: LimitEvents) -> LimitEvents {
    let halves = Mutex<[LimitEvents]>([LimitEvents(), LimitEvents()])
    DispatchQueue.concurrentPerform(iterations: 2) { half in
      let encoded = events.encoded(half * 500..<(half + 1) * 500)
      halves.withLock { $0[half] = encoded }
    }
    return halves.withLock { halves in
      var joined = halves[0]
      joined.append(halves[1])
      return joined
    }
  }

  /// One batch is encoded and hashed while the one before is stored: two callers.
  private func ahead(_ path: String) throws -> Cost {
    let log = try LimitLog(at: path, events: events.count)
    let side = try SideThread()
    var cost = Cost()
    try cost.add(events: batches.count * 1000) {
      var next = try log.sealed(batches[0].encoded(0..<1000))
      for number in batches.indices {
        let batch = next
        side.begin { try log.store(batch) }
        if number + 1 < batches.count {
          next = try log.sealed(batches[number + 1].encoded(0..<1000))
        }
        try side.end()
      }
    }
    return cost
  }

  // MARK: Single events

  /// 64 tasks hand an event each to one thread, which waits for all of them and then commits.
  private func together(_ path: String, withWork: Bool) async throws -> Cost {
    let desk = try LimitDesk(
      at: path, callers: AppendRounds.callers, events: events.count, withWork: withWork)
    defer { desk.stop() }
    let (events, count) = (events, scale.commitsOf64)
    var cost = Cost()
    await cost.add(events: count * AppendRounds.callers) {
      await withTaskGroup(of: Void.self) { group in
        for caller in 0..<AppendRounds.callers {
          group.addTask {
            for number in 0..<count {
              let index = number * AppendRounds.callers + caller
              await desk.append(withWork ? events.encoded(index..<index + 1) : events, index)
            }
          }
        }
      }
    }
    try desk.check()
    return cost
  }

  /// One thread encodes an event and commits it.
  private func singly(_ path: String) throws -> [Double] {
    let log = try LimitLog(at: path, events: events.count)
    return try (0..<scale.singles).map { index in
      try Monotonic.seconds { try log.append(events.encoded(index..<index + 1), 0..<1) }
    }
  }

  /// One thread commits events that are hashed already: what more tables cost.
  private func stored(_ path: String) throws -> [Double] {
    let log = try LimitLog(at: path, events: events.count)
    return try (0..<scale.singles).map { index in
      let sealed = try log.sealed(events.encoded(index..<index + 1))
      return try Monotonic.seconds { try log.store(sealed) }
    }
  }

  /// One thread hands an event to another one, which commits it as it is, and waits for it: what two
  /// hand-overs cost.
  private func handedOver(_ path: String) throws -> [Double] {
    let side = try SideThread()
    let raw = try RawLMDB(at: path)
    let rows = (0..<scale.singles).map { events.row($0) }
    return try (0..<scale.singles).map { index in
      try Monotonic.seconds {
        side.begin { try raw.append(rows[index..<index + 1]) }
        try side.end()
      }
    }
  }
}
