internal import Foundation
internal import LMDB
internal import Synchronization

/// Wakes followers when any process has committed.
///
/// One thread looks at LMDB's counter, which takes no snapshot and no lock; LMDB can't tell other
/// processes of a commit. `Task.sleep` in each follower took 1.3 % of a core for one that idled
/// (2026-11-22), since every wake-up went through the pool of threads.
final class CommitWatcher: Sendable {
  /// Three looks within the 60 ms that an event may take to be seen.
  private static let pause = 0.02
  /// How many looks the thread outlives its last waiter: a busy follower waits again at once.
  private static let idleLookCountMax = 50

  private struct Waiter {
    let snapshot: UInt64
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var waiters: [UInt64: Waiter] = [:]
    var lastTicket: UInt64 = 0
    var isRunning = false
    var idleLookCount = 0
  }

  private let environment: Environment
  private let state = Mutex(State())

  init(environment: Environment) { self.environment = environment }

  /// Waits until a commit after a snapshot. It may come back up to a sync too early, since the
  /// counter runs ahead while a commit is synced; then the caller waits again, till the next look.
  ///
  /// - Throws: `CancellationError`, or `LMDBError` `.closed` and the like.
  func wait(after snapshot: UInt64) async throws {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isFirst = state.withLock { state in
          state.waiters[ticket] = Waiter(snapshot: snapshot, continuation: continuation)
          state.idleLookCount = 0
          defer { state.isRunning = true }
          return !state.isRunning
        }
        if isFirst { Thread { self.look() }.start() }
        // A cancellation before the waiter stood here has found nobody to wake.
        if Task.isCancelled { cancel(ticket) }
      }
    } onCancel: {
      cancel(ticket)
    }
  }

  private func cancel(_ ticket: UInt64) {
    state.withLock { $0.waiters.removeValue(forKey: ticket) }?
      .continuation.resume(throwing: CancellationError())
  }

  /// The body of the thread: ends when nobody has waited for a second, or the log was closed.
  private func look() {
    var isRunning = true
    while isRunning {
      Thread.sleep(forTimeInterval: CommitWatcher.pause)
      let counter: Result<UInt64, any Error> = Result { try environment.lastTransactionID }
      let due = state.withLock { state in
        let due = state.waiters.filter { waiter in
          (try? counter.get()) != waiter.value.snapshot
        }
        for ticket in due.keys { state.waiters[ticket] = nil }
        state.idleLookCount = state.waiters.isEmpty ? state.idleLookCount + 1 : 0
        if state.idleLookCount > CommitWatcher.idleLookCountMax { state.isRunning = false }
        isRunning = state.isRunning
        return due
      }
      for waiter in due.values { waiter.continuation.resume(with: counter.map { _ in }) }
    }
  }
}
