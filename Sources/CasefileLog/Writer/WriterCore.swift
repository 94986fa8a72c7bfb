internal import CasefileMerkle
internal import CasefileModel

/// What the core must know of the log to judge a request.
protocol LogFacts {
  /// The newest event of a stream, whose fingerprint is given; nil: it has none.
  func head(of stream: StreamID, _ fingerprint: UInt64) throws -> StreamHead?
  /// Which of some events may have an id that is stored already: nearly always none.
  func suspects(among words: EventWords) throws -> [Int]
  /// The stored event with an id; nil: there is none.
  func record(of id: EventID) throws -> StoredRecord?
  /// The newest position after `since` whose event matches; nil: there is none.
  func newest(_ query: EventQuery, after since: Position?) throws -> Position?
}

/// The stored bytes of an event.
struct StoredRecord {
  let envelope: [UInt8]
  /// Empty where it has none or it was erased.
  let content: [UInt8]
}

/// The decisions of the writer, without clock, random number or I/O of its own: from the state of
/// the log, requests and facts to the bytes that a commit stores.
///
/// The result does not depend on how requests are grouped into commits. The core lives from commit
/// to commit and keeps its memory, so that an event costs no allocation here.
struct WriterCore {
  /// The log after the batch.
  private(set) var meta: LogMeta
  private(set) var tree: MerkleTree
  private(set) var batch = WriterBatch()
  private var heads = StreamHeads()
  /// The batch's events by id.
  private var ids = EventIDs()
  /// The newest event, whose leaf hash is computed together with that of the next one.
  private var waiting: (index: Int, place: Int, leaf: HashBeginning)?
  /// The number of events before the batch.
  private var base: UInt64 { meta.events - UInt64(batch.count) }

  init(meta: LogMeta, tree: MerkleTree) {
    self.meta = meta
    self.tree = tree
  }

  /// Forgets the batch, which is stored.
  mutating func begin() {
    batch.removeAll()
    ids.removeAll()
    heads.trim()
  }

  /// Judges a request against the log and the requests before it in the batch.
  ///
  /// - Parameter step: says that the clock has stepped; stored ahead of the events, if any of them is.
  /// - Throws: `LogError` for a refusal, after which the core is as it was; any other error of the
  ///   facts ends the commit.
  mutating func append(
    _ request: AppendRequest, behind step: EncodedEvents?, _ facts: some LogFacts
  ) throws -> AppendOutcome {
    let duplicates = try duplicates(of: request, facts)
    let count = request.events.count
    // A repeated request gets its first answer, whatever its condition says by now.
    if duplicates.count < count { try check(request.condition, facts) }
    let recordedAt = max(meta.lastRecordedAt.adding(microseconds: 1), request.clock.wall)
    if let step, duplicates.count < count {
      _ = try seal(step, 0, recordedAt, facts)
    }
    let first = Position(meta.events)
    var versions: [StreamVersion] = []
    versions.reserveCapacity(count - duplicates.count)
    for index in 0..<count where duplicates.isEmpty || duplicates[index] == nil {
      versions.append(try seal(request.events, index, recordedAt, facts))
    }
    return AppendOutcome(
      first: first, recordedAt: recordedAt, versions: versions, duplicates: duplicates)
  }

  /// Ends the batch: its last leaf hash, the tree and its root.
  mutating func finish() {
    finishLeaf()
    tree.append(contentsOf: batch.leaves) { batch.rows.append($0) }
    meta.root = tree.root
  }

  /// What a batch makes of the tree.
  struct Growth: Sendable {
    fileprivate let tree: MerkleTree
    /// The rows that became full.
    fileprivate let rows: [MerkleTree.Row]
    fileprivate let root: Digest

    fileprivate init(of tree: MerkleTree, by leaves: [Digest]) {
      var tree = tree
      var rows: [MerkleTree.Row] = []
      tree.append(contentsOf: leaves) { rows.append($0) }
      (self.tree, self.rows, root) = (tree, rows, tree.root)
    }
  }

  /// Ends the batch but for the tree.
  ///
  /// - Returns: what makes a copy of the tree grow, on any thread.
  mutating func finishLeaves() -> @Sendable () -> Growth {
    finishLeaf()
    return { [tree, leaves = batch.leaves] in Growth(of: tree, by: leaves) }
  }

  /// Takes the tree that was grown after `finishLeaves`.
  mutating func take(_ growth: Growth) {
    tree = growth.tree
    batch.rows = growth.rows
    meta.root = growth.root
  }

  // MARK: Conditions

