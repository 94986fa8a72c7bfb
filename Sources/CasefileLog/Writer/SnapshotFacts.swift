internal import CasefileMerkle
internal import CasefileModel
internal import LMDB
internal import Synchronization

/// The log before a commit, as the core asks for it. No other process writes meanwhile.
final class SnapshotFacts: LogFacts {
  private final class OpenRead {
    let transaction: ReadTransaction

    init(_ environment: Environment) throws { transaction = try environment.beginRead() }
  }

  private let log: Log
  /// How many events there are.
  private let end: UInt64
  /// Most commits ask nothing that the tail and the filter don't answer.
  private var open: OpenRead?

  init(log: Log, end: UInt64) {
    self.log = log
    self.end = end
  }

  private func read() throws -> OpenRead {
    if let open { return open }
    let begun = try OpenRead(log.environment)
    open = begun
    return begun
  }

  func head(of stream: StreamID, _ fingerprint: UInt64) throws -> StreamHead? {
    let tail = log.tail.withLock { tail in
      (base: tail?.base ?? 0, holds: tail?.contains(.stream, fingerprint) ?? true)
    }
    if !tail.holds {
      try log.loadFilter(before: tail.base)
      let mayHold = log.filter.withLock {
        $0.mayHold(stream: fingerprint, before: tail.base)
      }
      guard mayHold else { return nil }
      try log.noteLookup(.stream)
    }
    return try log.head(of: stream, in: 0..<end, read().transaction)
  }

  func suspects(among words: EventWords) throws -> [Int] {
    var suspects: [Int] = []
    let base = log.tail.withLock { tail -> UInt64? in
      // Ids begin with their time, so that nearly always all of them are greater.
      if let known = tail?.greatestID, words.leastID > known { return tail?.base }
      for (index, event) in words.events.enumerated()
      where tail?.contains(.id, event.id) ?? false {
        suspects.append(index)
      }
      return tail?.base
    }
    guard let base else { return Array(0..<words.count) }
    guard base > 0 else { return suspects }
    try log.loadFilter(before: base)
    let older = log.filter.withLock { filter in
      words.events.indices.filter { filter.mayHold(id: words.events[$0].id, before: base) }
    }
    guard !older.isEmpty else { return suspects }
    for _ in older { try log.noteLookup(.id) }
    return Array(Set(suspects).union(older)).sorted()
  }

  func record(of id: EventID) throws -> StoredRecord? {
    try log.record(of: id, in: 0..<end, read().transaction)
  }

  func newest(_ query: EventQuery, after since: Position?) throws -> Position? {
    let first = since.map { $0.next.rawValue } ?? 0
    let range = first..<max(end, first)
    guard !range.isEmpty else { return nil }
    if query.isEmpty { return Position(range.upperBound - 1) }
    return try log.newestPosition(matching: query, in: range, read().transaction)
      .map { Position($0) }
  }
}

extension Log {
  /// Sees to it that the filter covers the events before `base`.
  func loadFilter(before base: UInt64) throws {
    guard let view, filter.withLock({ ($0.events ?? 0) < base }) else { return }
    let loaded = try IndexFilter(view)
    filter.withLock { $0 = loaded }
  }

  /// Counts a lookup in the index on disk that its words in memory would spare.
  func noteLookup(_ kind: Fingerprint.Kind) throws {
    let isDue = filter.withLock { kind == .id ? $0.noteIDLookup() : $0.noteStreamLookup() }
    guard let view, isDue else { return }
    let loaded = try IndexFilter(view, with: filter.withLock { $0.kinds }.union([kind]))
    filter.withLock { $0 = loaded }
  }
}

extension Log {
  func head(
    of stream: StreamID, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
  ) throws -> StreamHead? {
    guard let position = try newestPosition(of: stream, in: range, transaction),
      let entry = try transaction.value(tables.entries, position)
    else { return nil }
    return StreamHead(version: try Seal(of: entry).version, leaf: MerkleHash.leaf(entry))
  }

  func record(
    of id: EventID, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
  ) throws -> StoredRecord? {
    guard let position = try position(of: id, in: range, transaction),
      let entry = try transaction.value(tables.entries, position)
    else { return nil }
    let envelope = entry.withUnsafeBytes { Array($0) }
    let content = try transaction.value(tables.contents, position)?.copy() ?? []
    return StoredRecord(envelope: envelope, content: content)
  }
}
