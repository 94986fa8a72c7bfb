import ArgumentParser
import Casefile
import CasefileInterchange
import CasefileModel

/// `casefile import list`.
struct ImportListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show all imports, and whether they count.",
    discussion: """
      An import without an end is incomplete: what it brought counts, and running it again completes \
      it. One that was retracted does not count.

      Example:
        casefile import list --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.withStore { store in
      let records = try store.imports()
      let output = OutputBuffer()
      switch common.format {
      case .json: for record in records { try output.line(ImportReport.json(record)) }
      case .text: for line in ImportReport.lines(records) { try output.line(line) }
      }
      try output.flush()
    }
  }
}

/// `casefile import show`.
struct ImportShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one import: its files, what it brought, its retractions.",
    discussion: """
      The events are counted in the log, also those of an import that did not end.

      Example:
        casefile import show 8b50df5bcfa6a94d --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The import's id, as import csv and import list print it.")
  var batch: String

  func run() async throws {
    try await common.withStore { store in
      let record = try ImportBatchLookup.record(batch, store)
      let contents = try store.contents(of: record)
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(ImportReport.json(record, contents))
      case .text:
        for line in ImportReport.lines(record, contents) { try output.line(line) }
      }
      try output.flush()
    }
  }
}

/// `casefile import retract`.
struct ImportRetractCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retract",
    abstract: "Make an import not count; the log keeps its events.",
    discussion: """
      Everything that is shown is then as if the import had never been; ticket show and ticket audit \
      mark its events as retracted. The same rows may be imported again, and import restore takes \
      the retraction back.

      Example:
        casefile import retract 8b50df5bcfa6a94d --reason "the wrong export" --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @OptionGroup var decision: ImportDecisionOptions

  func run() async throws {
    try await ImportBatchLookup.change(common, decision) { store, actor in
      try store.retractImport(decision.batch, reason: decision.reason, by: actor)
    }
  }
}

/// `casefile import restore`.
struct ImportRestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a retracted import count again.",
    discussion: """
      Refused where another import of the same source was stored since and counts: it may have \
      brought the same rows.

      Example:
        casefile import restore 8b50df5bcfa6a94d --reason "it was the right one" --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @OptionGroup var decision: ImportDecisionOptions

  func run() async throws {
    try await ImportBatchLookup.change(common, decision) { store, actor in
      try store.restoreImport(decision.batch, reason: decision.reason, by: actor)
    }
  }
}

/// A decision about one import: which, why, whose.
struct ImportDecisionOptions: ParsableArguments {
  @Argument(help: "The import's id.")
  var batch: String

  @Option(help: "Why, for those who read it later.")
  var reason: String

  @Option(help: ArgumentHelp("The agent who decides it.", valueName: "agent"))
  var by: String?
}

/// What the commands of one import have in common.
enum ImportBatchLookup {
  static func record(_ batch: String, _ store: Store) throws -> ImportRecord {
    if let record = try store.importRecord(batch) { return record }
    throw ImportError(
      .batchMissing, "the store has no import \(batch); casefile import list shows all")
  }

  /// Stores a decision about an import, brings the views up to it, and says what it changed.
  static func change(
    _ common: CommonOptions, _ decision: ImportDecisionOptions,
    _ decide: (Store, Actor) throws -> Position
  ) async throws {
    guard decision.reason.contains(where: { !$0.isWhitespace }) else {
      throw CommandFailure.usage("--reason is empty; whoever reads it later wants to know why")
    }
    try await common.withStore(readOnly: false) { store in
      let actor = decision.by.map { Actor(.agent, $0) } ?? Actor(.importer)
      let position = try decide(store, actor)
      var progress = Progress("events into views")
      try store.updateViews { progress.update($0, of: $1) }
      progress.finish()
      let record = try record(decision.batch, store)
      let contents = try store.contents(of: record)
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(ImportReport.json(record, contents))
      case .text:
        try output.line(
          "position \(position): \(contents.events) events on \(contents.streams) streams, "
            + "\(contents.tickets) of them tickets, "
            + (record.status == .retracted ? "don't count any more" : "count again"))
      }
      try output.flush()
    }
  }
}
