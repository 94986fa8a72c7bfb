internal import CasefileMerkle
internal import CasefileModel
internal import LMDB
internal import Synchronization

/// What the writer knows of the log between two commits.
struct WriterState: Sendable {
  var core: WriterCore
  var clock: ClockWatch
  /// The last commit, if it was ours and nothing failed since; the next one follows it unless
  /// another process wrote.
  var transactionID: UInt64?

  /// Reads the tail into the index, block by block.
  init(opening log: Log) throws {
    clock = ClockWatch(log.clockReading())
    let transaction = try log.environment.beginRead()
    let meta = try log.meta(transaction)
    core = WriterCore(meta: meta, tree: try log.tree(meta, transaction))
    let known = try log.view.map { view in
      try view.environment.withRead { try view.position($0).events }
    }
    log.tail.withLock { $0 = TailIndex(base: known ?? 0) }
    try catchUp(log, transaction)
  }

  /// Begins a commit: after one of another process, or one that failed, all is read again.
  mutating func begin(_ log: Log, id: UInt64) throws {
    defer { core.begin() }
    // LMDB counts commits one by one.
    if let transactionID, transactionID + 1 == id { return }
    let transaction = try log.environment.beginRead()
    let meta = try log.meta(transaction)
    core = WriterCore(meta: meta, tree: try log.rebuiltTree(meta, transaction))
    try catchUp(log, transaction)
  }

