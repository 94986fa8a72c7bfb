import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

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

  @Flag(help: "Show every event, however many there are.")
  var all = false

  func validate() throws { try rows.refuseShortTexts(in: common.format) }

  func run() async throws {
    let reader = try moment.reading.reader(common.format)
    let question = try moment.question(reader, rows.visibility)
    let selection = try rows.selection(reader)
    try await common.withStore { store in
      let file = try CaseLookup(store).view(of: id, question, with: rows.with)
      switch common.format {
      case .json:
        try reader.output.line(try TicketJSON(schema: store.schema).json(file, selection))
        try reader.output.flush()
      case .text:
        let voice = reader.voice(file.names, schema: store.schema)
        let head = TicketHead(file, voice: voice, length: rows.text, ink: reader.ink)
        let timeline = TicketTimeline(
          file, voice: voice, selection: selection, length: rows.text, ink: reader.ink)
        let width = reader.width
        try reader.show(
          head.lines(width: width) + [""] + timeline.lines(width: width, showsAll: all))
      }
    }
  }
}
