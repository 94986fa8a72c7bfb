import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel

/// `casefile view …`.
struct ViewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Look after the views: what is derived from the log and kept beside it.",
    subcommands: [ViewListCommand.self, ViewDiffCommand.self, ViewDropCommand.self])
}

/// `casefile view list`.
struct ViewListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show how every view stands to the log.",
    discussion: """
      Example:
        casefile view list --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.withStore { store in
      let statuses = try store.viewStatuses()
      let output = OutputBuffer()
      switch common.format {
      case .json: for status in statuses { try output.line(ViewReport.json(status)) }
      case .text: for line in ViewReport.lines(statuses) { try output.line(line) }
      }
      try output.flush()
    }
  }
}

/// `casefile view diff`.
struct ViewDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Replay the log and compare it with what a view holds.",
    discussion: """
      Exit status 1 where they differ; casefile replay --view NAME makes the view anew.

      Example:
        casefile view diff tickets --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The view's name.")
  var name: String

  func run() async throws {
    try await common.withStore { store in
      var progress = Progress("events")
      let comparison = try store.compareView(named: name) { done, total in
        progress.update(done, of: total)
      }
      progress.finish()
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(ViewReport.json(comparison))
      case .text: for line in ViewReport.lines(comparison) { try output.line(line) }
      }
      try output.flush()
      if !comparison.isEqual { throw SilentFailure(status: .no) }
    }
  }
}

/// `casefile view drop`.
struct ViewDropCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Delete a view; it comes back from the log.",
    discussion: """
      No event is lost: the log is not touched. Until the view is back, answers take longer.

      Example:
        casefile view drop tickets --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The view's name.")
  var name: String

  func run() async throws {
    try await common.withStore(readOnly: false, viewUpdates: .never) { store in
      try store.dropView(named: name)
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(["view": .string(name), "dropped": .bool(true)])
      case .text:
        try output.line(
          "The view \(name) was deleted. casefile replay --view \(name) brings it back.")
      }
      try output.flush()
    }
  }
}