  /// Takes in what the log has and this process has not seen.
  mutating func catchUp(_ log: Log, _ transaction: borrowing ReadTransaction) throws {
    while true {
      let meta = core.meta
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

/// What stores requests, on one thread at a time.
struct WriterLoop: Sendable {
  private let log: Log
  private var state: WriterState
  private var failure: LogError?
  /// The first event of the newest commit until the index has it, and who takes it in, if somebody
  /// does so already.
  private var unindexed: (base: UInt64, indexing: Ahead<Void>?)?
  /// Whether what is stored is of one caller.
  var isAlone = true

  init(log: Log, state: WriterState) {
    self.log = log
    self.state = state
  }

  /// Stores items in as many commits as the limits ask for.
  ///
  /// - Parameter willAnswer: called with the number of events before the answers of each commit.
  mutating func process(_ items: [Mailbox.Item], willAnswer: (_ events: Int) -> Void) {
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
      commit(rest[..<end]) { willAnswer(events) }
      rest = rest[end...]
    }
  }

  private mutating func commit(_ items: ArraySlice<Mailbox.Item>, willAnswer: () -> Void) {
    let answers = answers(to: items.map(\.work))
    willAnswer()
    for (item, answer) in zip(items, answers) { item.answer(answer) }
    indexNewest()
  }

  /// Stores one request in a commit of its own, for a caller on this thread.
  ///
  /// - Parameter willAnswer: called with the number of its events.
  mutating func process(
    _ work: Mailbox.Work, willAnswer: (_ events: Int) -> Void
  ) -> Result<AppendOutcome, LogError> {
    if let failure { return .failure(failure) }
    let answers = answers(to: [work])
    willAnswer(work.extent.events)
    indexNewest()
    return answers[0]
  }

  /// Whether no other process has committed since this one did.
  var isUpToDate: Bool {
    guard let last = try? log.environment.lastTransactionID else { return false }
    return state.transactionID == last
  }

  /// Stores requests in one commit; an answer for each of them.
  private mutating func answers(
    to works: [Mailbox.Work]
  ) -> [Result<AppendOutcome, LogError>] {
    do {
      return try store(works)
    } catch {
      let error = LogError.wrap(error)
      // Nothing of this process may be written after a failed commit: LMDB would go on as if
      // nothing had happened.
      if log.environment.isPoisoned {
        failure = LogError(
          .ioFailed, "an earlier write failed (\(error.code)); close the store and open it again",
          cause: error)
      }
      return works.map { _ in .failure(error) }
    }
  }

  private mutating func store(_ works: [Mailbox.Work]) throws -> [Result<AppendOutcome, LogError>] {
    var write = try log.environment.beginWrite()
    let id = write.id
    try state.begin(log, id: id)
    // What goes wrong from here on leaves a core that is not what the log is.
    state.transactionID = nil
    let base = state.core.meta.events
    let facts = SnapshotFacts(log: log, end: base)
    var clock = state.clock
    var answers: [Result<AppendOutcome, LogError>] = []
    for work in works {
      let count = state.core.batch.count
      do {
        answers.append(.success(try judge(work, facts, &clock)))
      } catch let error as LogError where error.code != .damaged && error.code != .ioFailed {
        if case .ingest = work { return [.failure(error)] }
        // A refusal comes before anything is sealed.
        guard state.core.batch.count == count else { throw error }
        answers.append(.failure(error))
      }
    }
    guard state.core.batch.count > 0 else {
      state.clock = clock
      // Nothing was changed, so the next commit has the same number.
      state.transactionID = id - 1
      return answers
    }
    let (growing, indexing) = workAhead(from: base)
    do {
      try put(state.core.batch, from: base, &write)
      if let growing { state.core.take(try growing.get()) } else { state.core.finish() }
      try put(state.core.batch.rows, state.core.meta, &write)
      try commit(write)
    } catch {
      try forget(indexing)
      throw error
    }
    state.clock = clock
    state.transactionID = id
    unindexed = (base, indexing)
    return answers
  }

  private func commit(_ write: consuming WriteTransaction) throws {
    do throws(LMDBError) {
      try write.commit()
    } catch {
      throw LogError(
        LogError(error).code == .diskFull ? .diskFull : .unknownOutcome,
        "the commit of \(state.core.batch.count) events failed: \(error.message). Whether they are "
          + "stored is known after the store was opened again; repeat the append with the same ids.",
        cause: error)
    }
  }

  /// From how many events on another core helps to store a batch: below, waking another thread takes
  /// longer than it saves.
  private static let workedAheadMin = 256

  /// Takes a large batch into the index on another core, which has nothing else to do for this writer
  /// until the disk has answered. For a caller who is alone it grows the tree before, beside the puts;
  /// where several are at work it encodes what comes next.
  ///
  /// - Returns: the tree, which whoever asks first grows; nil: it is to be grown here. And the index.
  private mutating func workAhead(
    from base: UInt64
  ) -> (growing: SharedWork<WriterCore.Growth>?, indexing: Ahead<Void>?) {
    guard state.core.batch.count >= WriterLoop.workedAheadMin else { return (nil, nil) }
    let growing = isAlone && !log.isEncoding ? SharedWork(later: state.core.finishLeaves()) : nil
    let words = state.core.batch.words
    let indexing = Ahead { [log] in
      growing?.run()
      log.tail.withLock { $0?.append(words, from: base, isCommitted: false) }
    }
    return (growing, indexing)
  }

  /// Takes out of the index again what was not stored; the next commit reads the tail anew.
  private func forget(_ indexing: Ahead<Void>?) throws {
    guard let indexing else { return }
    try indexing.get()
    log.tail.withLock { $0 = $0.map { TailIndex(base: $0.base) } }
  }

  private mutating func judge(
    _ work: Mailbox.Work, _ facts: SnapshotFacts, _ clock: inout ClockWatch
  ) throws -> AppendOutcome {
    switch work {
    case .append(let request):
      let step = try log.clockStep(clock.judge(request.clock), request.clock)
      let outcome = try state.core.append(request, behind: step, facts)
      // A step is told by the first append that stores something.
      if step == nil || outcome.storedCount > 0 { clock.take(request.clock) }
      return outcome
    case .ingest(let request):
      try state.core.ingest(request, facts)
      return .none
    }
  }

  private func put(
    _ batch: WriterBatch, from base: UInt64, _ write: inout WriteTransaction
  ) throws {
    let tables = log.tables
    let positions = (base..<base + UInt64(batch.count)).map { $0 }
    try write.append(
      tables.entries, keys: positions.span, values: batch.envelopes.span.bytes,
      ends: batch.ends.span)
    let owners = batch.contentIndices.map { base + UInt64($0) }
    try write.append(
      tables.contents, keys: owners.span, values: batch.contents.span.bytes,
      ends: batch.contentEnds.span)
  }

  private func put(
    _ rows: [MerkleTree.Row], _ meta: LogMeta, _ write: inout WriteTransaction
  ) throws {
    for row in rows { try write.put(log.tables.tree, row.key, row.bytes) }
    try write.put(log.tables.meta, LogMeta.key, meta.bytes)
  }

  private mutating func indexNewest() {
    do {
      try index()
    } catch {
      failure = LogError.wrap(error)
    }
  }

  /// Takes the newest commit into the index, after its callers have their answers: a reader that
  /// comes between reads these entries themselves.
  private mutating func index() throws {
    guard let (base, indexing) = unindexed else { return }
    unindexed = nil
    log.edge.withLock { $0 = state.core.tree }
    // Where the other core is busy, callers need not wait for it: they encode what comes next.
    try indexing?.get()
    log.tail.withLock { tail in
      if indexing != nil {
        tail?.committed()
      } else {
        tail?.append(state.core.batch.words, from: base)
      }
    }
    log.flushIndexSoon()
  }
}

extension Mailbox.Work {
  /// How many events and bytes; an ingest counts as too large to share a commit.
  var extent: (events: Int, bytes: Int) {
    switch self {
    case .append(let request): (request.events.count, request.events.sizeBytes)
    case .ingest: (Limits.eventsPerCommit + 1, 0)
    }
  }
}
