internal import CasefileLog
public import CasefileModel
internal import Dispatch
internal import Synchronization

/// Stores batch after batch without waiting for each one: while the caller makes a batch, another
/// thread encodes the one before, and the writer stores the one before that. Bulk loads use both
/// cores of a small machine.
///
/// ```swift
/// let pipeline = AppendPipeline(store)
/// for batch in batches { try pipeline.append(batch) }
/// let count = try pipeline.finish()
/// ```
/// Batches are stored in the order given, each whole or not at all, and batches that wait for the
/// writer share a commit. After a refusal the ones that were handed over before it was known may be
/// stored: events carry ids, so that the load can be repeated. One thread at a time may use a
/// pipeline.
public final class AppendPipeline: Sendable {
  /// How many batches are on their way. Two kept the machine's second core waiting for syncs.
  private static let depth = 6

  /// What has become of batches. The writer's answers hold this and not the store: an answer is let
  /// go of after it was given, when the caller may have closed everything.
  private final class Account: Sendable {
    struct State {
      var stored = 0
      var duplicates = 0
      var failure: (any Error)?
    }

    let state = Mutex(State())
    let room = DispatchSemaphore(value: AppendPipeline.depth)

    /// Notes what became of a batch and returns how many of its events are new.
    func note(_ result: Result<AppendOutcome, LogError>) -> Int {
      state.withLock { state in
        switch result {
        case .success(let outcome):
          state.stored += outcome.storedCount
          state.duplicates += outcome.duplicateCount
          return outcome.storedCount
        case .failure(let error):
          fail(error, &state)
          return 0
        }
      }
    }

    /// Notes why a batch was not handed over.
    func fail(_ error: any Error) {
      state.withLock { fail(error, &$0) }
      room.signal()
    }

    private func fail(_ error: any Error, _ state: inout State) {
      state.failure = state.failure ?? error
    }
  }

  private let store: Store
  private let account = Account()
  private let encoding = DispatchQueue(label: "casefile-encoding")

  /// Makes a pipeline into a store.
  public init(_ store: Store) { self.store = store }

  /// How many events are stored so far, those that were stored before not counted.
  public var storedCount: Int { account.state.withLock { $0.stored } }

  /// Hands a batch over; waits while six are ahead of it.
  ///
  /// - Parameter events: of any number that one append may have. They are encoded later, so a
  ///   refusal is told by a later call.
  /// - Throws: as `Store.append`, for what happened to an earlier batch; nothing more is stored
  ///   after that.
  public func append(_ events: [Event]) throws {
    guard !events.isEmpty else { return }
    try store.configuration.appendProbe?(.before)
    account.room.wait()
    if let failure = account.state.withLock({ $0.failure }) {
      account.room.signal()
      throw failure
    }
    // The append is recorded at the time at which it was handed over.
    let clock = store.log.clockReading()
    encoding.async { [self] in
      do {
        guard account.state.withLock({ $0.failure == nil }) else {
          account.room.signal()
          return
        }
        let encoded = try store.encodeInTurn(events, at: clock.wall)
        let isBackground = store.configuration.viewUpdates == .background
        try store.log.append(encoded, if: .any, at: clock) {
          [account, upkeep = store.upkeep] result in
          upkeep.noteAppended(account.note(result), isBackground: isBackground)
          account.room.signal()
        }
      } catch {
        account.fail(error)
      }
    }
  }

  /// Waits until all batches are stored.
  ///
  /// - Returns: how many events are new, and how many were stored before.
  /// - Throws: the first failure of a batch.
  @discardableResult
  public func finish() throws -> (stored: Int, duplicates: Int) {
    for _ in 0..<AppendPipeline.depth { account.room.wait() }
    for _ in 0..<AppendPipeline.depth { account.room.signal() }
    let state = account.state.withLock { $0 }
    if let failure = state.failure { throw failure }
    return (state.stored, state.duplicates)
  }
}
