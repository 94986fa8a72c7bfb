public import CasefileLog
public import CasefileModel
public import CasefileProjections
internal import Foundation
internal import Synchronization

/// An embedded store of ticket histories: one directory, no server.
///
/// ```swift
/// let store = try Store.create(at: "/var/lib/desk")
/// let ticket = try StreamID.ticket("4711")
/// let opened = Event(
///   TicketOpened(number: "4711"), on: ticket, at: now, by: Actor(.agent, "a-1"))
/// let stored = try await store.append([opened], if: .newStream(ticket))
/// ```
/// All methods may be called from any thread; several processes may have a store open. An append that
/// was acknowledged is on disk.
public final class Store: Sendable {
  /// What varies between a service, a command and a test.
  public struct Configuration: Sendable {
    /// Whether only reads are wanted; such a store needs no permission to write.
    public var isReadOnly: Bool
    /// The types of events that are known: the library's and your own.
    public var schema: EventSchema
    /// What the store calls now.
    public var clock: @Sendable () -> Timestamp
    /// How long some moment is ago, by a clock that never steps; the other one is compared with it.
    /// Nil: the clock is believed.
    public var elapsed: (@Sendable () -> Duration)?
    /// Makes the source of commitments' seeds, once for each append.
    public var makeSeeds: @Sendable () -> any SeedSource
    /// Draws the random part of an event id that the caller left out.
    public var makeRandom: @Sendable () -> any RandomNumberGenerator
    /// Views of your own, kept beside the library's. Their names are words of small letters, digits
    /// and hyphens, each once, and none of the library's.
    public var projections: [any Projection.Type] = []
    /// When the store brings views up to the log by itself.
    public var viewUpdates = ViewUpdates.background
    /// Is asked before and after each append; what it throws is thrown to the caller. Only
    /// CasefileTesting sets it, to inject faults.
    package var appendProbe: (@Sendable (AppendMoment) throws -> Void)?
    /// How many events are applied to views at once; nil: as many as are quick. Only tests set it.
    package var viewBatchCount: Int?
    /// How the view `quality` puts tickets together; nil: as suits many of them. Only tests set it.
    package var qualityBlocks: QualityBlocks?

    /// Makes a configuration; what is left out comes from the system. A clock of your own without
    /// one for `elapsed` is believed.
    public init(
      isReadOnly: Bool = false, schema: EventSchema = .builtIn,
      clock: (@Sendable () -> Timestamp)? = nil, elapsed: (@Sendable () -> Duration)? = nil,
      makeSeeds: @escaping @Sendable () -> any SeedSource = { SystemSeeds() },
      makeRandom: @escaping @Sendable () -> any RandomNumberGenerator = {
        SystemRandomNumbers()
      }
    ) {
      self.isReadOnly = isReadOnly
      self.schema = schema
      self.clock = clock ?? SystemClock.now
      self.elapsed = elapsed ?? (clock == nil ? SystemClock.elapsed : nil)
      self.makeSeeds = makeSeeds
      self.makeRandom = makeRandom
    }
  }

  /// When a probe is asked.
  package enum AppendMoment: Sendable {
    /// Nothing is stored yet.
    case before
    /// All is stored, and the caller doesn't know it yet.
    case after
  }

  /// When views are brought up to the log without being asked. Reads are current in any case: they
  /// apply what is missing in memory.
  public enum ViewUpdates: Sendable, Hashable {
    /// After some thousand appended events, beside further appends, and at the close.
    case background
    /// At the close, unless much more is missing than this store appended.
    case atClose
    /// Only by `updateViews`, `replay` and `waitUntil`.
    case never
  }

  /// The log, for what the store has no method of its own for.
  package let log: Log
  /// The types of events that are known.
  public let schema: EventSchema
  let configuration: Configuration
  let ticketsView: TicketsView
  let qualityView: QualityView
  let searchView = SearchView()
  let viewSet: ViewSet
  let upkeep: ViewUpkeep
  var isReadOnly: Bool { configuration.isReadOnly }
  let amendments = AmendmentIndex()

  /// What the store calls now.
  func now() -> Timestamp { configuration.clock() }

  /// A new event id.
  func drawID() -> EventID {
    var random = configuration.makeRandom()
    return EventID(at: now(), using: &random)
  }

  /// The store's directory.
  public var directory: String { log.directory }
  /// Who the store is.
  public var identity: StoreIdentity { log.identity }

