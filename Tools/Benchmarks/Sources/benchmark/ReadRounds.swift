internal import Casefile
internal import CasefileLog
internal import CasefileMerkle
internal import CasefileModel
internal import LMDB
internal import Workload

/// Reading a store of one size beside a raw LMDB of the same bytes.
struct ReadRounds {
  private static let lookups = 500
  private static let warmUpLookups = 2000

  let size: Int
  private let path: String
  private let raw: RawLMDB
  private let store: Store
  private let limits: CaseLimits

  /// The name of a figure at this size.
  func name(_ figure: String) -> String { "\(size).\(figure)" }

  /// Fills a store and a raw LMDB.
  init(size: Int, directory: String) throws {
    self.size = size
    path = "\(directory)/read-\(size)"
    try Files.makeDirectory(path)
    raw = try RawLMDB(at: "\(path)/raw")
    // Nothing that is measured here reads a view, and to build them takes ten times as long.
    store = try Store.create(at: "\(path)/store", configuration: AppendRounds.appendOnly)
    var next = 0
    while next < size {
      let range = next..<min(size, next + 4000)
      _ = try store.log.appendBlocking(SampleEvents.encoded(range), if: .any)
      try raw.append(SampleEvents.proposals(range).map(\.payload)[...])
      next = range.upperBound
    }
    try ReadRounds.warm(store)
    // As many lookups as make the store look for what spares the next ones some work.
    var random = SeededRandom(0)
    for _ in 0..<ReadRounds.warmUpLookups {
      let number = Int.random(in: 0..<SampleEvents.streamCount(events: size), using: &random)
      _ = try store.events(of: SampleEvents.stream(lane: 0, number))
    }
    limits = try CaseLimits(
      store: store.directory, events: size, indexed: store.statistics().indexedEvents)
  }

