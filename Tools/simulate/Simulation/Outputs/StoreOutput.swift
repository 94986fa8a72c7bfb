import Casefile
import CasefileModel
import Synchronization

/// Writes events into a store: the caller's thread makes them, others encode and commit them.
///
/// The store's clock follows the simulation, so that what is recorded late is late there too, and
/// the past can be asked for as it was known.
final class StoreOutput {
  private let store: Store
  private let time: SimulatedTime
  private let pipeline: AppendPipeline

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
    pipeline = AppendPipeline(store)
  }

  /// Hands events over to be stored as one append that is recorded at an instant.
  func write(_ events: [Event], at instant: Timestamp) throws {
    time.set(instant)
    guard events.count > Limits.eventsPerAppend else { return try pipeline.append(events) }
    // No append may be larger than the limit; a batch ends soon after a thousand events.
    var rest = events[...]
    while !rest.isEmpty {
      try pipeline.append(Array(rest.prefix(Limits.eventsPerAppend)))
      rest = rest.dropFirst(Limits.eventsPerAppend)
    }
  }

  /// Waits until all is stored.
  func close() throws {
    try pipeline.finish()
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
