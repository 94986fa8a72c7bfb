internal import CasefileMerkle
internal import CasefileModel
internal import LMDB

extension Log {
  /// Recomputes every leaf, the tree, every stream's chain and every content's commitments.
  ///
  /// Checks the events up to the head at the time of the call; appends go on meanwhile. Short
  /// snapshots of 4,096 events each.
  ///
  /// - Parameter progress: called with the number of events done and to do, every 4,096.
  /// - Throws: `LogError` `.closed`, `.ioFailed`; damage is in the report, not thrown.
  /// - Complexity: one pass; 56 bytes of memory a stream and 16 an event.
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
    var checker = LogChecker(meta: meta)
    var next: UInt64 = 0
    while next < meta.events {
      let end = min(next + 4096, meta.events)
      let start = next
      do {
        try reading { try checker.check(start..<end, tables, $0) }
      } catch {
        guard error.code == .damaged else { throw error }
        checker.note(Position(next), .unreadableLog, error.message)
      }
      next = end
      progress(next, meta.events)
    }
    do {
      try reading { try checker.finish(tables, $0) }
    } catch {
      guard error.code == .damaged else { throw error }
      checker.note(nil, .unreadableLog, error.message)
    }
    return checker.report()
  }
}

/// The state of one verification.
struct LogChecker {
  private let meta: LogMeta
  private var tree = MerkleTree()
  private var heads: [Digest: (version: UInt64, leaf: Digest)] = [:]
  private var ids: [(id: EventID, position: UInt64)] = []
  private var envelopeBytes: UInt64 = 0
  private var contentBytes: UInt64 = 0
  private var lastRecordedAt = Timestamp(microseconds: .min)
  private var problems: [VerificationReport.Problem] = []
  private var unlisted = 0

  private static let problemCountMax = 1000

  init(meta: LogMeta) { self.meta = meta }

  mutating func note(
    _ position: Position?, _ what: VerificationReport.Problem.Kind, _ message: String
  ) {
    guard problems.count < LogChecker.problemCountMax else {
      unlisted += 1
      return
    }
    problems.append(.init(position: position, what: what, message: message))
  }

  mutating func check(
    _ range: Range<UInt64>, _ tables: LogTables, _ transaction: borrowing ReadTransaction
  ) throws {
    var cursor = try transaction.cursor(tables.entries)
    var isThere = try cursor.seek(atOrAfter: range.lowerBound)
    for position in range {
      guard isThere, cursor.integerKey == position else {
        note(Position(position), .missingEntry, "the log has no entry at position \(position)")
        try take(MerkleHash.emptyRoot, tables, transaction)
        continue
      }
      let entry = cursor.value
      let leaf = MerkleHash.leaf(entry)
      envelopeBytes += UInt64(entry.byteCount)
      do {
        let envelope = try Envelope(decoding: entry)
        checkSeal(envelope, at: position, leaf: leaf)
        try checkContent(envelope, at: position, tables, transaction)
      } catch let error as CodecError {
        note(Position(position), .unreadableEnvelope, "the entry at \(position): \(error)")
      }
      try take(leaf, tables, transaction)
      isThere = try cursor.next()
    }
  }

  private mutating func checkSeal(_ envelope: Envelope, at position: UInt64, leaf: Digest) {
    let place = Position(position)
    if envelope.position != place {
      note(place, .wrongPosition, "the entry at \(position) carries \(envelope.position)")
    }
    if envelope.recordedAt < lastRecordedAt {
      note(
        place, .timeBackwards,
        "recorded at \(envelope.recordedAt), after an event recorded at \(lastRecordedAt)")
    }
    // The next event is compared with this one, so that one wrong time is told once.
    lastRecordedAt = envelope.recordedAt
    // Streams are known by the hash of their name: 32 bytes each, whatever the name's length.
    let stream = MerkleHash.leaf(Array(envelope.stream.description.utf8))
    let head = heads[stream]
    let version = (head?.version ?? 0) + 1
    if envelope.version.rawValue != version {
      note(
        place, .wrongVersion,
        "the event has version \(envelope.version) of its stream, \(version) comes next")
    }
    if envelope.previous != head?.leaf ?? .zero {
      note(
        place, .brokenLink,
        "the event names \(envelope.previous) as its predecessor, which has "
          + "\(head?.leaf ?? .zero)")
    }
    heads[stream] = (envelope.version.rawValue, leaf)
    ids.append((envelope.id, position))
  }

  private mutating func checkContent(
    _ envelope: Envelope, at position: UInt64, _ tables: LogTables,
    _ transaction: borrowing ReadTransaction
  ) throws {
    let place = Position(position)
    guard let bytes = try transaction.value(tables.contents, position) else {
      if !envelope.commitments.isEmpty {
        note(
          place, .missingContent,
          "the event commits to \(envelope.commitments.count) content fields; there are none")
      }
      return
    }
    contentBytes += UInt64(bytes.byteCount)
    do {
      let content = try Content(decoding: bytes)
      let computed = content.commitments()
      guard computed.count == envelope.commitments.count else {
        note(
          place, .commitmentMismatch,
          "the content has \(computed.count) fields, the event commits to "
            + "\(envelope.commitments.count)")
        return
      }
      for (index, commitment) in computed.enumerated()
      where commitment != envelope.commitments[index] {
        note(
          place, .commitmentMismatch,
          "content field \(envelope.commitments[index].path) does not match its commitment")
      }
    } catch {
      note(place, .unreadableContent, "the content at \(position): \(error)")
    }
  }

  /// Adds a leaf to the tree and compares the rows that fill with the stored ones.
  private mutating func take(
    _ leaf: Digest, _ tables: LogTables, _ transaction: borrowing ReadTransaction
  ) throws {
    var rows: [MerkleTree.Row] = []
    tree.append(leaf) { rows.append($0) }
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

  mutating func finish(
    _ tables: LogTables, _ transaction: borrowing ReadTransaction
  ) throws {
    if tree.root != meta.root {
      note(
        nil, .rootMismatch,
        "the events give the root \(tree.root), the log's meta row says \(meta.root)")
    }
    if UInt64(heads.count) != meta.streams {
      note(nil, .countMismatch, "\(heads.count) streams are there, the log counts \(meta.streams)")
    }
    if envelopeBytes != meta.envelopeBytes || contentBytes != meta.contentBytes {
      note(
        nil, .countMismatch,
        "\(envelopeBytes) + \(contentBytes) bytes are there, the log counts "
          + "\(meta.envelopeBytes) + \(meta.contentBytes)")
    }
    ids.sort { ($0.id, $0.position) < ($1.id, $1.position) }
    for (index, entry) in ids.enumerated().dropFirst() where ids[index - 1].id == entry.id {
      note(
        Position(entry.position), .repeatedID,
        "the event id stands at position \(ids[index - 1].position) too")
    }
    var cursor = try transaction.cursor(tables.contents)
    var isThere = try cursor.first()
    var next = 0
    // The events that have content were counted above; what remains belongs to none.
    let current = try LogMeta(transaction.copy(tables.meta, LogMeta.key))
    while isThere {
      if cursor.integerKey >= current.events { next += 1 }
      isThere = try cursor.next()
    }
    if next > 0 { note(nil, .surplusContent, "\(next) contents lie beyond the head") }
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
      problems: problems.sorted {
        ($0.position?.rawValue ?? .max) < ($1.position?.rawValue ?? .max)
      },
      unlistedProblems: unlisted)
  }
}
