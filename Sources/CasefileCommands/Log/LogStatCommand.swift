import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel

/// `casefile log stat`.
struct LogStatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stat",
    abstract: "Say how much the log holds.",
    discussion: """
      Example:
        casefile log stat --store ./desk --format json
      """)

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.withStore { store in
      let statistics = try store.statistics()
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(LogReport.json(statistics, of: store.identity))
      case .text:
        for line in LogReport.lines(statistics, of: store.identity) { try output.line(line) }
      }
      try output.flush()
    }
  }
}
