internal import Casefile
internal import CasefileLog
internal import CasefileModel

/// A batch in the log: its two events on the stream `import/<batch>`, and what came between them.
struct ImportBatch {
  let id: String
  let stream: StreamID
  /// Where the batch began; nil if it has not.
  private(set) var startedAt: Position?
  private(set) var isCompleted = false
  private var version: StreamVersion = .none

  /// Finds the batch of these files and this profile, which may have begun in an earlier run.
  ///
  /// The id comes from the hashes of the profile, of the files in their order and of the map, so that
  /// the same import, run again, continues the same batch. Where that was retracted, a new one begins.
  init(
    profile: ImportProfile, files: [ImportRun.File], map: Digest?, store: Store,
    retracted: Set<String>
  ) throws {
    var input = profile.sha256.bytes
    for file in files { input += file.digest.bytes }
    if let map { input += map.bytes }
    var id = ImportBatch.id(input)
    while retracted.contains(id) {
      input += id.utf8
      id = ImportBatch.id(input)
    }
    self.id = id
    stream = try StreamID(kind: ImportRecord.streamKind, id: id)
    guard try store.head != nil else { return }
    for event in try store.events(of: stream) {
      version = event.envelope.version
      if event.envelope.typeNumber == ImportBatchStarted.type.number {
        startedAt = startedAt ?? event.position
      }
      if event.envelope.typeNumber == ImportBatchCompleted.type.number { isCompleted = true }
    }
  }

  /// Sixty-four bits tell batches apart and are short: each event carries them.
  private static func id(_ input: [UInt8]) -> String {
    Hex.encode(Digest.sha256(input).bytes.prefix(8))
  }

  /// Stores the batch's beginning.
  ///
  /// - Throws: `LogError` `.versionConflict` if another importer of the same files came first.
  mutating func start(_ run: ImportRun) throws {
    let started = ImportBatchStarted(
      batchId: id, source: run.profile.source,
      files: run.files.enumerated().map { index, file in
        ImportFile(
          ordinal: Int64(index + 1), sha256: file.digest.bytes, sizeBytes: Int64(file.sizeBytes))
      }, profileId: run.profile.name, profileVersion: run.profile.version,
      profileSha256: run.profile.sha256.bytes,
      // Of several imports whose rows come again, the one with most of them.
      supersedes: run.replacedBatches.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key,
      expectedRows: Int64(run.reader.rowCount), records: run.profile.records)
    let event = Event(started, on: stream, at: run.options.clock(), by: run.options.actor)
    startedAt = try run.store.appendBlocking([event], if: .newStream(stream)).first?.position
    version = StreamVersion(version.rawValue + 1)
  }

  /// Stores the batch's end, with what the whole batch brought, also in earlier runs.
  ///
  /// - Throws: `LogError` `.versionConflict` if the batch was retracted while it was stored.
  mutating func complete(
    _ run: ImportRun, _ summary: ImportSummary, wasResumed: Bool
  ) throws {
    var completed = ImportBatchCompleted(
      batchId: id, rows: Int64(summary.rows), events: Int64(summary.events),
      streams: Int64(summary.streams), duplicates: Int64(summary.duplicates),
      rejected: Int64(summary.rejected), unmapped: Int64(summary.unmapped),
      eventsByType: summary.eventsByType.mapValues { Int64($0) }, fromTime: summary.firstTime,
      toTime: summary.lastTime)
    if wasResumed, let startedAt {
      try recount(&completed, from: startedAt, total: summary.events + summary.duplicates, run)
    }
    let event = Event(completed, on: stream, at: run.options.clock(), by: run.options.actor)
    _ = try run.store.appendBlocking([event], if: .version(stream, version))
    isCompleted = true
  }

  /// Counts what the log holds of the batch: an earlier run's counts died with it.
  private func recount(
    _ completed: inout ImportBatchCompleted, from start: Position, total: Int, _ run: ImportRun
  ) throws {
    let contents = try ImportContents(of: id, from: start, in: run.store)
    completed.events = Int64(contents.events)
    completed.eventsByType = contents.eventsByType.mapValues { Int64($0) }
    completed.streams = Int64(contents.streams)
    completed.duplicates = Int64(total - contents.events)
    completed.fromTime = contents.firstTime
    completed.toTime = contents.lastTime
  }
}
