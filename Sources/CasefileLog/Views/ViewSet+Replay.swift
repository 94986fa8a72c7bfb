public import CasefileModel
internal import Foundation
internal import LMDB
internal import Synchronization

/// Which views are rebuilt, and what becomes of them.
public struct ReplayOptions: Sendable, Hashable {
  /// The names of the views; nil: all.
  public var views: [String]?
  /// The last position that is replayed; nil: the head. A view of a part is never kept.
  public var through: Position?
  /// Whether the replay is compared with what is stored.
  public var isCompared: Bool
  /// Whether the stored views stay as they are.
  public var isDryRun: Bool

  /// Makes options; what is left out means all views up to the head, swapped without a comparison.
  public init(
    views: [String]? = nil, through: Position? = nil, isCompared: Bool = false,
    isDryRun: Bool = false
  ) {
    self.views = views
    self.through = through
    self.isCompared = isCompared
    self.isDryRun = isDryRun
  }
}

extension ViewSet {
  /// The view of a name.
  ///
  /// - Throws: `LogError` `.noSuchView`, with the names that there are.
  package func view(named name: String) throws -> any View {
    guard let view = views.first(where: { $0.name == name }) else {
      let names = ([IndexView.name] + views.map(\.name)).joined(separator: ", ")
      throw LogError(.noSuchView, "there is no view \(name); the views are \(names)")
    }
    return view
  }

  /// How every view stands, the index first.
  package func statuses() throws -> [ViewStatus] {
    let head = try log.head().map { $0.rawValue + 1 } ?? 0
    return [try indexStatus(head: head)] + views.map { status(of: $0, head: head) }
  }

  private func status(of view: any View, head: UInt64) -> ViewStatus {
    var condition = ViewStatus.Condition.damaged
    var events: UInt64?
    var failure: ViewFailure?
    var size = 0
    do {
      if let file = try file(of: view) {
        let position = try ViewSnapshot(file).position
        size = file.environment.usedBytes
        if try belongs(position) {
          failure = try file.failure()
          condition = failure == nil ? .ready : .stopped
          events = position.events
        } else {
          condition = .otherLog
        }
      } else {
        condition = .missing
        events = 0
      }
    } catch {
      condition = .damaged
    }
    return ViewStatus(
      name: view.name, version: view.version, condition: condition, events: events,
      lag: events.map { head - min($0, head) }, sizeBytes: UInt64(size), failure: failure)
  }

  /// Rebuilds several views side by side: the index by itself, the others in step.
  package func rebuild(
    _ names: [String], _ options: ReplayOptions,
    progress: (_ done: UInt64, _ total: UInt64) -> Void
  ) throws -> [ViewRebuild] {
    let rebuilt = Rebuilt()
    let others = try names.indices.filter { names[$0] != IndexView.name }.map {
      (index: $0, view: try view(named: names[$0]))
    }
    let index = names.firstIndex(of: IndexView.name)
    try sideBySide((index == nil ? 0 : 1) + (others.isEmpty ? 0 : 1), progress) { part, progress in
      if part == 0, let index {
        let result = try self.rebuildIndex(options, progress: progress)
        rebuilt.views.withLock { $0[index] = result }
      } else {
        let results = try self.rebuild(others.map(\.view), options, progress: progress)
        rebuilt.views.withLock { views in
          for (other, result) in zip(others, results) { views[other.index] = result }
        }
      }
    }
    let views = rebuilt.views.withLock { $0 }
    return names.indices.compactMap { views[$0] }
  }

  private final class Rebuilt: Sendable {
    let views = Mutex<[Int: ViewRebuild]>([:])
  }

