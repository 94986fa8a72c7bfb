internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import Glibc
internal import LMDB
internal import Workload

/// Durable appends of the same bytes: a file, LMDB, SQLite, and ours, in turns.
struct AppendRounds {
  /// How many operations of each kind a round has.
  struct Scale {
    /// Appends to a file and commits of one event.
    var singles: Int
    /// Commits of 64 events.
    var commitsOf64: Int
    /// Commits of 1,000 events; 66 and more make the index flush once.
    var commitsOf1000: Int
  }

  static let callers = 64

  /// A store that is appended to and nothing else: building its views beside takes a core of two,
  /// and is measured by itself.
  static var appendOnly: Store.Configuration {
    var configuration = Store.Configuration()
    configuration.viewUpdates = .never
    return configuration
  }

  let scale: Scale
  let directory: String
  let events: [Event]
  /// The mean sizes of an event's parts.
  let sizes: (envelope: Double, content: Double)
  let payloads: [Payload]
  private let rows: [[UInt8]]
  private let encoded: [EncodedEvents]
  private let limits: AppendLimits

  init(scale: Scale, directory: String) {
    self.scale = scale
    self.directory = directory
    let count = max(scale.singles, scale.commitsOf64 * 64, scale.commitsOf1000 * 1000)
    events = SampleEvents.events(0..<count)
    let proposals = SampleEvents.proposals(0..<count)
    var versions: [StreamID: Int64] = [:]
    payloads = proposals.map { proposal in
      versions[proposal.stream, default: 0] += 1
      return Payload(
        bytes: proposal.payload, id: proposal.id.bytes,
        stream: Array(proposal.stream.description.utf8),
        version: versions[proposal.stream, default: 0])
    }
    rows = payloads.map(\.bytes)
    encoded = (0..<scale.commitsOf1000).map { SampleEvents.encoded($0 * 1000..<($0 + 1) * 1000) }
    limits = AppendLimits(scale: scale, proposals: proposals)
    let content = proposals.reduce(0) { $0 + $1.content.count }
    let all = proposals.reduce(0) { $0 + $1.sizeBytes }
    sizes = (Double(all - content) / Double(count), Double(content) / Double(count))
  }

  private static let figures =
    [
      "file.p50", "raw.1.p50", "raw.64", "raw.1000", "sqlite.1.p50", "sqlite.64", "sqlite.1000",
      "store.1000.encoded", "store.1000", "store.1000.two", "store.64callers", "store.1.p50",
    ] + AppendLimits.figures

  /// Runs every measurement once, beginning with another one each round.
  ///
  /// - Parameter only: the one figure to measure, for a profiler; nil: all.
  func run(round: Int, only: String?, into samples: inout Samples) async throws {
    let count = AppendRounds.figures.count
    for step in 0..<count {
      let figure = AppendRounds.figures[(step + round) % count]
      guard Only.covers(figure, only) else { continue }
      let path = "\(directory)/append"
      defer { Files.remove(path) }
      try Files.makeDirectory(path)
      try await measure(figure, path, into: &samples)
    }
  }

  private func measure(_ figure: String, _ path: String, into samples: inout Samples) async throws {
    switch figure {
    case "file.p50": samples.add(figure, try file(path).median * 1e6)
    case "raw.1.p50": samples.add(figure, try raw(path, 1, scale.singles).times.median * 1e6)
    case "raw.64": samples.add(figure, try raw(path, 64, scale.commitsOf64).cost)
    case "raw.1000": samples.add(figure, try raw(path, 1000, scale.commitsOf1000).cost)
    case "sqlite.1.p50": samples.add(figure, try sqlite(path, 1, scale.singles).times.median * 1e6)
    case "sqlite.64": samples.add(figure, try sqlite(path, 64, scale.commitsOf64).cost)
    case "sqlite.1000": samples.add(figure, try sqlite(path, 1000, scale.commitsOf1000).cost)
    case "store.1000.encoded": samples.add(figure, try batches(path))
    case "store.1000": samples.add(figure, try await batches(path, callers: 1))
    case "store.1000.two": samples.add(figure, try await batches(path, callers: 2))
    case "store.64callers":
      samples.add(figure, try await concurrent(path))
      let commits = try Environment.open(at: "\(path)/store/log").withRead { $0.id }
      let events = scale.commitsOf64 * AppendRounds.callers
      samples.add("store.64callers.shared", Double(events) / Double(commits))
    case _ where figure.hasPrefix("limit."):
      try await limits.measure(figure, path, into: &samples)
    default:
      let times = try await alone(path)
      samples.add(figure, times.median * 1e6)
      samples.add("store.1.p99", times.percentile(0.99) * 1e6)
    }
  }

