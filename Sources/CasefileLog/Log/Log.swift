internal import CasefileMerkle
public import CasefileModel
internal import Dispatch
internal import Foundation
internal import LMDB
internal import Synchronization

/// The immutable log of a store: appends, reads, follow and verification over one directory.
///
/// Several processes may hold the same log open; LMDB's lock orders their appends. All methods may be
/// called from any thread.
public final class Log: Sendable {
  /// What varies between a service, a command and a test.
  public struct Configuration: Sendable {
    /// Whether only reads are wanted; such a log needs no permission to write.
    public var isReadOnly: Bool
    /// What the log calls now; it is never asked inside the pure core.
    public var clock: @Sendable () -> Timestamp
    /// How long some moment is ago, by a clock that never steps; the other one is compared with it.
    /// Nil: the clock is believed.
    public var elapsed: (@Sendable () -> Duration)?

    /// Makes a configuration; both clocks are the system's where none is given. A clock of your own
    /// without one for `elapsed` is believed.
    public init(
      isReadOnly: Bool = false, clock: (@Sendable () -> Timestamp)? = nil,
      elapsed: (@Sendable () -> Duration)? = nil
    ) {
      self.isReadOnly = isReadOnly
      self.clock = clock ?? SystemClock.now
      self.elapsed = elapsed ?? (clock == nil ? SystemClock.elapsed : nil)
    }
  }

  /// The store's directory.
  public let directory: String
  /// Who the store is.
  public let identity: StoreIdentity
  let configuration: Configuration
  let environment: Environment
  let tables: LogTables
  /// The index on disk; nil where it is missing or damaged and can't be made.
  let view: IndexView?
  /// The index of the newest events, of a log that writes.
  let tail: Mutex<TailIndex?>
  /// The words of the newest events, of a log that only reads, once a query has asked for them.
  let tailWords = Mutex<TailWords?>(nil)
  /// What the index on disk surely lacks.
  let filter = Mutex(IndexFilter())
  /// The tree's edge at some size, its root checked; it moves forward as the log grows.
  let edge: Mutex<MerkleTree?>
  let writer: Mutex<Writer?>
  /// How many large appends are being encoded.
  let encoderCount = Atomic(0)
  let indexQueue = DispatchQueue(label: "casefile-index")
  let isClosed = Atomic<Bool>(false)
  let watcher: CommitWatcher
  let acceptedClock = Mutex<AcceptedClock?>(nil)

  /// Makes a store at a path that has none; it is not opened.
  ///
  /// - Parameter origin: the log's name in checkpoints, a URL without scheme; by default made of the
  ///   store's random id.
  /// - Throws: `LogError` `.storeExists`, `.directoryNotEmpty`, `.storeMissing` for a parent that
  ///   is not there, `.permissionDenied`, `.diskFull`, `.networkFileSystem`.
  public static func create(
    at directory: String, origin: String? = nil, configuration: Configuration = .init()
  ) throws {
    do {
      try StoreDirectory(path: Log.absolute(directory)).create(
        origin: origin, id: UUID().uuidString.lowercased(), at: configuration.clock())
    } catch {
      throw LogError.wrap(error)
    }
  }

  /// Opens the log of a store.
  ///
  /// - Throws: `LogError` `.storeMissing`, `.notAStore`, `.newerFormat`, `.olderFormat`,
  ///   `.damaged`, `.locked`, `.permissionDenied`, `.networkFileSystem`.
  /// - Complexity: with writing, a scan of the events after the index view: at most 65,536 unless
  ///   the view was deleted.
  public static func open(
    at directory: String, configuration: Configuration = .init()
  ) throws -> Log {
    do {
      let log = try Log(
        files: StoreDirectory(path: Log.absolute(directory)), configuration: configuration)
      if !configuration.isReadOnly {
        let writer = try Writer(log: log)
        log.writer.withLock { $0 = writer }
      }
      return log
    } catch {
      throw LogError.wrap(error)
    }
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  private init(files: StoreDirectory, configuration: Configuration) throws {
    identity = try files.identity()
    directory = files.path
    self.configuration = configuration
    // LMDB clears room for all tables that there may be whenever a transaction begins.
    let environment = try Environment.open(
      at: files.log, configuration: .init(maxTables: 8, isReadOnly: configuration.isReadOnly))
    self.environment = environment
    watcher = CommitWatcher(environment: environment)
    tables = try environment.withRead { try LogTables($0) }
    view = Log.openView(files, environment, tables, isReadOnly: configuration.isReadOnly)
    tail = Mutex(nil)
    edge = Mutex(nil)
    writer = Mutex(nil)
  }

  /// Opens the index view; one that is damaged or of another log is deleted and made again.
  private static func openView(
    _ files: StoreDirectory, _ environment: Environment, _ tables: LogTables, isReadOnly: Bool
  ) -> IndexView? {
    if !isReadOnly { IndexView.removeOlder(in: files.views) }
    for _ in 0..<2 {
      if let view = try? IndexView.open(at: files.indexView, isReadOnly: isReadOnly),
        (try? view.belongs(to: environment, tables)) == true
      {
        return view
      }
      guard !isReadOnly else { return nil }
      try? FileManager.default.createDirectory(
        atPath: files.views, withIntermediateDirectories: true)
      try? FileManager.default.removeItem(atPath: files.indexView)
    }
    return nil
  }

  /// Closes the log: appends that wait are finished, the index is brought to a whole block.
  ///
  /// Closing twice is fine. A log that writes must be closed: its thread keeps it.
  public func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let writer = writer.withLock { writer in
      defer { writer = nil }
      return writer
    }
    // An answer may have held the last reference to a store, which closes its log: then the writer's
    // thread has to go on, so that it can end.
    if let writer, writer.isCurrentThread {
      DispatchQueue.global().async { self.close(writer) }
    } else {
      close(writer)
    }
  }

  private func close(_ writer: Writer?) {
    writer?.stop()
    indexQueue.sync {}
    view?.environment.close()
    environment.close()
  }
}

/// The system's clock.
public enum SystemClock {
  /// Now, to the microsecond.
  @Sendable public static func now() -> Timestamp {
    Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
  }

  private static let start = ContinuousClock.now

  /// Since some moment of this process, sleep of the machine included; never set.
  @Sendable public static func elapsed() -> Duration { ContinuousClock.now - start }
}

extension IndexView {
  /// Takes away what earlier versions of the index have left, as far as it can be.
  static func removeOlder(in views: String) {
    for number in 1..<version {
      try? FileManager.default.removeItem(atPath: "\(views)/\(name)-v\(number)")
    }
  }

  /// Whether the log has the view's leaf at the view's position.
  func belongs(to environment: Environment, _ tables: LogTables) throws -> Bool {
    let known = try self.environment.withRead { try position($0) }
    guard known.events > 0 else { return true }
    return try environment.withRead { transaction in
      guard let entry = try transaction.value(tables.entries, known.events - 1) else {
        return false
      }
      return MerkleHash.leaf(entry) == known.leaf
    }
  }
}
