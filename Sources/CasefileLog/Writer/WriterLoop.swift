internal import CasefileMerkle
internal import CasefileModel
internal import LMDB
internal import Synchronization

/// What the writer knows of the log between two commits.
struct WriterState: Sendable {
  var meta: LogMeta
  var tree: MerkleTree
  /// The heads of streams that were written lately.
  var heads: [StreamID: StreamHead] = [:]
  var clock: ClockWatch

  /// How many heads are kept; then all are forgotten, and the index is asked again.
  static let headCountMax = 100_000

  /// Reads the tail into the index, block by block.
  init(opening log: Log) throws {
    clock = ClockWatch(log.clockReading())
    let transaction = try log.environment.beginRead()
    meta = try log.meta(transaction)
    tree = try log.tree(meta, transaction)
    let known = try log.view.map { view in
      try view.environment.withRead { try view.position($0).events }
    }
    log.tail.withLock { $0 = TailIndex(base: known ?? 0) }
    try catchUp(log, transaction)
  }

  /// Takes in what the log has and this process has not seen.
  mutating func catchUp(_ log: Log, _ transaction: borrowing ReadTransaction) throws {
    while true {
      let end = try log.tail.withLock { tail -> UInt64 in
        guard var grown = tail else { return meta.events }
        tail = nil
        defer { tail = grown }
        let blockEnd = grown.base + IndexRun.positionsPerBlock
        let end = min(meta.events, max(blockEnd, grown.end + 1))
        try log.index(from: grown.end, to: end, into: &grown, transaction)
        return end
      }
      log.flushIndex()
      guard end < meta.events else { return }
    }
  }
}

/// The body of the writer's thread.
struct WriterLoop {
  private let log: Log
  private var state: WriterState
  private var failure: LogError?

  init(log: Log, state: WriterState) {
    self.log = log
    self.state = state
  }

  /// Stores items in as many commits as the limits ask for.
  mutating func process(_ items: [Mailbox.Item]) {
    var rest = items[...]
    while !rest.isEmpty {
      if let failure {
        for item in rest { item.answer(.failure(failure)) }
        return
      }
      var events = 0
      var bytes = 0
      var end = rest.startIndex
      while end < rest.endIndex {
        let (count, size) = rest[end].work.extent
        if end > rest.startIndex,
          events + count > Limits.eventsPerCommit || bytes + size > Limits.bytesPerCommit
        {
          break
        }
        events += count
        bytes += size
        end += 1
      }
      commit(rest[..<end])
      rest = rest[end...]
    }
  }

  private mutating func commit(_ items: ArraySlice<Mailbox.Item>) {
    var answers: [Result<[Appended], LogError>] = []
    do {
      answers = try store(items.map(\.work))
    } catch {
      let error = LogError.wrap(error)
      // Nothing of this process may be written after a failed commit: LMDB would go on as if
      // nothing had happened.
      if log.environment.isPoisoned {
        failure = LogError(
          .ioFailed, "an earlier write failed (\(error.code)); close the store and open it again",
          cause: error)
      }
      answers = items.map { _ in .failure(error) }
    }
    for (item, answer) in zip(items, answers) { item.answer(answer) }
  }

  private mutating func store(_ works: [Mailbox.Work]) throws -> [Result<[Appended], LogError>] {
    var write = try log.environment.beginWrite()
    let facts = try SnapshotFacts(log: log, heads: state.heads)
    let meta = try log.meta(facts.transaction)
    if meta != state.meta {
      // Another process wrote.
      state.heads = [:]
      facts.heads = [:]
      state.meta = meta
      state.tree = try log.rebuiltTree(meta, facts.transaction)
      try state.catchUp(log, facts.transaction)
    }
    var core = WriterCore(meta: state.meta, tree: state.tree)
    var clock = state.clock
    var answers: [Result<[Appended], LogError>] = []
    for work in works {
      do {
        switch work {
        case .append(var request):
          let verdict = clock.judge(request.clock)
          request.step = try log.clockStep(verdict, request.clock)
          let appended = try core.append(request, facts)
          // A step is told by the first append that stores something.
          if request.step == nil || appended.contains(where: { !$0.isDuplicate }) {
            clock.take(request.clock)
          }
          answers.append(.success(appended))
        case .ingest(let events):
          guard works.count == 1 else { preconditionFailure("An ingest is a commit of its own.") }
          for event in events {
            try core.ingest(envelope: event.envelope, content: event.content, facts)
          }
          answers.append(.success([]))
        }
      } catch let error as LogError where error.code != .damaged && error.code != .ioFailed {
        if case .ingest = work { return [.failure(error)] }
        answers.append(.failure(error))
      }
    }
    let batch = core.batch
    guard batch.count > 0 else {
      state.clock = clock
      return answers
    }
    let base = state.meta.events
    try put(batch, from: base, core.sealedMeta(), &write)
    do throws(LMDBError) {
      try write.commit()
    } catch {
      throw LogError(
        LogError(error).code == .diskFull ? .diskFull : .unknownOutcome,
        "the commit of \(batch.count) events failed: \(error.message) Whether they are stored is "
          + "known after the store was opened again; repeat the append with the same ids.",
        cause: error)
    }
    state.clock = clock
    advance(core, from: base)
    return answers
  }

  private func put(
    _ batch: WriterCore.Batch, from base: UInt64, _ meta: LogMeta, _ write: inout WriteTransaction
  ) throws {
    let tables = log.tables
    let envelopes = batch.envelopes.span.bytes
    for index in 0..<batch.count {
      try write.append(
        tables.entries, base + UInt64(index), envelopes.extracting(batch.range(index)))
    }
    for (index, bytes) in batch.contents {
      try write.append(tables.contents, base + UInt64(index), bytes.span.bytes)
    }
    for row in batch.rows { try write.put(tables.tree, row.key, row.bytes) }
    try write.put(tables.meta, LogMeta.key, meta.bytes)
  }

  private mutating func advance(_ core: WriterCore, from base: UInt64) {
    state.meta = core.sealedMeta()
    state.tree = core.tree
    if state.heads.count > WriterState.headCountMax { state.heads = [:] }
    for (stream, head) in core.heads { state.heads[stream] = head }
    log.edge.withLock { $0 = core.tree }
    let batch = core.batch
    log.tail.withLock { tail in
      guard var grown = tail else { return }
      tail = nil
      defer { tail = grown }
      let envelopes = batch.envelopes.span.bytes
      for index in 0..<batch.count {
        do throws(CodecError) {
          try grown.append(
            envelopes.extracting(batch.range(index)), at: base + UInt64(index))
        } catch {
          // Proposals were encoded here and ingested bytes decoded, so they have a header.
          preconditionFailure("An envelope that was just sealed can't be read: \(error)")
        }
      }
    }
    log.flushIndexSoon()
  }
}

extension Mailbox.Work {
  /// How many events and bytes; an ingest counts as too large to share a commit.
  var extent: (events: Int, bytes: Int) {
    switch self {
    case .append(let request):
      (request.proposals.count, request.proposals.reduce(0) { $0 + $1.sizeBytes })
    case .ingest: (Limits.eventsPerCommit + 1, 0)
    }
  }
}
