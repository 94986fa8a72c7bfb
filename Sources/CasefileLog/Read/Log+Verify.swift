internal import CasefileMerkle
internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization

extension Log {
  /// Recomputes every leaf, the tree, every stream's chain and every content's commitments.
  ///
  /// Checks the events up to the head at the time of the call; appends go on meanwhile. Short
  /// snapshots of 4,096 events each, on two cores.
  ///
  /// - Parameter progress: called with the number of events done and to do, every 8,192.
  /// - Throws: `LogError` `.closed`, `.ioFailed`; damage is in the report, not thrown.
  /// - Complexity: one pass, and one more over the ids where one seems to stand twice; 64 to 72 bytes of
  ///   memory a stream and 6 an event.
  public func verify(
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws(LogError) -> VerificationReport {
    let meta: LogMeta
    do {
      meta = try reading { try self.meta($0) }
    } catch {
      guard error.code == .damaged else { throw error }
      return VerificationReport(
        events: 0, root: MerkleHash.emptyRoot,
        problems: [.init(position: nil, what: .unreadableLog, message: error.message)],
        unlistedProblems: 0)
    }
    let checker = Mutex(LogChecker(meta: meta))
    var next: UInt64 = 0
    var parts: [CheckedPart] = []
    while next < meta.events || !parts.isEmpty {
      let ranges = (0..<2).map { next + $0 * CheckedPart.count }.filter { $0 < meta.events }.map {
        $0..<min($0 + CheckedPart.count, meta.events)
      }
      next = ranges.last?.upperBound ?? next
      // The chains and the tree of one portion are followed while the next one is read.
      let before = parts
      let found = Mutex<[CheckedPart?]>(Array(repeating: nil, count: ranges.count))
      DispatchQueue.concurrentPerform(iterations: ranges.count + 1) { number in
        guard number > 0 else { return checker.withLock { $0.take(before, self) } }
        let part = CheckedPart(ranges[number - 1], self)
        found.withLock { $0[number - 1] = part }
      }
      parts = found.withLock { $0 }.compactMap { $0 }
      if let failure = parts.lazy.compactMap(\.failure).first { throw failure }
      if !parts.isEmpty { progress(next, meta.events) }
    }
    do {
      try checker.withLock { checker throws(LogError) in try checker.checkIDs(self) }
      try reading { transaction in
        try checker.withLock { try $0.finish(tables, transaction) }
      }
    } catch {
      guard error.code == .damaged else { throw error }
      checker.withLock { $0.note(nil, .unreadableLog, error.message) }
    }
    return checker.withLock { $0.report() }
  }
}

/// Problems as they are found: the first thousand, and how many more.
struct ProblemList: Sendable {
  private static let countMax = 1000
  private(set) var problems: [VerificationReport.Problem] = []
  private(set) var unlisted = 0

  mutating func note(
    _ position: Position?, _ what: VerificationReport.Problem.Kind, _ message: String
  ) {
    guard problems.count < ProblemList.countMax else {
      unlisted += 1
      return
    }
    problems.append(.init(position: position, what: what, message: message))
  }

  mutating func add(_ other: ProblemList) {
    for problem in other.problems { note(problem.position, problem.what, problem.message) }
    unlisted += other.unlisted
  }
}

/// What is compared from event to event: the tree, the chains, the counts.
struct LogChecker: Sendable {
  private let meta: LogMeta
  private var tree = MerkleTree()
  private var chains = StreamChains()
  private var ids = IDList()
  private var envelopeBytes: UInt64 = 0
  private var contentBytes: UInt64 = 0
  private var lastRecordedAt = Timestamp(microseconds: .min)
  private var problems = ProblemList()

  init(meta: LogMeta) { self.meta = meta }

  mutating func note(
    _ position: Position?, _ what: VerificationReport.Problem.Kind, _ message: String
  ) {
    problems.note(position, what, message)
  }

  /// Goes on with the next events.
  mutating func take(_ parts: [CheckedPart], _ log: Log) {
    for part in parts {
      problems.add(part.problems)
      envelopeBytes += part.envelopeBytes
      contentBytes += part.contentBytes
      var rows: [MerkleTree.Row] = []
      for event in part.events {
        if let link = event.link { check(link, event) }
      }
      // All at once: nodes beside each other are hashed in little more time than one.
      tree.append(contentsOf: part.events.map(\.leaf)) { rows.append($0) }
      do {
        try log.reading { try check(rows, log.tables, $0) }
      } catch {
        note(Position(part.first), .unreadableLog, error.message)
      }
    }
  }

