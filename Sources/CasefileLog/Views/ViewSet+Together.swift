internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization

/// A view on its way to a number of events.
struct ViewTarget: Sendable {
  let view: any View
  let file: ViewFile
  /// How many events it shall cover.
  let end: UInt64
  /// How many events it covers.
  var position: UInt64

  init(_ view: any View, _ file: ViewFile, end: UInt64) throws {
    self.view = view
    self.file = file
    self.end = end
    position = try ViewSnapshot(file).position.events
  }
}

/// Brings several views forward in step: the log is read and checked once for all of them, and the
/// next events are read while these are applied.
extension ViewSet {
  /// Advances views until each has its events, or has stopped at one that it can't take.
  ///
  /// - Parameters:
  ///   - isWhole: whether they begin empty, and nobody looks at the files before the end: then steps
  ///     may look ahead.
  ///   - each: is told of a view that has come to its end, or of what kept it from that.
  func advance(
    _ targets: [ViewTarget], isWhole: Bool, progress: (_ done: UInt64, _ total: UInt64) -> Void,
    each: (_ index: Int, _ result: Result<Void, any Error>) -> Void
  ) throws {
    let counts = limit(isWhole: isWhole)
    var targets = targets
    var active = Array(targets.indices)
    var ahead: (range: Range<UInt64>, batch: Ahead<[StoredEvent]>)?
    while let first = active.map({ targets[$0].position }).min() {
      // Those behind go first, up to where the others are.
      let group = active.filter { targets[$0].position == first }
      let end =
        active.map { targets[$0].position == first ? targets[$0].end : targets[$0].position }
        .min() ?? first
      var batch: [StoredEvent] = []
      if let ahead, ahead.range == first..<end {
        batch = try ahead.batch.get()
      } else if first < end {
        batch = try self.batch(from: first, upTo: end, counts)
      }
      let next = first + UInt64(batch.count)
      ahead = nil
      if next < end {
        ahead = (next..<end, Ahead { try self.batch(from: next, upTo: end, counts) })
      }
      let events = batch
      let done = Mutex<[Int: Result<UInt64?, any Error>]>([:])
      let current = targets
      let together = Set(group.map { targets[$0].view.name })
      DispatchQueue.concurrentPerform(iterations: group.count) { number in
        let target = current[group[number]]
        let result = Result {
          try self.step(target, events, together, isWhole: isWhole)
        }
        done.withLock { $0[group[number]] = result }
      }
      for (index, result) in done.withLock({ $0 }) {
        switch result {
        case .success(let position?) where position < targets[index].end:
          targets[index].position = position
        case .success:
          active.removeAll { $0 == index }
          each(index, .success(()))
        case .failure(let error):
          active.removeAll { $0 == index }
          each(index, .failure(error))
        }
      }
      progress(next, targets.map(\.end).max() ?? next)
    }
  }

  /// One batch, in one transaction with the view's position.
  ///
  /// - Returns: how many events the view covers now; nil where it has all or has stopped.
  private func step(
    _ target: ViewTarget, _ shared: [StoredEvent], _ together: Set<String>, isWhole: Bool
  ) throws -> UInt64? {
    do {
      return try checkedStep(target, shared, together, isWhole: isWhole)
    } catch let error as LMDBError where error.code != .closed {
      guard error.code != .damaged else { throw ViewDamage(error.message) }
      throw LogError(error)
    }
  }

  private func checkedStep(
    _ target: ViewTarget, _ shared: [StoredEvent], _ together: Set<String>, isWhole: Bool
  ) throws -> UInt64? {
    let (view, file, end) = (target.view, target.file, target.end)
    guard target.position < end else { return nil }
    var write = try file.environment.beginWrite()
    // Taken under the write lock, so nobody else moves the view meanwhile.
    let snapshot = try ViewSnapshot(file)
    let first = snapshot.position.events
    guard first < end else { return nil }
    // Another process may have moved it; then the events are others.
    var events =
      shared.first?.position.rawValue == first
      ? shared : try batch(from: first, upTo: end, limit(isWhole: false))
    var rows = ViewRows(snapshot)
    var failure: ViewFailure?
    func prefix() -> LogPrefix {
      let count = first + UInt64(events.count)
      return LogPrefix(
        log, count: isWhole ? max(end, count) : count, isAhead: isWhole, together: together)
    }
    do {
      try view.apply(events, to: &rows, log: prefix())
    } catch let error as ViewStepError {
      failure = ViewFailure(position: error.position, reason: error.reason)
      events.removeAll { $0.position >= error.position }
      rows = ViewRows(snapshot)
      if !events.isEmpty { try view.apply(events, to: &rows, log: prefix()) }
    }
    let known = try file.failure()
    if failure != nil, failure == known, events.isEmpty { return nil }
    try rows.write(to: file.rows, &write)
    if let last = events.last {
      let position = ViewPosition(events: last.position.rawValue + 1, leaf: last.leaf)
      try write.put(file.meta, ViewFile.positionKey, position.bytes(version: view.version))
    }
    if let failure {
      try write.put(file.meta, ViewFile.failureKey, Array(failure.json.text.utf8))
    } else if known != nil {
      let key = ViewFile.failureKey
      _ = try write.delete(file.meta, key.span.bytes)
    }
    try write.commit()
    return failure == nil ? first + UInt64(events.count) : nil
  }

  // MARK: Reading the log

  /// How many events and bytes a batch has at most.
  struct BatchLimit: Sendable {
    let count: Int
    let sizeBytes: Int
  }

  /// A ticket whose events are spread over batches is folded once for each, so these are large; but
  /// not where a step looks ahead by itself. Two batches are in memory at a time, an event takes
  /// about a kilobyte.
  func limit(isWhole: Bool) -> BatchLimit {
    BatchLimit(
      count: batchCount ?? (isWhole ? 16_384 : 65_536), sizeBytes: isWhole ? 12 << 20 : 24 << 20)
  }

  /// The next events, read on two cores.
  func batch(
    from first: UInt64, upTo end: UInt64, _ limit: BatchLimit
  ) throws -> [StoredEvent] {
    var events: [StoredEvent] = []
    var size = 0
    var next = first
    let last = min(end, first + UInt64(limit.count))
    while next < last, size < limit.sizeBytes {
      let start = next
      let ranges = (0..<2).map { start + $0 * Log.partCount }.filter { $0 < last }.map {
        $0..<min($0 + Log.partCount, last)
      }
      for part in try log.batches(ranges, includesContent: true) where part.start == next {
        for event in part.events {
          size += event.envelopeSizeBytes
          size += event.content?.values.reduce(0) { $0 + $1.bytes.count } ?? 0
        }
        next += UInt64(part.events.count)
        events += part.events
        if let error = part.error { throw error }
      }
      guard next > start else { throw Log.missing(Position(next)) }
    }
    return events
  }
}
