internal import CasefileMerkle
internal import CasefileModel
internal import Foundation
internal import LMDB
internal import Synchronization

/// The views of a store: opening, reading and bringing them up to the log.
///
/// Any process may advance a view, whoever has the write lock of its file. Readers never wait for
/// it: they apply the events after the view's position in memory.
package final class ViewSet: Sendable {
  let log: Log
  package let views: [any View]
  package let isReadOnly: Bool
  private let files = Mutex<[String: ViewFile]>([:])

  /// How many events a batch has at most, where a test asks for few.
  let batchCount: Int?

  package init(log: Log, views: [any View], batchCount: Int? = nil) {
    self.batchCount = batchCount
    self.log = log
    self.views = views
    isReadOnly = log.configuration.isReadOnly
  }

  var directory: String { StoreDirectory(path: log.directory).views }

  func path(of view: any View) -> String { directory + "/\(view.name)-v\(view.version)" }

  /// Lets go of the files.
  package func close() { files.withLock { $0 = [:] } }

  // MARK: Opening

  /// The open file of a view; nil where there is none or it belongs to another log.
  ///
  /// - Throws: `ViewDamage` where the view must be made anew.
  func file(of view: any View) throws -> ViewFile? {
    let path = path(of: view)
    let inode = ViewFile.inode(at: path)
    let known = files.withLock { $0[view.name] }
    if let known, known.inode == inode { return known }
    let file = try ViewFile.open(at: path, version: view.version, isReadOnly: isReadOnly)
    files.withLock { $0[view.name] = file }
    return file
  }

  /// Forgets an open file; the next use opens it again.
  func forget(_ view: any View) { files.withLock { $0[view.name] = nil } }

  /// Whether the log has the view's leaf at the view's position.
  func belongs(_ position: ViewPosition) throws -> Bool {
    guard position.events > 0 else { return true }
    return try log.reading { transaction in
      guard let entry = try transaction.value(log.tables.entries, position.events - 1) else {
        return false
      }
      return MerkleHash.leaf(entry) == position.leaf
    }
  }

  /// Takes a view's file away; it comes back from the log.
  package func remove(_ view: any View) throws {
    forget(view)
    try ViewSet.removeDirectory(path(of: view))
  }

  /// Renamed first, so that nobody finds half of it.
  static func removeDirectory(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let trash =
      (path as NSString).deletingLastPathComponent
      + "/.\((path as NSString).lastPathComponent).\(UUID().uuidString)"
    guard rename(path, trash) == 0 else {
      throw LogError(
        errno == EACCES || errno == EPERM || errno == EROFS ? .permissionDenied : .ioFailed,
        "the view \(path) could not be removed: \(String(cString: strerror(errno)))")
    }
    try FileManager.default.removeItem(atPath: trash)
  }

  // MARK: Reading

  /// Runs `body` with the rows of a view as they are at the log's head, or after fewer events.
  ///
  /// - Parameter count: how many events the rows shall cover; nil: all. A view that is further
  ///   already is built in memory.
  /// - Throws: `LogError`; `ViewStepError` where the view can't take an event.
  /// - Complexity: the events after the view's position are applied in memory; all of them where
  ///   the view is missing or damaged.
  package func withRows<Result>(
    of view: any View, count: UInt64? = nil, _ body: (ViewRows, LogPrefix) throws -> Result
  ) throws -> Result {
    // The view's snapshot comes before the log's: else it might be ahead.
    let snapshot = snapshot(of: view, upTo: count)
    let head = try log.head().map { $0.rawValue + 1 } ?? 0
    let prefix = LogPrefix(log, count: min(count ?? head, head))
    do {
      return try body(rows(of: view, snapshot, prefix), prefix)
    } catch is ViewDamage {
      // Damage costs time, never an answer.
      return try body(rows(of: view, nil, prefix), prefix)
    }
  }

  func snapshot(of view: any View, upTo count: UInt64?) -> ViewSnapshot? {
    // Whatever keeps the file from being read, the log answers.
    guard let file = try? file(of: view), let snapshot = try? ViewSnapshot(file),
      (try? belongs(snapshot.position)) == true
    else { return nil }
    if let count, snapshot.position.events > count { return nil }
    return snapshot
  }

  private func rows(
    of view: any View, _ snapshot: ViewSnapshot?, _ prefix: LogPrefix
  ) throws -> ViewRows {
    var rows = ViewRows(snapshot)
    var done = snapshot?.position.events ?? 0
    while done < prefix.count {
      let events = try batch(from: done, upTo: prefix.count, limit(isWhole: false))
      let end = done + UInt64(events.count)
      try view.apply(events, to: &rows, log: LogPrefix(log, count: end))
      done = end
    }
    return rows
  }
}
