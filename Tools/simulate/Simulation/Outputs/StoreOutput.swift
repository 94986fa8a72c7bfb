import Casefile
import CasefileLog
import CasefileModel
import Dispatch
import Synchronization

/// Writes events into a store: the caller's thread makes and encodes them, another one waits for
/// the commits.
///
/// The store's clock follows the simulation, so that what is recorded late is late there too, and
/// the past can be asked for as it was known.
final class StoreOutput {
  private let store: Store
  private let time: SimulatedTime
  private let pipe: CommitPipe
  private var seeds = SystemSeeds()

  /// Opens a store, or makes one where nothing is.
  init(_ directory: String, isNew: Bool) throws {
    let time = SimulatedTime()
    var configuration = Store.Configuration(clock: { time.now })
    configuration.viewUpdates = .never
    self.time = time
    if isNew {
      store = try Store.create(
        at: directory, origin: "desk.example/tickets", configuration: configuration)
    } else {
      store = try Store.open(at: directory, configuration: configuration)
    }
    pipe = CommitPipe(store: store, time: time)
  }

  /// Hands events over to be stored as one append that is recorded at an instant.
  func write(_ events: [Event], at instant: Timestamp) throws {
    var proposals: [Proposal] = []
    proposals.reserveCapacity(events.count)
    for event in events {
      guard let id = event.id else { continue }
      proposals.append(try Proposal(event, id: id, seeds: &seeds))
    }
    // No append may be larger than the limit; a batch ends soon after a thousand events.
    var rest = proposals[...]
    while !rest.isEmpty {
      try pipe.put(Array(rest.prefix(Limits.eventsPerAppend)), at: instant)
      rest = rest.dropFirst(Limits.eventsPerAppend)
    }
  }

  /// Waits until all is stored.
  func close() throws {
    try pipe.finish()
    store.close()
  }
}

/// What the store's clock shows: the simulated time, but never one that lies ahead.
private final class SimulatedTime: Sendable {
  private let microseconds = Atomic<Int64>(0)

  var now: Timestamp {
    min(Timestamp(microseconds: microseconds.load(ordering: .acquiring)), SystemClock.now())
  }

  func set(_ instant: Timestamp) { microseconds.store(instant.microseconds, ordering: .releasing) }
}

/// Appends that wait for their commit, at most two of them.
private final class CommitPipe: Sendable {
  private struct State {
    var failure: (any Error)?
  }

  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 2)
  private let queue = DispatchQueue(label: "simulate-commits")
  private let store: Store
  private let time: SimulatedTime

  init(store: Store, time: SimulatedTime) {
    self.store = store
    self.time = time
  }

  func put(_ proposals: [Proposal], at instant: Timestamp) throws {
    room.wait()
    if let failure = state.withLock({ $0.failure }) {
      room.signal()
      throw failure
    }
    queue.async {
      defer { self.room.signal() }
      guard self.state.withLock({ $0.failure == nil }) else { return }
      self.time.set(instant)
      do {
        _ = try self.store.log.appendBlocking(proposals, if: .any)
      } catch {
        self.state.withLock { $0.failure = error }
      }
    }
  }

  func finish() throws {
    queue.sync {}
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }
}
