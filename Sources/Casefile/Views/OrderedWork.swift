internal import Dispatch
internal import Synchronization

/// Portions of work that other cores do while more of them are made; what comes of them is handed out
/// in order.
///
/// Whoever makes them works too where the others fall behind, so no core is idle and little is in
/// memory. On one core it is the same as doing one portion after the other.
package struct OrderedWork<Output: Sendable> {
  /// One portion. Whoever comes first does it.
  private final class Portion: Sendable {
    private enum State {
      case waiting
      case begun
      case done(Result<Output, any Error>)
    }

    private let work: @Sendable () throws -> Output
    private let state = Mutex(State.waiting)
    private let isDone = DispatchGroup()

    init(_ work: @escaping @Sendable () throws -> Output) { self.work = work }

    func run() {
      let isFirst = state.withLock { state in
        guard case .waiting = state else { return false }
        state = .begun
        isDone.enter()
        return true
      }
      guard isFirst else { return }
      let result = Result { try work() }
      state.withLock { $0 = .done(result) }
      isDone.leave()
    }

    /// Whether nothing is left to do of it.
    var isOver: Bool {
      state.withLock { state in
        if case .done = state { true } else { false }
      }
    }

    /// Does it, or waits for whoever does.
    func get() throws -> Output {
      run()
      isDone.wait()
      return try state.withLock { state in
        guard case .done(let result) = state else {
          preconditionFailure("The group is left after the result is kept.")
        }
        return try result.get()
      }
    }

    /// Nobody wants it any more.
    func cancel() {
      state.withLock { state in
        if case .waiting = state { state = .begun }
      }
    }
  }

  /// How many portions wait before their maker does one.
  private let waitingMax = 16
  private var portions: [Portion] = []
  private let queue = DispatchQueue.global()

  /// Begins with no portions.
  package init() {}

  /// Begins a portion.
  package mutating func add(_ work: @escaping @Sendable () throws -> Output) {
    let portion = Portion(work)
    portions.append(portion)
    queue.async { portion.run() }
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
