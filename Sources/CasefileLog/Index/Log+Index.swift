internal import CasefileMerkle
internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization

/// Looking up by the index, and moving full blocks from memory to disk.
extension Log {
  func newestPosition(
    of stream: StreamID, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
  ) throws -> UInt64? {
    let name = stream.description
    return try newest(.stream, Fingerprint.of(stream: name), in: range, transaction) {
      entry throws(CodecError) in
      entry.equals(try EnvelopeHeader(entry).streamRange, name)
    }
  }

  func position(
    of id: EventID, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
  ) throws -> UInt64? {
    try newest(.id, Fingerprint.of(id), in: range, transaction) { entry throws(CodecError) in
      try EnvelopeHeader(entry).id == id
    }
  }

  /// The newest event of a query within a range; candidates are taken in growing portions.
  func newestPosition(
    matching query: EventQuery, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
  ) throws -> UInt64? {
    var range = range
    var limit = 16
    while !range.isEmpty {
      let found = try candidates(
        query, in: range, isBackward: true, limit: limit, transaction)
      for position in found.positions {
        guard let entry = try transaction.value(tables.entries, position) else {
          throw Log.missing(Position(position))
        }
        if try query.matches(entry) { return position }
      }
      guard found.isCut, let last = found.last else { return nil }
      range = range.lowerBound..<last
      limit *= 8
    }
    return nil
  }

  /// Moves full blocks to disk in the background, so that appends don't wait for it.
  func flushIndexSoon() {
    guard tail.withLock({ $0?.fullBlock != nil }) else { return }
    indexQueue.async { self.flushIndex() }
  }

  /// Moves full blocks to disk. A failure leaves them in memory: the index is a view, and the log
  /// does not depend on it.
  func flushIndex() {
    guard let view else { return }
    while true {
      guard let due = tail.withLock({ $0?.fullBlock }) else { return }
      do {
        let end = due.base + IndexRun.positionsPerBlock
        let leaf = try environment.withRead { transaction -> Digest in
          guard let entry = try transaction.value(tables.entries, end - 1) else {
            throw Log.missing(Position(end - 1))
          }
          return MerkleHash.leaf(entry)
        }
        let isOurs = try view.append(block: due.sorted(), from: due.base, leaf: leaf)
        let stored = try view.environment.withRead { try view.position($0).events }
        guard stored > due.base else { return }
        // Before the tail drops it: what is neither there nor here is in no event.
        filter.withLock { filter in
          if isOurs, stored == end { filter.add(due) } else { filter.forget() }
        }
        tail.withLock { $0?.dropFirst(until: stored) }
      } catch {
        return
      }
    }
  }
}
