internal import CasefileMerkle
internal import CasefileModel

/// What the core must know of the log to judge a request.
protocol LogFacts {
  /// The newest event of a stream; nil: it has none.
  func head(of stream: StreamID) throws -> StreamHead?
  /// The stored event with an id; nil: there is none.
  func record(of id: EventID) throws -> StoredRecord?
  /// The newest position after `since` whose event matches; nil: there is none.
  func newest(_ query: EventQuery, after since: Position?) throws -> Position?
}

/// The newest event of a stream.
struct StreamHead: Hashable {
  let version: StreamVersion
  let leaf: Digest
}

/// The stored bytes of an event.
struct StoredRecord {
  let envelope: [UInt8]
  /// Empty where it has none or it was erased.
  let content: [UInt8]
}

/// One append as the writer gets it.
struct AppendRequest: Sendable {
  let proposals: [Proposal]
  let condition: AppendCondition
  /// The clocks when it was handed in.
  let clock: ClockReading
  /// Says that the clock has stepped; stored ahead of the others, if any of them is.
  var step: Proposal?

  init(
    proposals: [Proposal], condition: AppendCondition, clock: ClockReading, step: Proposal? = nil
  ) {
    self.proposals = proposals
    self.condition = condition
    self.clock = clock
    self.step = step
  }
}

/// The decisions of the writer, without clock, random number or I/O of its own: from the state of
/// the log, requests and facts to the bytes that a commit stores.
///
/// The result does not depend on how requests are grouped into commits.
struct WriterCore {
  /// What a commit stores.
  struct Batch {
    /// All envelopes, one after the other.
    var envelopes: [UInt8] = []
    /// Where each envelope ends.
    var ends: [Int] = []
    var contents: [(index: Int, bytes: [UInt8])] = []
    var rows: [MerkleTree.Row] = []
    var proposals: [Proposal] = []
    var recordedAt: [Timestamp] = []
    var versions: [StreamVersion] = []

    var count: Int { ends.count }

