internal import CasefileLog

/// Portions of work that other cores do while more of them are made; what comes of them is handed out
/// in order.
///
/// Whoever makes them works too where the others fall behind, so no core is idle and little is in
/// memory. On one core it is the same as doing one portion after the other.
package struct OrderedWork<Output: Sendable> {
  /// How many portions wait before their maker does one.
  private let waitingMax = 16
  private var portions: [SharedWork<Output>] = []

  /// Begins with no portions.
  package init() {}

  /// Begins a portion.
  package mutating func add(_ work: @escaping @Sendable () throws -> Output) {
    portions.append(SharedWork(work))
  }

  /// What came of the next portion in order; nil where there is none, or where more should be begun
  /// first.
  ///
  /// - Parameter isLast: whether no more will be begun.
  package mutating func next(isLast: Bool) throws -> Output? {
    guard portions.count > (isLast ? 0 : waitingMax) else { return nil }
    let first = portions.removeFirst()
    first.run()
    // Whoever would wait for another thread here does a later portion meanwhile: a pool has as many
    // threads as there are cores, and this may be one of them.
    for later in portions {
      if first.isOver { break }
      later.run()
    }
    return try first.get()
  }

  /// Leaves what is not begun undone.
  package mutating func cancel() {
    for portion in portions { portion.cancel() }
    portions = []
  }
}
