import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel

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

  @OptionGroup var period: PeriodOptions
  @OptionGroup var size: LimitOption
  @OptionGroup var reading: ReaderOptions

  func run() async throws {
    let reader = try reading.reader(common.format)
    let period = try period.read(reader)
    try await common.withStore { store in
      let report = SearchReport(store, reader)
      var lines: [String] = []
      var count = 0
      if size.limit != 0 {
        try store.search(text, since: period.since, until: period.until) { match in
          count += 1
          switch common.format {
          case .json: try reader.output.line(report.json(match))
          case .text: lines += try report.lines(match)
          }
          return size.limit.map { count < $0 } ?? true
        }
      }
      switch common.format {
      case .json: try reader.output.flush()
      case .text: try reader.show(lines + [reader.phrases.matches(count)])
      }
    }
  }
}
