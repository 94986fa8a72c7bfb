internal import Dispatch
internal import Synchronization

/// Work that is done on another core, or by whoever asks for what comes of it before one is free.
///
/// The pool has as many threads as there are cores, and all of them may wait for something like this:
/// whoever only waited would wait until the pool notices and adds a thread, which takes it a second.
package final class SharedWork<Value: Sendable>: Sendable {
  private enum State {
    case waiting
    case begun
    case done(Result<Value, any Error>)
  }

  private let work: @Sendable () throws -> Value
  private let state = Mutex(State.waiting)
  private let isDone = DispatchGroup()

  /// Begins something as soon as a core is free.
  package convenience init(_ work: @escaping @Sendable () throws -> Value) {
    self.init(later: work)
    DispatchQueue.global().async { self.run() }
  }

  /// Something that begins with the first call of `run` or `get`.
  package init(later work: @escaping @Sendable () throws -> Value) { self.work = work }

  /// Does it, unless somebody began.
  package func run() {
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
  package var isOver: Bool {
    state.withLock { state in
      if case .done = state { true } else { false }
    }
  }

  /// Does it, or waits for whoever does.
  package func get() throws -> Value {
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
  package func cancel() {
    state.withLock { state in
      if case .waiting = state { state = .begun }
    }
  }
}