  private mutating func check(_ condition: AppendCondition, _ facts: some LogFacts) throws {
    switch condition {
    case .any: return
    case .newStream(let stream): try check(stream, is: .none, facts)
    case .version(let stream, let version): try check(stream, is: version, facts)
    case .unchanged(let since, let query):
      let first = since.map { $0.next.rawValue } ?? 0
      var found: Position?
      for index in (0..<batch.count).reversed() where base + UInt64(index) >= first {
        if try query.matches(batch.envelope(index)) {
          found = Position(base + UInt64(index))
          break
        }
      }
      if found == nil { found = try facts.newest(query, after: since) }
      if let found {
        throw LogError(
          .changedSince,
          "position \(found) holds an event that the decision depends on; it was taken at "
            + "\(since.map(\.description) ?? "the beginning"). Read again and decide anew.",
          position: found)
      }
    case .all(let conditions):
      for condition in conditions { try check(condition, facts) }
    }
  }

  private mutating func check(
    _ stream: StreamID, is expected: StreamVersion, _ facts: some LogFacts
  ) throws {
    let fingerprint = Fingerprint.of(stream: stream.description)
    let place = try heads.place(of: stream, fingerprint) ?? add(stream, fingerprint, facts)
    let actual = heads[place].version
    guard actual == expected else {
      throw LogError(
        .versionConflict,
        "stream \(stream) is at version \(actual), the append expected \(expected); read it again "
          + "and decide anew")
    }
  }

  /// Gives a stream's head a place; one without events has version 0.
  private mutating func add(
    _ stream: StreamID, _ fingerprint: UInt64, _ facts: some LogFacts
  ) throws -> Int {
    let head = try facts.head(of: stream, fingerprint)
    return heads.add(stream, fingerprint, head ?? StreamHead(version: .none, leaf: .zero))
  }

  // MARK: Repeated requests

  /// The events of a request that are stored already, or stand before it in the batch.
  private mutating func duplicates(
    of request: AppendRequest, _ facts: some LogFacts
  ) throws -> [Int: Appended] {
    var duplicates: [Int: Appended] = [:]
    let count = request.events.count
    if let id = request.repeatedID {
      throw LogError(.idReused, "the append has the event id \(id) twice")
    }
    if batch.count > 0 {
      for index in 0..<count {
        guard let known = ids.index(of: request.events.id(index)) else { continue }
        duplicates[index] = try duplicate(of: request.events, index, batch.record(known))
      }
    }
    for index in try facts.suspects(among: request.events.words) where duplicates[index] == nil {
      guard let record = try facts.record(of: request.events.id(index)) else { continue }
      duplicates[index] = try duplicate(of: request.events, index, record)
    }
    return duplicates
  }

  private func duplicate(
    of events: EncodedEvents, _ index: Int, _ record: StoredRecord
  ) throws -> Appended {
    let item = events.proposals.items[index]
    let header = try EnvelopeHeader(record.envelope.span.bytes)
    let sameContent = try SameContent.of(
      events.proposals.content(index), stored: record.content)
    guard
      record.envelope.span.bytes.extracting(first: header.plainEnd).equals(
        events.proposals.envelope(index).extracting(first: item.plainSizeBytes)),
      sameContent != .different
    else { throw WriterCore.reused(item.id, header.seal.position) }
    return Appended(
      id: item.id, position: header.seal.position, stream: events.proposals.stream(index),
      version: header.seal.version, recordedAt: header.seal.recordedAt, isDuplicate: true,
      isContentErased: sameContent == .erased)
  }

  private static func reused(_ id: EventID, _ position: Position) -> LogError {
    LogError(
      .idReused,
      "the event id \(id) is at position \(position) already, with another event; an id is given "
        + "once for ever", position: position)
  }

  // MARK: Sealing

  private mutating func seal(
    _ events: EncodedEvents, _ index: Int, _ recordedAt: Timestamp, _ facts: some LogFacts
  ) throws -> StreamVersion {
    let fingerprint = events.words.events[index].stream
    let place =
      try heads.place(of: events.proposals.streamName(index), fingerprint)
      ?? add(events.proposals.stream(index), fingerprint, facts)
    if waiting?.place == place { finishLeaf() }
    let head = heads[place]
    let seal = Seal(
      position: Position(meta.events), version: StreamVersion(head.version.rawValue + 1),
      recordedAt: recordedAt, previous: head.leaf)
    let content = events.proposals.content(index)
    batch.append(events.proposals.envelope(index), seal, content)
    batch.words.append(events.words, at: index)
    take(
      events.id(index), seal, place, events.proposals.leaf(index),
      contentSizeBytes: content.byteCount)
    return seal.version
  }

