import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel

/// `casefile log verify`.
struct LogVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every event against its hash and the root.",
    discussion: """
      Exit status 1 where anything is not as it was written.

      Example:
        casefile log verify --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await common.withStore { store in
      var progress = Progress("events")
      let report = try store.verify { done, total in progress.update(done, of: total) }
      progress.finish()
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(LogReport.json(report))
      case .text: for line in LogReport.lines(report) { try output.line(line) }
      }
      try output.flush()
      if !report.isSound { throw SilentFailure(status: .no) }
    }
  }
}
