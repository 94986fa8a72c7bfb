import ArgumentParser
import Casefile
import CasefileInterchange
import CasefileModel

/// `casefile import …`.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take over histories from other systems.",
    subcommands: [
      ImportCSVCommand.self, ImportListCommand.self, ImportShowCommand.self,
      ImportRetractCommand.self, ImportRestoreCommand.self, ImportReconcileCommand.self,
    ])
}

/// `casefile import csv`.
struct ImportCSVCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "csv",
    abstract: "Import tables of rows by a profile.",
    discussion: """
      A profile says how rows become events. All rows are checked before anything is stored; what \
      was imported before is found again and not stored twice.

      Example:
        casefile import csv export.csv.gz --profile desk.json --check --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @OptionGroup var source: ImportSourceOptions

  @Flag(help: "Read and check everything, store nothing.")
  var check = false

  @Option(help: ArgumentHelp("Write rejected rows into a new file.", valueName: "file"))
  var setAside: String?

  @Option(help: "What to do with a record whose content changed in the source.")
  var changed = ChangedRecords.stop

  @Option(
    help: """
      When the views take in what was stored: now, or later, by the next command that reads them or \
      by replay. A large import of years is done sooner with later.
      """)
  var views = ViewMoment.now

  func run() async throws {
    try await common.withStore(
      readOnly: check, viewUpdates: views == .now ? .atClose : .never
    ) { store in
      let summary = try ImportAdapter.run(self, store)
      if !check, views == .now, summary.events > 0 {
        var progress = Progress("events into views")
        try store.updateViews { progress.update($0, of: $1) }
        progress.finish()
      }
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(ImportAdapter.json(summary, isCheck: check))
      case .text:
        for line in ImportAdapter.lines(summary, isCheck: check) { try output.line(line) }
      }
      try output.flush()
    }
  }
}

/// The rows of a source, and how they are read.
struct ImportSourceOptions: ParsableArguments {
  @Argument(help: "Files of rows, also .gz.")
  var files: [String]

  @Option(help: ArgumentHelp("How rows become events.", valueName: "profile.json"))
  var profile: String

  @Option(
    help: ArgumentHelp(
      "Which ids of this source are others of ours, for agents, clients, groups, topics.",
      valueName: "map.json"))
  var map: String?
}

/// When the views are brought up to what was stored.
enum ViewMoment: String, ExpressibleByArgument, CaseIterable {
  /// Before the command ends.
  case now
  /// By who reads them next.
  case later
}

/// What to do with a record whose content changed in the source.
enum ChangedRecords: String, ExpressibleByArgument, CaseIterable {
  /// Stop and store nothing.
  case stop
  /// Append corrections.
  case correct
  /// Set the rows aside.
  case setAside = "set-aside"

  var value: Importer.ChangedRows {
    switch self {
    case .stop: .stop
    case .correct: .correct
    case .setAside: .setAside
    }
  }
}