  /// Replays the log into files of their own, compares these with the stored views, and takes them in.
  func rebuild(
    _ views: [any View], _ options: ReplayOptions,
    progress: (_ done: UInt64, _ total: UInt64) -> Void
  ) throws -> [ViewRebuild] {
    let isKept = options.through == nil && !options.isDryRun
    if isKept { try requireWriting() }
    let head = try log.head().map { $0.rawValue + 1 } ?? 0
    let last = options.through.map { $0.rawValue.addingReportingOverflow(1).partialValue } ?? head
    var replays: [Replay] = []
    defer {
      for replay in replays {
        try? FileManager.default.removeItem(atPath: replay.path)
        withExtendedLifetime(replay.claim) {}
      }
    }
    if isKept { ReplayClaim.removeStale(in: directory) }
    for view in views {
      let live = options.isCompared ? comparable(view) : .nothing
      var end = min(last, head)
      if case .file(let snapshot) = live, options.through == nil {
        end = min(end, snapshot.position.events)
      }
      let path = try temporaryPath(of: view, inStore: isKept)
      replays.append(
        Replay(
          view: view, live: live, path: path, claim: isKept ? try ReplayClaim(path) : nil, end: end)
      )
    }
    let times = try replay(replays.map { ($0.view, $0.path, $0.end) }, progress)
    return try zip(replays, times).map { replay, seconds in
      guard
        let file = try ViewFile.open(
          at: replay.path, version: replay.view.version, isReadOnly: false)
      else { throw LogError(.ioFailed, "the replay \(replay.path) vanished") }
      let start = ContinuousClock.now
      let comparison =
        try options.isCompared
        ? compare(replay.view, replay.live, file, count: replay.end) : nil
      let failure = try file.failure()
      let compared = (ContinuousClock.now - start) / .seconds(1)
      if isKept, failure == nil { try swap(replay.view, with: replay.path) }
      return ViewRebuild(
        name: replay.view.name, events: replay.end, seconds: seconds + compared,
        comparison: comparison, isSwapped: isKept && failure == nil, failure: failure)
    }
  }

  private struct Replay {
    let view: any View
    let live: Comparable
    let path: String
    /// Held until the replay was taken in or away.
    let claim: ReplayClaim?
    let end: UInt64
  }

  func requireWriting() throws {
    guard !isReadOnly else {
      throw LogError(.readOnly, "the store is open for reading only, so no view can be swapped")
    }
  }

  /// A replay that is not kept needs no permission to write into the store.
  private func temporaryPath(of view: any View, inStore: Bool) throws(LogError) -> String {
    try temporaryPath("\(view.name)-v\(view.version)", inStore: inStore)
  }

  /// - Parameter name: the view's, with or without its version.
  func temporaryPath(_ name: String, inStore: Bool) throws(LogError) -> String {
    let place = inStore ? directory : NSTemporaryDirectory()
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    } catch {
      throw LogError.wrap(error)
    }
    return place + "/.casefile-\(name).\(UUID().uuidString)"
  }

  /// Replays the log into new files.
  ///
  /// - Returns: the seconds that each took.
  private func replay(
    _ replays: [(view: any View, path: String, end: UInt64)],
    _ progress: (_ done: UInt64, _ total: UInt64) -> Void
  ) throws -> [Double] {
    let start = ContinuousClock.now
    var ended: [Int: (seconds: Double, result: Result<Void, any Error>)] = [:]
    do {
      let targets = try replays.map { view, path, end in
        try ViewFile.create(at: path, version: view.version)
        guard let file = try ViewFile.open(at: path, version: view.version, isReadOnly: false)
        else { throw LogError(.ioFailed, "the replay \(path) vanished") }
        return try ViewTarget(view, file, end: end)
      }
      try advance(targets, isWhole: true, progress: progress) { index, result in
        ended[index] = ((ContinuousClock.now - start) / .seconds(1), result)
      }
      return try replays.indices.map { index in
        guard let end = ended[index] else { return 0 }
        try end.result.get()
        return end.seconds
      }
    } catch {
      throw LogError.wrap(error)
    }
  }

  /// Puts a file in the place of a view's.
  func swap(_ view: any View, with path: String) throws {
    for _ in 0..<3 {
      try remove(view)
      // Another process may have made an empty one meanwhile.
      if rename(path, self.path(of: view)) == 0 { return }
      guard errno == ENOTEMPTY || errno == EEXIST else { break }
    }
    throw LogError(
      .ioFailed,
      "the view \(view.name) could not be put in its place: \(String(cString: strerror(errno)))")
  }

  // MARK: Comparing

  /// What there is to compare a replay with.
  enum Comparable {
    case nothing
    case file(ViewSnapshot)
    case problem(String)
  }

  private func comparable(_ view: any View) -> Comparable {
    do {
      guard let file = try file(of: view) else { return .problem("there is no stored view") }
      let snapshot = try ViewSnapshot(file)
      guard try belongs(snapshot.position) else {
        return .problem("the stored view belongs to another log")
      }
      return .file(snapshot)
    } catch {
      return .problem("the stored view can't be read")
    }
  }

  private func compare(
    _ view: any View, _ live: Comparable, _ replay: ViewFile, count: UInt64
  ) throws -> ViewComparison {
    let snapshot: ViewSnapshot
    switch live {
    case .nothing: return ViewComparison.unequal(view.name, count, "nothing was compared")
    case .problem(let problem): return .unequal(view.name, count, problem)
    case .file(let found): snapshot = found
    }
    guard snapshot.position.events == count else {
      return .unequal(
        view.name, count,
        "the stored view covers \(snapshot.position.events) events, the replay \(count)")
    }
    do {
      return try RowComparison(view: view, LogPrefix(log, count: count))
        .compare(snapshot, ViewSnapshot(replay))
    } catch let damage as ViewDamage {
      return .unequal(view.name, count, damage.what)
    }
  }
}

