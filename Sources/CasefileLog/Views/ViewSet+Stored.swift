package import CasefileModel

extension ViewSet {
  /// Runs `body` with the rows of a view as they are stored, and those events after them that have one
  /// of some types: for who needs of a view only what such events change.
  ///
  /// - Parameters:
  ///   - view: the view.
  ///   - types: the types, by number.
  ///   - body: takes the rows, or nil where the view is missing, damaged or of another log; the events
  ///     after them; and the log with these.
  /// - Throws: `LogError`; what `body` throws, apart from `ViewDamage`.
  package func withStored<Result>(
    of view: any View, newer types: Set<UInt32>,
    _ body: (ViewRows?, [StoredEvent], LogPrefix) throws -> Result
  ) throws -> Result {
    // The view's snapshot comes before the log's: else it might be ahead.
    let stored = snapshot(of: view, upTo: nil)
    let head = try log.head()
    let prefix = LogPrefix(log, count: head.map { $0.rawValue + 1 } ?? 0)
    guard let stored, let head else { return try body(nil, [], prefix) }
    var events: [StoredEvent] = []
    if stored.position.events <= head.rawValue {
      let options = EventReadOptions(
        from: Position(stored.position.events), through: head, query: EventQuery(types: types))
      try log.read(options) { event in
        events.append(event)
        return true
      }
    }
    do {
      return try body(ViewRows(stored), events, prefix)
    } catch is ViewDamage {
      return try body(nil, [], prefix)
    }
  }
}