  private mutating func check(_ link: CheckedPart.Link, _ event: CheckedPart.Event) {
    let place = event.position
    let seal = link.seal
    if seal.position != place {
      note(place, .wrongPosition, "the entry at \(place) carries \(seal.position)")
    }
    if seal.recordedAt < lastRecordedAt {
      note(
        place, .timeBackwards,
        "recorded at \(seal.recordedAt), after an event recorded at \(lastRecordedAt)")
    }
    // The next event is compared with this one, so that one wrong time is told once.
    lastRecordedAt = seal.recordedAt
    let head = chains.advance(link.stream, to: seal.version.rawValue, event.leaf)
    let version = (head?.version ?? 0) + 1
    if seal.version.rawValue != version {
      note(
        place, .wrongVersion,
        "the event has version \(seal.version) of its stream, \(version) comes next")
    }
    if seal.previous != head?.leaf ?? .zero {
      note(
        place, .brokenLink,
        "the event names \(seal.previous) as its predecessor, which has \(head?.leaf ?? .zero)")
    }
    ids.add(link.id)
  }

  /// Compares rows of the tree that have filled with the stored ones.
  private mutating func check(
    _ rows: [MerkleTree.Row], _ tables: LogTables, _ transaction: borrowing ReadTransaction
  ) throws {
    for row in rows {
      guard let stored = try transaction.value(tables.tree, row.key) else {
        note(
          nil, .treeMismatch, "the tree has no row \(row.index) of level \(row.level)")
        continue
      }
      for (index, hash) in row.hashes.enumerated()
      where Digest(stored, at: index * Digest.sizeBytes) != hash {
        let number = row.index * MerkleTree.hashesPerRow + UInt64(index)
        if row.level == 0 {
          note(
            Position(number), .leafMismatch,
            "the entry at position \(number) gives the leaf hash \(hash), the tree holds another")
        } else {
          note(
            nil, .treeMismatch, "hash \(number) of level \(row.level) is not that of its leaves")
        }
      }
    }
  }

  /// Looks for ids that stand twice; only where the list says that one seems to are all read again.
  mutating func checkIDs(_ log: Log) throws(LogError) {
    let hashes = ids.repeatedHashes()
    guard !hashes.isEmpty else { return }
    var found: [(id: EventID, position: UInt64)] = []
    var next: UInt64 = 0
    while next < meta.events {
      let part = CheckedPart(next..<min(next + CheckedPart.count, meta.events), log)
      if let failure = part.failure { throw failure }
      for event in part.events {
        guard let id = event.link?.id, hashes.contains(ids.hash(id)) else { continue }
        found.append((id, event.position.rawValue))
      }
      next += CheckedPart.count
    }
    found.sort { ($0.id, $0.position) < ($1.id, $1.position) }
    for (before, entry) in zip(found, found.dropFirst()) where before.id == entry.id {
      note(
        Position(entry.position), .repeatedID,
        "the event id stands at position \(before.position) too")
    }
  }

  mutating func finish(
    _ tables: LogTables, _ transaction: borrowing ReadTransaction
  ) throws {
    if tree.root != meta.root {
      note(
        nil, .rootMismatch,
        "the events give the root \(tree.root), the log's meta row says \(meta.root)")
    }
    if UInt64(chains.count) != meta.streams {
      note(nil, .countMismatch, "\(chains.count) streams are there, the log counts \(meta.streams)")
    }
    if envelopeBytes != meta.envelopeBytes || contentBytes != meta.contentBytes {
      note(
        nil, .countMismatch,
        "\(envelopeBytes) + \(contentBytes) bytes are there, the log counts "
          + "\(meta.envelopeBytes) + \(meta.contentBytes)")
    }
    // The events that have content were counted above; what lies behind belongs to none.
    let current = try LogMeta(transaction.copy(tables.meta, LogMeta.key))
    var cursor = try transaction.cursor(tables.contents)
    var isThere = try cursor.seek(atOrAfter: current.events)
    var surplus = 0
    while isThere {
      surplus += 1
      isThere = try cursor.next()
    }
    if surplus > 0 { note(nil, .surplusContent, "\(surplus) contents lie beyond the head") }
    let entries = try transaction.count(tables.entries)
    if UInt64(entries) != current.events {
      note(
        nil, UInt64(entries) > current.events ? .surplusEntry : .missingEntry,
        "the log has \(entries) entries and counts \(current.events)")
    }
  }

  func report() -> VerificationReport {
    VerificationReport(
      events: meta.events, root: tree.root,
      problems: problems.problems.sorted {
        ($0.position?.rawValue ?? .max) < ($1.position?.rawValue ?? .max)
      },
      unlistedProblems: problems.unlisted)
  }
}