extension ViewComparison {
  static func unequal(_ name: String, _ events: UInt64, _ problem: String) -> ViewComparison {
    ViewComparison(
      name: name, events: events, rows: 0, differences: 0, examples: [], problem: problem)
  }
}

/// Compares two sorted sets of rows, byte by byte; those that put others together, with these.
struct RowComparison {
  let name: String
  let count: UInt64
  let describe: ([UInt8]) -> String
  private let view: (any View)?
  private let log: LogPrefix?

  init(view: any View, _ log: LogPrefix) {
    name = view.name
    count = log.count
    describe = view.describe(key:)
    self.view = view
    self.log = log
  }

  init(name: String, count: UInt64, describe: @escaping ([UInt8]) -> String) {
    self.name = name
    self.count = count
    self.describe = describe
    view = nil
    log = nil
  }

  private func isCompared(_ key: [UInt8]) -> Bool { !(view?.isArrangement(key: key) ?? false) }

  func compare(_ stored: ViewSnapshot, _ replayed: ViewSnapshot) throws -> ViewComparison {
    var left = RowReader(stored, where: isCompared)
    var right = RowReader(replayed, where: isCompared)
    var rows: UInt64 = 0
    var differences: UInt64 = 0
    var examples: [String] = []
    func note(_ key: [UInt8], _ what: String) {
      differences += 1
      if examples.count < 10 { examples.append("\(describe(key)): \(what)") }
    }
    try left.load()
    try right.load()
    while true {
      switch (left.current, right.current) {
      case (nil, nil):
        if let view, let log {
          try view.checkArrangements(ViewRows(stored), log: log, note)
        }
        return ViewComparison(
          name: name, events: count, rows: rows, differences: differences, examples: examples,
          problem: nil)
      case (let found?, let expected?) where found.key == expected.key:
        if found.row != expected.row { note(found.key, "differs") }
        rows += 1
        try left.load()
        try right.load()
      case (let found?, let expected)
      where expected.map({ found.key.lexicographicallyPrecedes($0.key) }) ?? true:
        note(found.key, "should not be there")
        try left.load()
      case (_, let expected?):
        note(expected.key, "is missing")
        rows += 1
        try right.load()
      default: preconditionFailure("One of two rows comes first.")
      }
    }
  }
}

/// Takes the rows of a snapshot one by one, some hundred at a time.
private struct RowReader {
  private let snapshot: ViewSnapshot
  private let isWanted: ([UInt8]) -> Bool
  private var rows: ArraySlice<(key: [UInt8], row: [UInt8])> = []
  private var last: [UInt8]?
  private var isEnd = false
  private(set) var current: (key: [UInt8], row: [UInt8])?

  init(_ snapshot: ViewSnapshot, where isWanted: @escaping ([UInt8]) -> Bool) {
    self.snapshot = snapshot
    self.isWanted = isWanted
  }

  mutating func load() throws {
    while rows.isEmpty, !isEnd {
      var found: [(key: [UInt8], row: [UInt8])] = []
      var seen = 0
      try snapshot.scanRows([], after: last) { key, row in
        let key = key.copy()
        seen += 1
        last = key
        if isWanted(key) { found.append((key, row.withUnsafeBytes { Array($0) })) }
        return seen < 512
      }
      isEnd = seen < 512
      rows = found[...]
    }
    current = rows.popFirst()
  }
}