    func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }
  }

  /// The log after the batch.
  private(set) var meta: LogMeta
  private(set) var tree: MerkleTree
  private(set) var batch = Batch()
  /// The heads of the streams that the batch extends.
  private(set) var heads: [StreamID: StreamHead] = [:]
  /// The batch's events by id.
  private var ids: [EventID: Int] = [:]
  /// The number of events before the batch.
  private let base: UInt64

  init(meta: LogMeta, tree: MerkleTree) {
    self.meta = meta
    self.tree = tree
    base = meta.events
  }

  /// Judges a request against the log and the requests before it in the batch.
  ///
  /// - Throws: `LogError` for a refusal, after which the core is as it was; any other error of the
  ///   facts ends the commit.
  mutating func append(_ request: AppendRequest, _ facts: some LogFacts) throws -> [Appended] {
    var duplicates: [Int: Appended] = [:]
    var seen: Set<EventID> = []
    for (index, proposal) in request.proposals.enumerated() {
      guard seen.insert(proposal.id).inserted else {
        throw LogError(.idReused, "the append has the event id \(proposal.id) twice")
      }
      if let known = try duplicate(of: proposal, facts) { duplicates[index] = known }
    }
    // A repeated request gets its first answer, whatever its condition says by now.
    if duplicates.count < request.proposals.count { try check(request.condition, facts) }
    let recordedAt = max(meta.lastRecordedAt.adding(microseconds: 1), request.clock.wall)
    if let step = request.step, duplicates.count < request.proposals.count {
      _ = try seal(step, recordedAt, facts)
    }
    var appended: [Appended] = []
    appended.reserveCapacity(request.proposals.count)
    for (index, proposal) in request.proposals.enumerated() {
      if let known = duplicates[index] {
        appended.append(known)
      } else {
        appended.append(try seal(proposal, recordedAt, facts))
      }
    }
    return appended
  }

  // MARK: Conditions

  private func check(_ condition: AppendCondition, _ facts: some LogFacts) throws {
    switch condition {
    case .any: return
    case .newStream(let stream): try check(stream, is: .none, facts)
    case .version(let stream, let version): try check(stream, is: version, facts)
    case .unchanged(let since, let query):
      let first = since.map { $0.next.rawValue } ?? 0
      var found: Position?
      for index in batch.proposals.indices.reversed() where base + UInt64(index) >= first {
        let proposal = batch.proposals[index]
        if query.matches(
          stream: proposal.stream, type: proposal.type.number, tags: proposal.tags)
        {
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

  private func check(
    _ stream: StreamID, is expected: StreamVersion, _ facts: some LogFacts
  ) throws {
    let actual = try head(of: stream, facts)?.version ?? .none
    guard actual == expected else {
      throw LogError(
        .versionConflict,
        "stream \(stream) is at version \(actual), the append expected \(expected); read it again "
          + "and decide anew")
    }
  }

  private func head(of stream: StreamID, _ facts: some LogFacts) throws -> StreamHead? {
    if let head = heads[stream] { return head }
    return try facts.head(of: stream)
  }

  // MARK: Repeated requests

  private func duplicate(of proposal: Proposal, _ facts: some LogFacts) throws -> Appended? {
    if let index = ids[proposal.id] {
      let known = batch.proposals[index]
      let sameContent = try SameContent.of(proposal, stored: known.content)
      guard
        known.bytes.prefix(known.plainSizeBytes)
          == proposal.bytes.prefix(proposal.plainSizeBytes), sameContent != .different
      else { throw WriterCore.reused(proposal.id, Position(base + UInt64(index))) }
      return Appended(
        id: proposal.id, position: Position(base + UInt64(index)), stream: proposal.stream,
        version: batch.versions[index], recordedAt: batch.recordedAt[index], isDuplicate: true,
        isContentErased: false)
    }
    guard let record = try facts.record(of: proposal.id) else { return nil }
    let header = try EnvelopeHeader(record.envelope.span.bytes)
    let sameContent = try SameContent.of(proposal, stored: record.content)
    guard
      record.envelope.prefix(header.plainEnd) == proposal.bytes.prefix(proposal.plainSizeBytes),
      sameContent != .different
    else { throw WriterCore.reused(proposal.id, header.seal.position) }
    return Appended(
      id: proposal.id, position: header.seal.position, stream: proposal.stream,
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
    _ proposal: Proposal, _ recordedAt: Timestamp, _ facts: some LogFacts
  ) throws -> Appended {
    let head = try head(of: proposal.stream, facts)
    let version = StreamVersion((head?.version.rawValue ?? 0) + 1)
    let position = Position(meta.events)
    let start = batch.envelopes.count
    batch.envelopes.append(contentsOf: proposal.bytes)
    Seal(
      position: position, version: version, recordedAt: recordedAt, previous: head?.leaf ?? .zero
    ).write(to: &batch.envelopes)
    let end = batch.envelopes.count
    let leaf = MerkleHash.leaf(batch.envelopes.span.bytes.extracting(start..<end))
    take(proposal, leaf: leaf, version: version, recordedAt: recordedAt, size: end - start)
    return Appended(
      id: proposal.id, position: position, stream: proposal.stream, version: version,
      recordedAt: recordedAt, isDuplicate: false, isContentErased: false)
  }

  private mutating func take(
    _ proposal: Proposal, leaf: Digest, version: StreamVersion, recordedAt: Timestamp, size: Int
  ) {
    let index = batch.count
    batch.ends.append(batch.envelopes.count)
    if !proposal.content.isEmpty { batch.contents.append((index, proposal.content)) }
    batch.proposals.append(proposal)
    batch.recordedAt.append(recordedAt)
    batch.versions.append(version)
    tree.append(leaf) { batch.rows.append($0) }
    heads[proposal.stream] = StreamHead(version: version, leaf: leaf)
    ids[proposal.id] = index
    meta.events += 1
    if version.rawValue == 1 { meta.streams += 1 }
    meta.envelopeBytes += UInt64(size)
    meta.contentBytes += UInt64(proposal.content.count)
    meta.lastRecordedAt = recordedAt
  }

  /// The meta row of the commit: with the root, which is computed once.
  func sealedMeta() -> LogMeta {
    var sealed = meta
    sealed.root = tree.root
    return sealed
  }

  // MARK: Ingest

  /// Takes an event that another log sealed, if it is exactly the next one here: restore and
  /// replicas use it.
  ///
  /// - Throws: `LogError` `.wrongLog` naming what does not hold, `.damaged` for bytes that are no
  ///   event.
  mutating func ingest(
    envelope bytes: [UInt8], content: [UInt8], _ facts: some LogFacts
  ) throws {
    let envelope: Envelope
    do {
      envelope = try Envelope(decoding: bytes.span.bytes)
      // The index reads the header only, and must not fail after the commit.
      _ = try EnvelopeHeader(bytes.span.bytes)
      if !content.isEmpty {
        guard try Content(decoding: content.span.bytes).commitments() == envelope.commitments else {
          throw LogError(
            .wrongLog,
            "the content given for position \(envelope.position) does not match its "
              + "commitments", position: envelope.position)
        }
      }
    } catch let error as CodecError {
      throw LogError(.damaged, "the sealed event can't be read: \(error)", cause: error)
    }
    let head = try head(of: envelope.stream, facts)
    let version = StreamVersion((head?.version.rawValue ?? 0) + 1)
    try expect(envelope.position.rawValue, meta.events, "position", envelope)
    try expect(envelope.version.rawValue, version.rawValue, "version", envelope)
    guard envelope.previous == head?.leaf ?? .zero else {
      throw LogError(
        .wrongLog,
        "the event for position \(envelope.position) follows another event than the "
          + "newest of \(envelope.stream)", position: envelope.position)
    }
    guard envelope.recordedAt >= meta.lastRecordedAt else {
      throw LogError(
        .wrongLog, "the event for position \(envelope.position) was recorded before the newest",
        position: envelope.position)
    }
    guard ids[envelope.id] == nil, try facts.record(of: envelope.id) == nil else {
      throw WriterCore.reused(envelope.id, envelope.position)
    }
    batch.envelopes.append(contentsOf: bytes)
    take(
      Proposal(sealed: envelope, bytes: bytes, content: content),
      leaf: MerkleHash.leaf(bytes), version: version, recordedAt: envelope.recordedAt,
      size: bytes.count)
  }

  private func expect(
    _ given: UInt64, _ wanted: UInt64, _ name: String, _ envelope: Envelope
  ) throws {
    guard given == wanted else {
      throw LogError(
        .wrongLog, "the sealed event has \(name) \(given), the log takes \(wanted) next",
        position: envelope.position)
    }
  }
}

/// Whether a repeated event has the content that is stored.
private enum SameContent {
  case same, different, erased

  static func of(_ proposal: Proposal, stored bytes: [UInt8]) throws -> SameContent {
    if proposal.content.isEmpty { return bytes.isEmpty ? .same : .different }
    if bytes.isEmpty { return .erased }
    let given = try Content(decoding: proposal.content.span.bytes)
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
