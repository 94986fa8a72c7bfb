public import Casefile
public import CasefileModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Brings files of another system into a store, by a profile.
///
/// ```swift
/// let profile = try ImportProfile(parsing: bytes)
/// let summary = try Importer(into: store, profile: profile).run(files: ["incidents.csv.gz"])
/// ```
/// All rows are read and checked first; if one is rejected, nothing is stored. Then events are
/// stored in the order of their times, in appends of up to 1,000, a row always within one. A row
/// that is in the store already is passed over: an import that was interrupted continues when it is
/// run again with the same files and the same profile, and a growing export adds what is new.
public struct Importer: Sendable {
  /// What is done with a row whose record key is known and whose content is another.
  public enum ChangedRows: String, Sendable, CaseIterable {
    /// Nothing is stored.
    case stop
    /// What was imported is corrected by events of their own; it stays in the log as it was.
    case correct
    /// The row is put aside like a rejected one.
    case setAside
  }

  /// How far an import has come.
  public struct Progress: Sendable {
    /// What is being done.
    public enum Phase: String, Sendable {
      /// Rows are read and checked.
      case reading
      /// Events are stored, or counted by a check.
      case storing
    }
    /// What is being done.
    public let phase: Phase
    /// Rows read or mapped.
    public let rowsDone: Int
    /// How many there are; nil while they are read.
    public let rowsTotal: Int?
  }

  /// Options of one import.
  public struct Options: Sendable {
    /// Only reads, maps and counts; the store is not changed.
    public var isCheck = false
    /// The file for rejected rows, one JSON object a line; it must not exist. Without it a rejected
    /// row means that nothing is stored.
    public var setAside: String?
    /// Which ids of this source are others of ours.
    public var map = IdentityMap.none
    /// What is done with changed rows.
    public var changed = ChangedRows.stop
    /// Who imports.
    public var actor = Actor(.importer)
    /// The time of the batch's own events.
    public var clock: @Sendable () -> Timestamp = { .systemNow }
    /// Called every few thousand rows; what it throws ends the import between two appends.
    public var progress: @Sendable (Progress) throws -> Void = { _ in }

    /// Makes the options of an ordinary import.
    public init() {}
  }

  let store: Store
  let profile: ImportProfile

  /// Makes an importer of a source into a store that is open for writing.
  public init(into store: Store, profile: ImportProfile) {
    self.store = store
    self.profile = profile
  }

  /// Imports files, in the order given, as one batch.
  ///
  /// - Throws: `ImportError` before anything is stored: a file that can't be read, a row that is
  ///   rejected. `.batchIncomplete`, with the store's error as its cause, if storing stopped midway;
  ///   running the import again completes it.
  /// - Complexity: about 200 bytes of disk a row beside the store while it runs, 64 more for each row
  ///   of the source that the store holds, and no memory that grows with the rows; see `RowTable`.
  ///   Kept in memory are the people who are called by names.
  public func run(files: [String], options: Options = Options()) throws -> ImportSummary {
    guard !files.isEmpty else { throw ImportError(.fileMissing, "no file was named") }
    var run = try ImportRun(store: store, profile: profile, options: options)
    try run.read(files)
    try run.arrange()
    try run.settleRejections()
    return try run.finish()
  }
}

extension Timestamp {
  /// The system's clock.
  fileprivate static var systemNow: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}
