internal import Glibc
internal import LMDB
internal import Synchronization

/// Serves followers when any process has committed.
///
/// One thread looks at LMDB's counter, which takes no snapshot and no lock; LMDB can't tell other
/// processes of a commit. The same thread then reads for the followers: waking a task only to let it
/// look costs a second wait for a processor, and is in vain where the counter ran ahead.
/// `Task.sleep` in each follower took 1.3 % of a core for one that idled (2026-11-22).
final class CommitWatcher: Sendable {
  /// How many looks the thread outlives its last waiter: a busy follower waits again at once.
  private static let idleLookCountMax = 50

  /// Takes what a waiter waits for. Nil: it has it; else the snapshot in which there was none.
  typealias Attempt = @Sendable () throws -> UInt64?

  private struct Waiter {
    let attempt: Attempt
    /// The snapshot in which there was nothing.
    var snapshot: UInt64
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

  /// Waits until an attempt, made after each commit that follows a snapshot, has succeeded.
  ///
  /// The attempt runs on the watcher's thread, and holds up all other waiters meanwhile.
  /// - Throws: `CancellationError`, `LMDBError` `.closed` and the like, and what the attempt throws.
  func wait(after snapshot: UInt64, _ attempt: @escaping Attempt) async throws {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isFirst = state.withLock { state in
          state.waiters[ticket] = Waiter(
            attempt: attempt, snapshot: snapshot, continuation: continuation)
          state.idleLookCount = 0
          defer { state.isRunning = true }
          return !state.isRunning
        }
        if isFirst { start() }
        // A cancellation before the waiter stood here has found nobody to wake.
        if Task.isCancelled { end(ticket, .failure(CancellationError())) }
      }
    } onCancel: {
      end(ticket, .failure(CancellationError()))
    }
  }

  private func start() {
    do throws(LMDBError) {
      _ = try DedicatedThread(name: "casefile-watch") { self.run() }
    } catch {
      let waiters = state.withLock { state in
        state.isRunning = false
        defer { state.waiters = [:] }
        return state.waiters.values.map(\.continuation)
      }
      for waiter in waiters { waiter.resume(throwing: error) }
    }
  }

  /// Resumes a waiter once, whoever comes first: the thread or a cancellation.
  private func end(_ ticket: UInt64, _ result: Result<Void, any Error>) {
    state.withLock { $0.waiters.removeValue(forKey: ticket) }?.continuation.resume(with: result)
  }

  /// The body of the thread: ends when nobody has waited for some time.
  private func run() {
    var pace = CommitPace()
    repeat {
      do {
        let counter = try pace.next(environment)
        for (ticket, waiter) in state.withLock({ $0.waiters }) where waiter.snapshot != counter {
          serve(ticket, waiter)
        }
      } catch {
        for ticket in state.withLock({ $0.waiters.keys.map(\.self) }) {
          end(ticket, .failure(error))
        }
      }
    } while isWanted()
  }

  private func serve(_ ticket: UInt64, _ waiter: Waiter) {
    do {
      guard let snapshot = try waiter.attempt() else { return end(ticket, .success(())) }
      state.withLock { $0.waiters[ticket]?.snapshot = snapshot }
    } catch {
      end(ticket, .failure(error))
    }
  }

  private func isWanted() -> Bool {
    state.withLock { state in
      state.idleLookCount = state.waiters.isEmpty ? state.idleLookCount + 1 : 0
      if state.idleLookCount > CommitWatcher.idleLookCountMax { state.isRunning = false }
      return state.isRunning
    }
  }
}

/// How often one looks whether any process has committed: more often while commits come.
struct CommitPace {
  /// Three looks within the 60 ms that an event may take to be seen.
  private static let pauseMicroseconds: UInt32 = 20_000
  /// While commits come, the pause is the greater part of what an event takes to be seen.
  private static let busyPauseMicroseconds: UInt32 = 8_000
  /// How many looks after a commit are made at the shorter pause.
  private static let busyLookCount = 25

  private var known: UInt64?
  private var busyLooks = 0

  /// Sleeps, and then reads LMDB's counter of commits.
  ///
  /// - Throws: `LMDBError` `.closed` and the like.
  mutating func next(_ environment: Environment) throws(LMDBError) -> UInt64 {
    usleep(busyLooks > 0 ? CommitPace.busyPauseMicroseconds : CommitPace.pauseMicroseconds)
    let counter = try environment.lastTransactionID
    busyLooks = known.map { $0 != counter } ?? false ? CommitPace.busyLookCount : busyLooks - 1
    known = counter
    return counter
  }
}
