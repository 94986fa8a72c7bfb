import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections
import Foundation

extension CaseLookup.Company: ExpressibleByArgument {}
/// For whose eyes a ticket is shown.
enum AudienceArgument: String, ExpressibleByArgument, CaseIterable { case `public`, all }

/// `casefile ticket show`.
struct TicketShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a ticket: its state and everything that happened.",
    discussion: """
      --as-of asks what was true at a time, by all that is known today; --known-at and --position \
      ask what this store knew. A date alone is the start of that day in --zone. A ticket that was \
      merged is shown with the one into which it went, and the other way round.

      Example:
        casefile ticket show 4711 --as-of 2026-03-02 --zone Europe/Moscow --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var moment: MomentOptions
  @OptionGroup var rows: RowOptions

  @Argument(help: "The ticket's id, as its source writes it.")
  var id: String

  @Option(help: "The language, en or ru; without it the locale's.")
  var lang: Language?

  @Flag(help: "Show every event, however many there are.")
  var all = false

  @Flag(help: "Don't show long output page by page.")
  var noPager = false

  func validate() throws {
    if common.format == .json, rows.text != .full {
      throw ValidationError("--text shortens what people read; JSON has texts whole, leave it out")
    }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let language = lang ?? .ofLocale(environment)
    // JSON is English whatever the locale, and so is what goes with it.
    let spoken = common.format == .json ? Language.en : language
    let zone = try moment.readZone()
    let question = try moment.question(zone, spoken.phrases, rows.visibility)
    let selection = try rows.selection(zone, spoken.phrases)
    try await common.withStore { store in
      let file = try CaseLookup(store).view(of: id, question, with: rows.with)
      let output = OutputBuffer()
      switch common.format {
      case .json:
        try output.line(try TicketJSON().json(file, selection))
        try output.flush()
      case .text:
        let voice = Voice(language, zone: zone, names: file.names)
        let ink = Ink.suiting(output, environment: environment)
        let width = output.columns
        let head = TicketHead(file, voice: voice, length: rows.text, ink: ink)
        let timeline = TicketTimeline(
          file, voice: voice, selection: selection, length: rows.text, ink: ink)
        let lines = head.lines(width: width) + [""] + timeline.lines(width: width, showsAll: all)
        let pager = Pager(for: output, environment: environment, isWanted: !noPager)
        if let pager, try pager.show(lines) { return }
        for line in lines { try output.line(line) }
        try output.flush()
      }
    }
  }
}
