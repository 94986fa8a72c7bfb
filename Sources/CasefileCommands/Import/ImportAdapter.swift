import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Foundation
import Synchronization

/// The only file that knows the importer's types.
enum ImportAdapter {
  static func run(_ command: ImportCSVCommand, _ store: Store) throws -> ImportSummary {
    try reading(command.source, "rows stored") { profile, options in
      options.isCheck = command.check
      options.setAside = command.setAside
      options.changed = command.changed.value
      return try Importer(into: store, profile: profile)
        .run(files: command.source.files, options: options)
    }
  }

  static func reconcile(_ source: ImportSourceOptions, _ store: Store) throws -> Reconciliation {
    try reading(source, "rows compared") { profile, options in
      try Importer(into: store, profile: profile).reconcile(files: source.files, options: options)
    }
  }

  /// Reads the profile and the map for a body, and shows how far it has come.
  private static func reading<Result>(
    _ source: ImportSourceOptions, _ work: String,
    _ body: (ImportProfile, inout Importer.Options) throws -> Result
  ) throws -> Result {
    guard let bytes = FileManager.default.contents(atPath: source.profile) else {
      throw CommandFailure.file(source.profile, "the profile can't be read; is the path right?")
    }
    let profile: ImportProfile
    do {
      profile = try ImportProfile(parsing: bytes)
    } catch {
      throw failure(for: error).at(file: source.profile, line: error.line)
    }
    var options = Importer.Options()
    if let path = source.map { options.map = try map(path, source: profile.source) }
    let shown = Mutex((phase: Importer.Progress.Phase.reading, progress: Progress("rows read")))
    options.progress = { step in
      shown.withLock { shown in
        if step.phase != shown.phase {
          shown.progress.finish()
          shown = (step.phase, Progress(work))
        }
        shown.progress.update(UInt64(step.rowsDone), of: step.rowsTotal.map { UInt64($0) })
      }
    }
    defer { shown.withLock { $0.progress.finish() } }
    return try body(profile, &options)
  }

  private static func map(_ path: String, source: String) throws -> IdentityMap {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CommandFailure.file(path, "the map can't be read; is the path right?")
    }
    do {
      return try IdentityMap(parsing: bytes, source: source)
    } catch {
      throw failure(for: error).at(file: path, line: error.line)
    }
  }

  static func json(_ summary: ImportSummary, isCheck: Bool) -> JSONValue {
    isCheck ? summary.checkJSON : summary.json
  }

  static func lines(_ summary: ImportSummary, isCheck: Bool) -> [String] {
    var lines = [
      "\(summary.rows) rows \(isCheck ? "would give" : "gave") \(summary.events) events on "
        + "\(summary.streams) streams; \(summary.duplicates) were there before, "
        + "\(summary.rejected) rows rejected, \(summary.unmapped) values unmapped"
        + (summary.batch.map { "; batch \(VisibleText.escape($0))" } ?? "")
    ]
    guard isCheck else { return lines }
    for (type, count) in summary.eventsByType.sorted(by: { $0.key < $1.key }) {
      lines.append(DisplayWidth.pad("  \(count)", to: 12) + type)
    }
    if let first = summary.firstTime, let last = summary.lastTime {
      lines.append("  from \(first) to \(last)")
    }
    lines.append(
      "  \(summary.newTickets) new tickets, \(summary.extendedTickets) extended, "
        + "\(summary.changed) records changed in the source")
    for unmapped in summary.unmappedValues {
      lines.append(
        "  no rule for \(VisibleText.escape(unmapped.value)) in column "
          + VisibleText.escape(unmapped.column))
    }
    for rejection in summary.rejections {
      lines.append("  " + VisibleText.escape(rejection.error.description))
    }
    return lines
  }

  static func failure(for error: ImportError) -> CommandFailure {
    let status: ExitStatus
    switch error.code {
    case .fileMissing, .fileUnreadable, .setAsideFailed, .identityKeyFailed: status = .couldNotRun
    case .batchIncomplete:
      status = error.cause.map { FailureTable.failure(for: $0).status } ?? .couldNotRun
    default: status = .no
    }
    return CommandFailure(error.code.description, error.message, status)
      .at(file: error.file, line: error.line)
  }
}
