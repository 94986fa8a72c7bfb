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
    try advance(views, upTo: head.rawValue + 1, progress: progress)
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

  /// Brings views up to a number of events; a damaged one, or one of another log, is made anew.
  ///
  /// - Throws: the first error, in order of the views, after all have ended.
  package func advance(
    _ views: [any View], upTo end: UInt64,
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws {
    guard !isReadOnly else {
      throw LogError(.readOnly, "the store is open for reading only, so no view can be written")
    }
    try makeWhole(views, upTo: end, progress)
    var left = views
    for _ in 0..<3 {
      var failures: [Int: any Error] = [:]
      var targets: [(number: Int, target: ViewTarget)] = []
      for (number, view) in left.enumerated() {
        do {
          targets.append(
            (number, try ViewTarget(view, writableFile(of: view), end: end)))
        } catch {
          failures[number] = error
        }
      }
      let numbers = targets.map(\.number)
      try advance(targets.map(\.target), isWhole: false, progress: progress) { index, result in
        if case .failure(let error) = result { failures[numbers[index]] = error }
      }
      var again: [any View] = []
      for (number, error) in failures.sorted(by: { $0.key < $1.key }) {
        switch error {
        case is ViewDamage: try remove(left[number])
        // Another handle of this process closed the file.
        case let error as LMDBError where error.code == .closed: forget(left[number])
        default: throw error
        }
        again.append(left[number])
      }
      guard !again.isEmpty else { return }
      left = again
    }
    throw LogError(
      .damaged, "the view \(left[0].name) was damaged again while it was made; check the disk")
  }

  /// From how many events on a view that has none is made in a file of its own.
  private static let wholeCountMin: UInt64 = 16_384

  /// Makes views that lack all of a long log, as after an import: nobody reads such a file before it
  /// is whole, so its steps may look ahead.
  private func makeWhole(
    _ views: [any View], upTo end: UInt64,
    _ progress: (_ done: UInt64, _ total: UInt64) -> Void
  ) throws {
    guard end >= ViewSet.wholeCountMin else { return }
    let fresh = views.filter { view in
      do {
        guard let file = try file(of: view) else { return true }
        return try ViewSnapshot(file).position.events == 0 && file.failure() == nil
      } catch {
        // Whatever is wrong with it is dealt with by those who advance it.
        return false
      }
    }
    guard !fresh.isEmpty else { return }
    _ = try rebuild(fresh, ReplayOptions(), progress: progress)
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
}