  private init(log: Log, configuration: Configuration) {
    self.log = log
    self.configuration = configuration
    schema = configuration.schema
    let folds = SharedFolds()
    ticketsView = TicketsView(schema: configuration.schema, folds: folds)
    qualityView = QualityView(
      schema: configuration.schema, folds: folds,
      blocks: configuration.qualityBlocks ?? QualityBlocks(), rules: RuleBook(configuration.schema))
    viewSet = ViewSet(
      log: log,
      views: [qualityView, searchView, ticketsView] + configuration.projections.map { $0.view() },
      batchCount: configuration.viewBatchCount)
    upkeep = ViewUpkeep(viewSet)
    let names = ["index"] + viewSet.views.map(\.name)
    precondition(
      Set(names).count == names.count, "Two views have one name: \(names.joined(separator: ", ")).")
    precondition(
      names.allSatisfy { name in
        !name.isEmpty && name.utf8.count <= 60
          && name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
          }
      },
      "A view's name is made of small letters, digits and hyphens: \(names.joined(separator: ", "))."
    )
  }

  deinit { log.close() }

  /// Makes a store at a path that has none, and opens it.
  ///
  /// - Parameters:
  ///   - directory: where; its parent must be there.
  ///   - origin: the log's name in checkpoints, a URL without scheme.
  ///   - configuration: what varies.
  /// - Throws: `LogError` `.storeExists`, `.directoryNotEmpty`, `.storeMissing` for a parent that
  ///   is not there, `.permissionDenied`, `.diskFull`, `.networkFileSystem`.
  public static func create(
    at directory: String, origin: String? = nil, configuration: Configuration = .init()
  ) throws -> Store {
    try Log.create(
      at: directory, origin: origin, configuration: .init(clock: configuration.clock))
    return try open(at: directory, configuration: configuration)
  }

  /// Opens a store.
  ///
  /// - Throws: `LogError` `.storeMissing`, `.notAStore`, `.newerFormat`, `.olderFormat`,
  ///   `.damaged`, `.locked`, `.permissionDenied`, `.networkFileSystem`.
  public static func open(
    at directory: String, configuration: Configuration = .init()
  ) throws -> Store {
    let log = try Log.open(
      at: directory,
      configuration: .init(
        isReadOnly: configuration.isReadOnly, clock: configuration.clock,
        elapsed: configuration.elapsed))
    return Store(log: log, configuration: configuration)
  }

  /// Closes the store: appends that wait are finished, and views that lack a little are brought up
  /// to the log. Closing twice is fine.
  public func close() {
    upkeep.close(updates: configuration.viewUpdates != .never)
    log.close()
  }

  /// Accepts what the clock shows now, after appends were refused with `.clockJumped`.
  ///
  /// The next append goes through, behind a `system.clockStepped` that names who accepted it. The
  /// clock is compared within one process only, so one that begins anew has nothing to accept.
  ///
  /// - Throws: `ModelError` for an id that is none.
  public func acceptClock(by agent: String) throws { try log.acceptClock(by: agent) }

  // MARK: Appending

  /// Stores events as one append: all or none, acknowledged after a full sync.
  ///
  /// The events may belong to several streams; they get gapless positions in the order given and
  /// one time of recording. An append that is repeated with the same ids and the same events returns
  /// its first result, marked as duplicate.
  ///
  /// - Throws: `LogError` `.invalidEvent`, `.versionConflict`, `.changedSince`, `.idReused`,
  ///   `.emptyAppend`, `.tooLarge`, `.clockJumped`, `.readOnly`, `.closed`: nothing is stored. `.diskFull`,
  ///   `.ioFailed`, `.unknownOutcome`: open the store again and repeat.
  /// - Complexity: one commit with two syncs, shared with the appends of other callers. Where there is
  ///   no other caller, and commits are short, the calling thread waits for the disk itself: one
  ///   thread of the pool at most, and none while the pool has no thread to spare.
  public func append(
    _ events: [Event], if condition: AppendCondition = .any
  ) async throws -> [Appended] {
    let encoded = try encode(events)
    try configuration.appendProbe?(.before)
    let appended = try await log.append(encoded, if: condition)
    noteAppended(appended.count)
    try configuration.appendProbe?(.after)
    return appended
  }

  /// The same for callers without concurrency; the calling thread waits.
  ///
  /// - Throws: as `append`.
  public func appendBlocking(
    _ events: [Event], if condition: AppendCondition = .any
  ) throws -> [Appended] {
    let encoded = try encode(events)
    try configuration.appendProbe?(.before)
    let appended = try log.appendBlocking(encoded, if: condition)
    noteAppended(appended.count)
    try configuration.appendProbe?(.after)
    return appended
  }

  /// Hands several appends over together: each is atomic by itself, and they share commits.
  ///
  /// - Returns: the result of each append, in order.
  /// - Throws: the first refusal, after all of them were judged: what was not refused is stored.
  public func appendBlocking(separately appends: [[Event]]) throws -> [[Appended]] {
    let encoded = try appends.map { try encode($0) }
    try configuration.appendProbe?(.before)
    let appended = try log.appendBlocking(separately: encoded).map { try $0.get() }
    try configuration.appendProbe?(.after)
    noteAppended(appended.reduce(0) { $0 + $1.count })
    return appended
  }

  func noteAppended(_ count: Int) {
    upkeep.noteAppended(count, isBackground: configuration.viewUpdates == .background)
  }

  /// Refuses what `append` would refuse for its form, without storing anything.
  ///
  /// - Throws: `ModelError` that names the field and never its text.
  public func check(_ event: Event) throws(ModelError) {
    try schema.check(event)
    // Nothing is stored, so the seeds need not be secret.
    var seeds = ZeroSeeds()
    _ = try Proposal(event, id: event.id ?? EventID(high: 0, low: 0), seeds: &seeds)
  }
}

/// Seeds for an encoding that is thrown away.
private struct ZeroSeeds: SeedSource {
  mutating func next() -> [UInt8] { [UInt8](repeating: 0, count: 32) }
}
