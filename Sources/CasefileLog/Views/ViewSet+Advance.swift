internal import CasefileModel
internal import Dispatch
internal import Foundation
internal import LMDB
internal import Synchronization

extension ViewSet {
  /// Brings every view up to the head; one that stops does not stop the others.
  ///
  /// - Throws: `LogError` where the log can't be read or a view can't be written.
  /// - Complexity: a commit of each view for every 65,536 events.
  package func advance(progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }) throws {
    guard let head = try log.head() else { return }
    try sideBySide(views.count, progress) { index, progress in
      try self.advance(self.views[index], upTo: head.rawValue + 1, progress: progress)
    }
  }

  /// How far work on several views has come.
  private final class Shared: Sendable {
    let furthest = Mutex<(done: UInt64, total: UInt64)>((0, 0))
    let failures = Mutex<[Int: any Error]>([:])
  }

  /// Works on several views at once: each has a file of its own, and reading the log, which is done
  /// for each, leaves cores idle.
  ///
  /// - Throws: the first error, in order of the views, after all have ended.
  func sideBySide(
    _ count: Int, _ progress: (_ done: UInt64, _ total: UInt64) -> Void,
    _ work:
      @escaping @Sendable (_ index: Int, _ progress: @Sendable (UInt64, UInt64) -> Void) throws ->
      Void
  ) throws {
    let shared = Shared()
    let group = DispatchGroup()
    for index in 0..<count {
      DispatchQueue.global().async(group: group) {
        do {
          try work(index) { done, total in
            // Of several views the furthest is told.
            shared.furthest.withLock { if $0.done < done { $0 = (done, total) } }
          }
        } catch {
          shared.failures.withLock { $0[index] = error }
        }
      }
    }
    // The caller's closure is for the caller's thread.
    while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
      let (done, total) = shared.furthest.withLock { $0 }
      if total > 0 { progress(done, total) }
    }
    if let first = shared.failures.withLock({ $0.min { $0.key < $1.key } }) { throw first.value }
  }

  /// Brings one view up to a number of events; a damaged one, or one of another log, is made anew.
  package func advance(
    _ view: any View, upTo end: UInt64,
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws {
    guard !isReadOnly else {
      throw LogError(.readOnly, "the store is open for reading only, so no view can be written")
    }
    for _ in 0..<3 {
      do {
        return try advance(view, writableFile(of: view), upTo: end, progress: progress)
      } catch is ViewDamage {
        try remove(view)
      } catch let error as LMDBError where error.code == .closed {
        // Another handle of this process closed the file.
        forget(view)
      }
    }
    throw LogError(
      .damaged, "the view \(view.name) was damaged again while it was made; check the disk")
  }

  private func writableFile(of view: any View) throws -> ViewFile {
    if let file = try file(of: view) {
      guard try belongs(ViewSnapshot(file).position) else {
        throw ViewDamage("it belongs to another log")
      }
      return file
    }
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
      try ViewFile.create(at: path(of: view), version: view.version)
    } catch {
      throw LogError.wrap(error)
    }
    guard let file = try file(of: view) else {
      throw LogError(.ioFailed, "the view \(path(of: view)) vanished while it was made")
    }
    return file
  }

  /// Applies batches until `end`, or until the view stops at an event that it can't take.
  func advance(
    _ view: any View, _ file: ViewFile, upTo end: UInt64,
    progress: (_ done: UInt64, _ total: UInt64) -> Void
  ) throws {
    while true {
      let done: UInt64?
      do {
        done = try step(view, file, upTo: end)
      } catch let error as LMDBError where error.code != .closed {
        guard error.code != .damaged else { throw ViewDamage(error.message) }
        throw LogError(error)
      }
      guard let done else { return }
      progress(done, end)
      guard done < end else { return }
    }
  }

  /// One batch, in one transaction with the view's position.
  ///
  /// - Returns: how many events the view covers now; nil where it has all or has stopped.
  private func step(_ view: any View, _ file: ViewFile, upTo end: UInt64) throws -> UInt64? {
    guard try ViewSnapshot(file).position.events < end else { return nil }
    var write = try file.environment.beginWrite()
    // Taken under the write lock, so nobody else moves the view meanwhile.
    let snapshot = try ViewSnapshot(file)
    let first = snapshot.position.events
    guard first < end else { return nil }
    var events = try batch(from: first, upTo: end)
    let prefix = LogPrefix(log, count: first + UInt64(events.count))
    var rows = ViewRows(snapshot)
    var failure: ViewFailure?
    do {
      try view.apply(events, to: &rows, log: prefix)
    } catch let error as ViewStepError {
      failure = ViewFailure(position: error.position, reason: error.reason)
      events.removeAll { $0.position >= error.position }
      rows = ViewRows(snapshot)
      if let last = events.last {
        try view.apply(
          events, to: &rows, log: LogPrefix(log, count: last.position.rawValue + 1))
      }
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
}
