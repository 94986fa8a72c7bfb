public import Casefile
internal import Foundation
internal import Synchronization

/// A store for one test: in a directory of its own, with a clock that stands still, and with ids and
/// seeds that repeat. Store and directory go with it.
///
/// ```swift
/// let temporary = try TemporaryStore()
/// try await temporary.store.perform(
///   .open(TicketOpened(number: "1")), on: "1", by: Actor(.client, "c-1"))
/// temporary.clock.advance(seconds: 60)
/// ```
public final class TemporaryStore: Sendable {
  /// The clock of the store.
  public let clock: ManualClock
  /// The faults that its appends meet.
  public let faults: FaultPlan
  /// The store's directory.
  public let directory: String
  private let root: String
  private let configuration: Store.Configuration
  private let current: Mutex<Store>

  /// Makes an empty store.
  ///
  /// - Parameters:
  ///   - seed: the same one gives the same ids, commitments and hashes.
  ///   - schema: the types that are known.
  ///   - projections: views of your own.
  ///   - clock: where it stands.
  ///   - faults: what its appends meet.
  /// - Throws: as `Store.create`.
  public convenience init(
    seed: UInt64 = 1, schema: EventSchema = .builtIn,
    projections: [any Projection.Type] = [], clock: ManualClock = ManualClock(),
    faults: FaultPlan = FaultPlan()
  ) throws {
    try self.init(
      seed: seed, schema: schema, projections: projections, clock: clock, faults: faults,
      qualityBlocks: nil)
  }

  /// The same with blocks of the view `quality` that are small enough for few tickets.
  package init(
    seed: UInt64 = 1, schema: EventSchema = .builtIn,
    projections: [any Projection.Type] = [], clock: ManualClock = ManualClock(),
    faults: FaultPlan = FaultPlan(), qualityBlocks: QualityBlocks?
  ) throws {
    self.clock = clock
    self.faults = faults
    // Each append asks for new sources: one generator feeds them, so that no id is drawn twice.
    let box = SeedBox(seed)
    var configuration = Store.Configuration(
      schema: schema, clock: { clock.now() }, makeSeeds: { SeededSeeds(box.next()) },
      makeRandom: { SeededRandom(box.next()) })
    configuration.inject(faults)
    configuration.projections = projections
    configuration.qualityBlocks = qualityBlocks
    self.configuration = configuration
    root = FileManager.default.temporaryDirectory.path + "/casefile-\(UUID().uuidString)"
    directory = root + "/store"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    do {
      current = Mutex(try Store.create(at: directory, configuration: configuration))
    } catch {
      try? FileManager.default.removeItem(atPath: root)
      throw error
    }
  }

  /// The store; after `reopen`, the one that was opened last.
  public var store: Store { current.withLock { $0 } }

  /// Closes the store and opens it again, as after a restart of the service.
  ///
  /// - Throws: as `Store.open`.
  @discardableResult
  public func reopen() throws -> Store {
    try current.withLock { store in
      store.close()
      store = try Store.open(at: directory, configuration: configuration)
      return store
    }
  }

  /// Opens the same directory a second time, for reading only.
  ///
  /// - Throws: as `Store.open`.
  public func openReadOnly() throws -> Store {
    var configuration = configuration
    configuration.isReadOnly = true
    return try Store.open(at: directory, configuration: configuration)
  }

  deinit {
    current.withLock { $0.close() }
    try? FileManager.default.removeItem(atPath: root)
  }
}

/// One generator for several closures.
private final class SeedBox: Sendable {
  private let random: Mutex<SeededRandom>

  init(_ seed: UInt64) { random = Mutex(SeededRandom(seed)) }

  func next() -> UInt64 { random.withLock { $0.next() } }
}