  /// Notes the newest event of the batch.
  private mutating func take(
    _ id: EventID, _ seal: Seal, _ place: Int, _ leaf: HashBeginning, contentSizeBytes: Int
  ) {
    let index = batch.count - 1
    ids.append(id)
    heads[place].version = seal.version
    meta.events += 1
    if seal.version.rawValue == 1 { meta.streams += 1 }
    meta.envelopeBytes += UInt64(batch.range(index).count)
    meta.contentBytes += UInt64(contentSizeBytes)
    meta.lastRecordedAt = seal.recordedAt
    guard let first = waiting else {
      waiting = (index, place, leaf)
      return
    }
    let (firstHash, hash) = first.leaf.digests(
      of: batch.envelope(first.index), and: leaf, of: batch.envelope(index))
    heads[first.place].leaf = firstHash
    heads[place].leaf = hash
    batch.leaves.append(firstHash)
    batch.leaves.append(hash)
    waiting = nil
  }

  /// Hashes the event that waits for the next one: that one follows it, or there is none.
  private mutating func finishLeaf() {
    guard let last = waiting else { return }
    let hash = last.leaf.digest(of: batch.envelope(last.index))
    heads[last.place].leaf = hash
    batch.leaves.append(hash)
    waiting = nil
  }

  // MARK: Ingest

  /// Takes events that another log sealed, if they are exactly the next ones here: restore and
  /// replicas use it.
  ///
  /// - Throws: `LogError` `.wrongLog` or `.idReused` naming what does not hold; the batch is of no
  ///   use then.
  mutating func ingest(_ request: IngestRequest, _ facts: some LogFacts) throws {
    let suspects = Set(try facts.suspects(among: request.words))
    for (index, event) in request.events.enumerated() {
      let header: EnvelopeHeader
      do {
        header = try EnvelopeHeader(event.envelope.span.bytes)
      } catch {
        throw LogError(.damaged, "the sealed event can't be read: \(error)", cause: error)
      }
      let stream = request.streams[index]
      let fingerprint = request.words.events[index].stream
      let place = try heads.place(of: stream, fingerprint) ?? add(stream, fingerprint, facts)
      if waiting?.place == place { finishLeaf() }
      try check(header.seal, follows: heads[place], stream)
      let isStored = suspects.contains(index) ? try facts.record(of: header.id) != nil : false
      guard !isStored, ids.index(of: header.id) == nil else {
        throw WriterCore.reused(header.id, header.seal.position)
      }
      batch.append(event.envelope.span.bytes, nil, event.content.span.bytes)
      batch.words.append(request.words, at: index)
      take(
        header.id, header.seal, place, HashBeginning(0x00, event.envelope.span.bytes),
        contentSizeBytes: event.content.count)
    }
  }

  private func check(_ seal: Seal, follows head: StreamHead, _ stream: StreamID) throws {
    try expect(seal.position.rawValue, meta.events, "position", seal.position)
    try expect(seal.version.rawValue, head.version.rawValue + 1, "version", seal.position)
    guard seal.previous == head.leaf else {
      throw LogError(
        .wrongLog,
        "the event for position \(seal.position) follows another event than the "
          + "newest of \(stream)", position: seal.position)
    }
    guard seal.recordedAt >= meta.lastRecordedAt else {
      throw LogError(
        .wrongLog, "the event for position \(seal.position) was recorded before the newest",
        position: seal.position)
    }
  }

  private func expect(
    _ given: UInt64, _ wanted: UInt64, _ name: String, _ position: Position
  ) throws {
    guard given == wanted else {
      throw LogError(
        .wrongLog, "the sealed event has \(name) \(given), the log takes \(wanted) next",
        position: position)
    }
  }
}

/// Whether a repeated event has the content that is stored.
private enum SameContent {
  case same, different, erased

  static func of(_ content: RawSpan, stored bytes: [UInt8]) throws -> SameContent {
    if content.isEmpty { return bytes.isEmpty ? .same : .different }
    if bytes.isEmpty { return .erased }
    let given = try Content(decoding: content)
    let stored = try Content(decoding: bytes.span.bytes)
    guard given.values.count == stored.values.count else { return .different }
    for (left, right) in zip(given.values, stored.values) {
      // The seeds differ in each request, so each value is checked under the stored one.
      let seed = stored.subjects[right.subject].seed
      guard left.path == right.path,
        given.subjects[left.subject].id == stored.subjects[right.subject].id,
        Commitment.hash(of: left.bytes, path: left.path, seed: seed)
          == Commitment.hash(of: right.bytes, path: right.path, seed: seed)
      else { return .different }
    }
    return .same
  }
}