  private struct Timing {
    /// Seconds of each commit.
    var times: [Double] = []
    var cost = Cost()

    mutating func add(events: Int, _ body: () throws -> Void) rethrows {
      times.append(try Monotonic.seconds { try cost.add(events: events, body) })
    }
  }

  private func file(_ path: String) throws -> [Double] {
    let descriptor = open("\(path)/file", O_WRONLY | O_CREAT | O_APPEND, 0o644)
    guard descriptor >= 0 else { throw UsageError("\(path) can't be written to") }
    defer { close(descriptor) }
    return rows.prefix(scale.singles).map { row in
      Monotonic.seconds {
        _ = row.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        fdatasync(descriptor)
      }
    }
  }

  private func raw(_ path: String, _ size: Int, _ commits: Int) throws -> Timing {
    let log = try RawLMDB(at: path)
    var timing = Timing()
    for number in 0..<commits {
      try timing.add(events: size) { try log.append(rows[number * size..<(number + 1) * size]) }
    }
    return timing
  }

  private func sqlite(_ path: String, _ size: Int, _ commits: Int) throws -> Timing {
    let log = try SQLiteLog(at: "\(path)/events.db")
    var timing = Timing()
    for number in 0..<commits {
      try timing.add(events: size) { try log.append(payloads[number * size..<(number + 1) * size]) }
    }
    return timing
  }

  /// Batches of 1,000 that were encoded beforehand, from one thread.
  private func batches(_ path: String) throws -> Cost {
    let store = try Store.create(
      at: "\(path)/store", configuration: AppendRounds.appendOnly)
    defer { store.close() }
    var cost = Cost()
    for batch in encoded {
      try cost.add(events: 1000) { _ = try store.log.appendBlocking(batch, if: .any) }
    }
    return cost
  }

  /// Batches of 1,000 through the public method, which encodes and computes the commitments.
  private func batches(_ path: String, callers: Int) async throws -> Cost {
    let store = try Store.create(
      at: "\(path)/store", configuration: AppendRounds.appendOnly)
    defer { store.close() }
    let batches = (0..<scale.commitsOf1000).map { Array(events[$0 * 1000..<($0 + 1) * 1000]) }
    var cost = Cost()
    try await cost.add(events: batches.count * 1000) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for caller in 0..<callers {
          group.addTask {
            for number in stride(from: caller, to: batches.count, by: callers) {
              _ = try await store.append(batches[number])
            }
          }
        }
        try await group.waitForAll()
      }
    }
    return cost
  }

  private func concurrent(_ path: String) async throws -> Cost {
    let store = try Store.create(
      at: "\(path)/store", configuration: AppendRounds.appendOnly)
    defer { store.close() }
    let count = scale.commitsOf64
    let events = events
    var cost = Cost()
    try await cost.add(events: count * AppendRounds.callers) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for caller in 0..<AppendRounds.callers {
          group.addTask {
            for number in 0..<count {
              _ = try await store.append([events[number * AppendRounds.callers + caller]])
            }
          }
        }
        try await group.waitForAll()
      }
    }
    return cost
  }

  /// One task of the pool, as a service's are: the main actor costs a third wake for each append that
  /// is handed over.
  @concurrent
  private func alone(_ path: String) async throws -> [Double] {
    let store = try Store.create(
      at: "\(path)/store", configuration: AppendRounds.appendOnly)
    defer { store.close() }
    var times: [Double] = []
    for event in events.prefix(scale.singles) {
      let start = Monotonic.nanoseconds()
      _ = try await store.append([event])
      times.append(Double(Monotonic.nanoseconds() - start) / 1e9)
    }
    return times
  }
}
