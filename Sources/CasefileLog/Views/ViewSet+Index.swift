internal import CasefileModel
internal import CasefileMerkle
internal import Foundation
internal import LMDB

/// The log's index among the views: the log keeps it by itself, and it can be compared, dropped and
/// made anew like the others.
extension ViewSet {
  private var indexPath: String { StoreDirectory(path: log.directory).indexView }

  func indexStatus(head: UInt64) throws -> ViewStatus {
    var condition = ViewStatus.Condition.missing
    var events: UInt64? = 0
    var size = 0
    if ViewFile.inode(at: indexPath) != nil {
      if let view = log.view {
        do {
          events = try view.environment.withRead { try view.position($0).events }
          condition = try view.belongs(to: log.environment, log.tables) ? .ready : .otherLog
          size = view.environment.usedBytes
        } catch {
          condition = .damaged
          events = nil
        }
      } else {
        condition = .damaged
        events = nil
      }
    }
    return ViewStatus(
      name: IndexView.name, version: IndexView.version, condition: condition, events: events,
      lag: events.map { head - min($0, head) }, sizeBytes: UInt64(size), failure: nil)
  }

  /// Takes the index away; the next opening with writing makes it anew.
  package func dropIndex() throws {
    try requireWriting()
    try ViewSet.removeDirectory(indexPath)
  }

  /// Makes the index anew beside the stored one: whole blocks, as the log itself does.
  package func rebuildIndex(
    _ options: ReplayOptions, progress: (_ done: UInt64, _ total: UInt64) -> Void
  ) throws -> ViewRebuild {
    let start = ContinuousClock.now
    let isKept = options.through == nil && !options.isDryRun
    if isKept { try requireWriting() }
    let head = try log.head().map { $0.rawValue + 1 } ?? 0
    var end = options.through.map { min($0.rawValue + 1, head) } ?? head
    end -= end % IndexRun.positionsPerBlock
    var stored: IndexView?
    if options.isCompared, ViewFile.inode(at: indexPath) != nil, let view = log.view {
      stored = view
      // A kill may have left a join unfinished; the replayed index has none.
      if !log.configuration.isReadOnly { try? view.finishJoins() }
      let covered = try view.environment.withRead { try view.position($0).events }
      if options.through == nil { end = min(end, covered) }
    }
    let temporary = try temporaryPath(IndexView.name, inStore: isKept)
    if isKept { ReplayClaim.removeStale(in: directory) }
    let claim = isKept ? try ReplayClaim(temporary) : nil
    defer {
      try? FileManager.default.removeItem(atPath: temporary)
      withExtendedLifetime(claim) {}
    }
    let view = try buildIndex(at: temporary, count: end, progress)
    let comparison = try options.isCompared ? compare(stored, view, count: end) : nil
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if isKept {
      view.environment.close()
      try ViewSet.removeDirectory(indexPath)
      guard rename(temporary, indexPath) == 0 else {
        throw LogError(
          .ioFailed, "the index could not be put in its place: \(String(cString: strerror(errno)))")
      }
    }
    return ViewRebuild(
      name: IndexView.name, events: end, seconds: seconds, comparison: comparison,
      isSwapped: isKept, failure: nil)
  }

  private func buildIndex(
    at path: String, count: UInt64, _ progress: (_ done: UInt64, _ total: UInt64) -> Void
  ) throws -> IndexView {
    do {
      let view = try IndexView.open(at: path, isReadOnly: false)
      var first: UInt64 = 0
      while first < count {
        let end = first + IndexRun.positionsPerBlock
        var tail = TailIndex(base: first)
        let leaf = try log.reading { transaction in
          try log.index(from: first, to: end, into: &tail, transaction)
          guard let entry = try transaction.value(log.tables.entries, end - 1) else {
            throw Log.missing(Position(end - 1))
          }
          return MerkleHash.leaf(entry)
        }
        guard let block = tail.fullBlock else { throw Log.missing(Position(end - 1)) }
        _ = try view.append(block: block.sorted(), from: first, leaf: leaf)
        first = end
        progress(first, count)
      }
      return view
    } catch {
      throw LogError.wrap(error)
    }
  }

  private func compare(
    _ stored: IndexView?, _ replayed: IndexView, count: UInt64
  ) throws -> ViewComparison {
    guard let stored else { return .unequal(IndexView.name, count, "there is no stored view") }
    do {
      let snapshot = try ViewSnapshot(stored)
      guard snapshot.position.events == count else {
        return .unequal(
          IndexView.name, count,
          "the stored view covers \(snapshot.position.events) events, the replay \(count)")
      }
      return try RowComparison(name: IndexView.name, count: count) { key in
        "run \(key.prefix(6).map { String($0) }.joined(separator: "."))"
      }.compare(snapshot, ViewSnapshot(replayed))
    } catch let damage as ViewDamage {
      return .unequal(IndexView.name, count, damage.what)
    }
  }
}
