internal import Casefile
internal import Synchronization
internal import Workload

/// Durable appends by 1, 8 and 64 callers in batches of 1, 100 and 1,000: ours beside the peers.
struct GridRounds {
  static let callers = [1, 8, 64]
  static let batches = [1, 100, 1000]

  /// Events a second of one store at one place of the grid.
  static func name(_ store: String, callers: Int, batch: Int) -> String {
    "grid.\(store).\(callers)x\(batch)"
  }

  /// How long each place of the grid is measured.
  let seconds: Double
  let directory: String
  let peers: Peers
  private let appends: AppendRounds

  init(seconds: Double, appends: AppendRounds, peers: Peers) {
    self.seconds = seconds
    self.appends = appends
    self.peers = peers
    directory = appends.directory
  }

  /// Ours, SQLite behind a lock, and the peers of this machine.
  var stores: [String] { ["store", "sqlite"] + peers.names }

  /// Measures every place once, each store in turn, beginning with another one each round.
  func run(round: Int, into samples: inout Samples) async throws {
    for batch in GridRounds.batches {
      for callers in GridRounds.callers {
        for step in stores.indices {
          let store = stores[(step + round) % stores.count]
          let path = "\(directory)/grid"
          try Files.makeDirectory(path)
          defer { Files.remove(path) }
          samples.add(
            GridRounds.name(store, callers: callers, batch: batch),
            try await rate(of: store, path, callers: callers, batch: batch))
        }
      }
    }
    for peer in peers.names { samples.add("read.\(peer)", try peers.read(peer)) }
  }

  private func rate(
    of store: String, _ path: String, callers: Int, batch: Int
  ) async throws -> Double {
    switch store {
    case "store":
      let store = try Store.create(
        at: "\(path)/store", configuration: AppendRounds.appendOnly)
      defer { store.close() }
      let events = appends.events
      return try await rate(callers: callers, batch: batch) {
        _ = try await store.append(Array(events[$0]))
      }
    case "sqlite":
      let log = Mutex(Box(try SQLiteLog(at: "\(path)/events.db")))
      let payloads = appends.payloads
      return try await rate(callers: callers, batch: batch) { range in
        try log.withLock { try $0.log.append(payloads[range]) }
      }
    default:
      return try peers.append(store, callers: callers, batch: batch, seconds: seconds)
    }
  }

  /// Callers share the events and append until time or events are used up.
  private func rate(
    callers: Int, batch: Int, _ append: @escaping @Sendable (Range<Int>) async throws -> Void
  ) async throws -> Double {
    let share = appends.events.count / callers
    let start = Monotonic.nanoseconds()
    let end = start + UInt64(seconds * 1e9)
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for caller in 0..<callers {
        group.addTask {
          var done = 0
          while done + batch <= share, Monotonic.nanoseconds() < end {
            let first = caller * share + done
            try await append(first..<first + batch)
            done += batch
          }
          return done
        }
      }
      return try await group.reduce(0, +)
    }
    return Double(count) / (Double(Monotonic.nanoseconds() - start) / 1e9)
  }

  /// A connection is used by one task at a time, under the lock.
  private struct Box: ~Copyable {
    let log: SQLiteLog
    init(_ log: sending SQLiteLog) { self.log = log }
  }
}
