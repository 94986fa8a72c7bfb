internal import CasefileLog
public import CasefileModel
internal import Dispatch
internal import Synchronization

/// Stores batch after batch without waiting for each one: while the writer stores a batch, the next
/// ones are encoded. Bulk loads use both of them, and so two cores.
///
/// ```swift
/// let pipeline = AppendPipeline(store)
/// for batch in batches { try pipeline.append(batch) }
/// let count = try pipeline.finish()
/// ```
/// Batches are stored in the order given, each whole or not at all. After a refusal the ones that
/// were handed over before it was known may be stored: events carry ids, so that the load can be
/// repeated. One thread at a time may use a pipeline.
public final class AppendPipeline: Sendable {
  /// How many batches are encoded ahead: one is stored and one is ready.
  private static let depth = 2

  private struct State {
    var stored = 0
    var duplicates = 0
    var failure: LogError?
  }

  private let store: Store
  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: AppendPipeline.depth)

  /// Makes a pipeline into a store.
  public init(_ store: Store) { self.store = store }

  /// Encodes a batch and hands it over; waits while two are ahead of it.
  ///
  /// - Throws: as `Store.append`, also for what happened to an earlier batch; nothing more is
  ///   stored after that.
  public func append(_ events: [Event]) throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    guard !events.isEmpty else { return }
    let proposals = try store.encode(events)
    room.wait()
    do {
      try store.log.append(proposals, if: .any) { [self] result in
        note(result)
        room.signal()
      }
    } catch {
      room.signal()
      throw error
    }
  }

  /// Waits until all batches are stored.
  ///
  /// - Returns: how many events are new, and how many were stored before.
  /// - Throws: the first failure of a batch.
  @discardableResult
  public func finish() throws -> (stored: Int, duplicates: Int) {
    for _ in 0..<AppendPipeline.depth { room.wait() }
    for _ in 0..<AppendPipeline.depth { room.signal() }
    let state = state.withLock { $0 }
    if let failure = state.failure { throw failure }
    return (state.stored, state.duplicates)
  }

  private func note(_ result: Result<[Appended], LogError>) {
    var count = 0
    state.withLock { state in
      switch result {
      case .success(let appended):
        let duplicates = appended.reduce(0) { $0 + ($1.isDuplicate ? 1 : 0) }
        count = appended.count - duplicates
        state.stored += count
        state.duplicates += duplicates
      case .failure(let error): state.failure = state.failure ?? error
      }
    }
    store.noteAppended(count)
  }
}
