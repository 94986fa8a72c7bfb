public import CasefileLog
public import CasefileModel
public import CasefileProjections
internal import Dispatch

extension Store {
  /// How every view stands to the log.
  ///
  /// - Throws: `LogError` where the log can't be read.
  public func viewStatuses() throws -> [ViewStatus] { try viewSet.statuses() }

  /// Brings every view up to the head. One that can't take an event stops there and says why in its
  /// status; the others go on.
  ///
  /// Reads do not need it: they apply the newest events in memory. It makes them quicker.
  /// - Throws: `LogError` `.readOnly`, `.damaged`, `.diskFull`, `.ioFailed`.
  public func updateViews(
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws {
    try viewSet.advance(progress: progress)
  }

  /// Takes a view's file away; it comes back from the log.
  ///
  /// - Throws: `LogError` `.noSuchView`, `.readOnly`, `.permissionDenied`.
  public func dropView(named name: String) throws {
    guard name != "index" else { return try viewSet.dropIndex() }
    let view = try viewSet.view(named: name)
    guard !isReadOnly else {
      throw LogError(.readOnly, "the store is open for reading only, so no view can be dropped")
    }
    try viewSet.remove(view)
  }

  /// Replays the log and compares what comes of it with the stored view, row by row.
  ///
  /// - Throws: `LogError` `.noSuchView`, `.damaged` where the log can't be read.
  public func compareView(
    named name: String, progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> ViewComparison {
    let options = ReplayOptions(views: [name], isCompared: true, isDryRun: true)
    guard let comparison = try replay(options, progress: progress)[0].comparison else {
      preconditionFailure("A comparison was asked for.")
    }
    return comparison
  }

  /// Rebuilds views from the log beside the stored ones, compares them where that is asked, and puts
  /// the new ones in their place.
  ///
  /// - Throws: `LogError` `.noSuchView`, `.readOnly`, `.damaged`, `.diskFull`, `.ioFailed`.
  public func replay(
    _ options: ReplayOptions = ReplayOptions(),
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> [ViewRebuild] {
    let names = options.views ?? (["index"] + viewSet.views.map(\.name))
    for name in names where name != "index" { _ = try viewSet.view(named: name) }
    return try viewSet.rebuild(names, options, progress: progress)
  }

  /// Waits until the log has a position, also when another process writes it, and brings the views
  /// up to it: what you read then has seen it.
  ///
  /// - Throws: `CancellationError`, or `LogError`.
  public func waitUntil(_ position: Position) async throws {
    if try head.map({ $0 < position }) ?? true {
      for try await _ in log.follow(from: position) { break }
      try Task.checkCancellation()
    }
    guard !isReadOnly else { return }
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      upkeep.queue.async {
        done.resume(with: Result { try self.viewSet.advance() })
      }
    }
  }

  // MARK: An embedder's projections

  /// The state of a key of one of the projections that the store was opened with; nil where it has
  /// none.
  ///
  /// - Throws: `LogError` `.noSuchView` for a projection that the configuration does not name,
  ///   `.viewStopped` with the position of the event that it can't take.
  public func state<Subject: Projection>(
    of type: Subject.Type, key: String
  ) throws -> Subject.State? {
    try reading(try viewSet.view(named: Subject.name)) { rows, _ in
      try ProjectionView<Subject>.state(key, rows)
    }
  }

  /// Hands out all states of a projection in order of the bytes of their keys, until `each` says
  /// false.
  ///
  /// - Throws: as `state(of:key:)`, and what `each` throws.
  public func states<Subject: Projection>(
    of type: Subject.Type, _ each: (_ key: String, _ state: Subject.State) throws -> Bool
  ) throws {
    // A damaged row makes the reading begin again, without the stored rows.
    var last: [UInt8] = []
    try reading(try viewSet.view(named: Subject.name)) { rows, _ in
      try rows.scan([], after: last.isEmpty ? nil : last) { key, value in
        let row = try ProjectionView<Subject>.row(value)
        last = key
        return try each(row.key, row.state)
      }
    }
  }

  /// Reads a view in the log's words for what can go wrong.
  func reading<Result>(
    _ view: any View, _ body: (ViewRows, LogPrefix) throws -> Result
  ) throws -> Result {
    do {
      return try viewSet.withRows(of: view, body)
    } catch let error as ViewStepError {
      throw LogError(
        .viewStopped,
        "the view \(view.name) stopped at position \(error.position): \(error.reason)",
        position: error.position, cause: error)
    }
  }
}