  /// Touches every page of the files that a lookup reads, through the map that it reads them by.
  private static func warm(_ store: Store) throws {
    let tables: [(path: String, name: String, keys: Table.Keys)] = [
      ("log", "entries", .integer), ("log", "contents", .integer), ("log", "tree", .integer),
      ("views/index-v2", "runs", .bytes),
    ]
    for table in tables {
      try Environment.open(at: "\(store.directory)/\(table.path)").withRead { transaction in
        guard let opened = try transaction.openTable(table.name, keys: table.keys) else { return }
        var cursor = try transaction.cursor(opened)
        var sum = 0
        while try cursor.next() {
          sum &+= Int(cursor.value.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
        }
        // Asked for, so that the reading is not left out as useless.
        guard sum >= 0 else { throw UsageError("\(table.name) can't be read") }
      }
    }
  }

  func close() {
    store.close()
    Files.remove(path)
  }

  private static let figures = [
    "raw.scan", "fold", "scan.fold", "read", "case", "limit.case", "verify", "hash",
  ]

  /// Runs every measurement once, beginning with another one each round.
  ///
  /// - Parameter only: the one figure to measure, for a profiler; nil: all.
  func run(round: Int, only: String?, into samples: inout Samples) throws {
    let count = ReadRounds.figures.count
    for step in 0..<count {
      let figure = ReadRounds.figures[(step + round) % count]
      guard Only.covers(figure, only) else { continue }
      switch figure {
      case "raw.scan": samples.add(name(figure), try cost { _ = try raw.scan() })
      case "fold": samples.add(name(figure), try cost { try fold() })
      case "scan.fold": samples.add(name(figure), try cost { try scanFold() })
      case "read": samples.add(name(figure), try cost { try store.read { _ in true } })
      case "case":
        try lookUp(figure, seed: round * 7, into: &samples) { stream, _ in
          try store.events(of: stream).count
        }
      case "limit.case":
        for (number, way) in CaseLimits.Way.allCases.enumerated() {
          try lookUp(
            "\(figure).\(way.rawValue)", seed: round * 7 + number + 1, into: &samples
          ) { try limits.read($0, from: $1, way) }
        }
      case "verify": samples.add(name(figure), try cost { try verify() })
      default: samples.add(name(figure), try cost { try hash() })
      }
    }
  }

  private func cost(_ body: () throws -> Void) rethrows -> Cost {
    var cost = Cost()
    try cost.add(events: size, body)
    return cost
  }

  /// The least that a replay can do with our envelopes: read a few fields where they lie, and keep
  /// the newest of each stream.
  private func fold() throws {
    let environment = try Environment.open(at: "\(store.directory)/log")
    try environment.withRead { transaction in
      guard let entries = try transaction.openTable("entries", keys: .integer) else { return }
      var newest = Newest()
      var cursor = try transaction.cursor(entries)
      while try cursor.next() { try newest.take(cursor.value) }
      try check(newest)
    }
  }

  /// The same fold over what the log lends, every leaf hash checked on the other core.
  private func scanFold() throws {
    var newest = Newest()
    try store.log.scan { try newest.take($1) }
    try check(newest)
  }

  /// What a fold keeps: of each stream the number of events, the newest one's type and time.
  private struct Newest {
    private var state: [Int: (count: Int, type: UInt32, time: Int64)] = [:]

    mutating func take(_ entry: RawSpan) throws {
      let header = try EnvelopeHeader(entry)
      var hasher = Hasher()
      entry.extracting(header.streamRange).withUnsafeBytes { hasher.combine(bytes: $0) }
      let key = hasher.finalize()
      let count = state[key]?.count ?? 0
      state[key] = (count + 1, header.typeNumber, header.occurredAt)
    }

    var count: Int { state.values.reduce(0) { $0 + $1.count } }
  }

  private func check(_ newest: Newest) throws {
    guard newest.count == size else {
      throw UsageError("a fold saw \(newest.count) events of \(size)")
    }
  }

  /// Reads cases at random: each round and each way other ones, so that none lies in the processor's
  /// caches from before.
  private func lookUp(
    _ figure: String, seed: Int, into samples: inout Samples,
    _ read: (StreamID, _ first: UInt64) throws -> Int
  ) throws {
    var random = SeededRandom(UInt64(seed))
    let streams = SampleEvents.streamCount(events: size)
    var times: [Double] = []
    for _ in 0..<ReadRounds.lookups {
      let number = Int.random(in: 0..<streams, using: &random)
      let stream = SampleEvents.stream(lane: 0, number)
      let first = SampleEvents.firstIndex(ofStream: number)
      var count = 0
      times.append(try Monotonic.seconds { count = try read(stream, UInt64(first)) })
      guard count > 0 else { throw UsageError("\(stream) has no events") }
    }
    samples.add(name("\(figure).p50"), times.median * 1e6)
    samples.add(name("\(figure).p99"), times.percentile(0.99) * 1e6)
  }

  private func verify() throws {
    guard try store.verify().isSound else { throw UsageError("the store is not sound") }
  }

  /// The hashing that any verification has to do: a leaf and a node for each event and the bytes of its
  /// content once, on one core.
  private func hash() throws {
    let environment = try Environment.open(at: "\(store.directory)/log")
    try environment.withRead { transaction in
      guard let entries = try transaction.openTable("entries", keys: .integer) else { return }
      var cursor = try transaction.cursor(entries)
      var last = MerkleHash.emptyRoot
      while try cursor.next() {
        last = MerkleHash.node(last, MerkleHash.leaf(cursor.value))
      }
      guard let contents = try transaction.openTable("contents", keys: .integer) else { return }
      var content = try transaction.cursor(contents)
      while try content.next() { last = MerkleHash.leaf(content.value) }
      guard last != MerkleHash.emptyRoot else { throw UsageError("nothing was hashed") }
    }
  }

  /// Bytes on disk, which do not vary, and the time to open with the longest tail.
  func measureFiles(into samples: inout Samples) throws {
    let statistics = try store.statistics()
    let own = Double(statistics.envelopeBytes + statistics.contentBytes) + 32 * Double(size)
    samples.add(name("disk"), Double(statistics.bytes) / own)
    let view = "\(store.directory)/views/index-v2/data.mdb"
    if statistics.indexedEvents > 0 {
      samples.add(
        name("index"), Double(try Files.sizeBytes(view)) / Double(statistics.indexedEvents))
    }
  }
}

/// Opening a store whose newest 65,535 events are not in the index on disk, as after a kill.
struct OpenRounds {
  private let path: String

  init(directory: String) throws {
    path = "\(directory)/open"
    let store = try Store.create(at: path)
    for start in stride(from: 0, to: 65_535, by: 4000) {
      let batch = SampleEvents.encoded(start..<min(start + 4000, 65_535))
      _ = try store.log.appendBlocking(batch, if: .any)
    }
    store.close()
  }

  func run(into samples: inout Samples) throws {
    var opened: Store?
    let seconds = try Monotonic.seconds { opened = try Store.open(at: path) }
    opened?.close()
    samples.add("open", seconds * 1e3)
  }

  func close() { Files.remove(path) }
}
