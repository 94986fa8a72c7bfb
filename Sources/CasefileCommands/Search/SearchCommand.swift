import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import Foundation

/// `casefile search`.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find words in messages, notes, agreements, summaries and transcripts.",
    discussion: """
      An event is found if its texts have all the words. Case, ё and the endings of Russian and \
      English words make no difference. What was recorded last comes first. Texts that were \
      corrected or retracted are found and marked; erased ones are not.

      Example:
        casefile search "refund of the invoice" --since 2026-03-01 --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The words.")
  var text: String

  @Option(help: ArgumentHelp("Happened at this time or later.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Happened before this time.", valueName: "time"))
  var until: String?

  @Option(help: "At most so many.")
  var limit: Int?

  @Option(help: "The zone of dates and of the times that are shown.")
  var zone: String?

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit \(limit) is below nought") }
  }

  func run() async throws {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    let since = try TimeArgument.read(since, option: "--since", zone: zone)
    let until = try TimeArgument.read(until, option: "--until", zone: zone)
    try await common.withStore { store in
      let output = OutputBuffer()
      let ink = Ink.suiting(output, environment: ProcessInfo.processInfo.environment)
      let report = SearchReport(PeopleVoice(store, zone: zone), ink: ink)
      var count = 0
      if limit != 0 {
        try store.search(text, since: since, until: until) { match in
          count += 1
          switch common.format {
          case .json: try output.line(report.json(match))
          case .text:
            for line in try report.lines(match, width: output.columns) { try output.line(line) }
          }
          return limit.map { count < $0 } ?? true
        }
      }
      if common.format == .text {
        try output.line(count == 0 ? "no matches" : count == 1 ? "1 match" : "\(count) matches")
      }
      try output.flush()
    }
  }
}
