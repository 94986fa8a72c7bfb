import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

/// `casefile ticket …`.
struct TicketCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ticket",
    abstract: "Look at tickets.",
    subcommands: [TicketShowCommand.self, TicketListCommand.self])
}

/// `casefile ticket show`.
struct TicketShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a ticket: its state and everything that happened.",
    discussion: """
      --as-of asks what was true at a time, by all that is known today; --known-at and --position \
      ask what this store knew. A date alone is the start of that day in --zone.

      Example:
        casefile ticket show 4711 --as-of 2026-03-02 --zone Europe/Moscow --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The ticket's id, as its source writes it.")
  var id: String

  @Option(help: ArgumentHelp("What was true at this time.", valueName: "time"))
  var asOf: String?

  @Option(help: ArgumentHelp("What was recorded by this time.", valueName: "time"))
  var knownAt: String?

  @Option(help: "What was recorded up to this position, included.")
  var position: UInt64?

  @Option(help: "The zone of dates and of the times that are shown.")
  var zone: String?

  @Flag(help: "Show every event, however many there are.")
  var all = false

  func validate() throws {
    if position != nil, knownAt != nil {
      throw ValidationError("--position and --known-at both say what was known; give one of them")
    }
  }

  func run() async throws {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    let asOf = try TimeArgument.read(asOf, option: "--as-of", zone: zone)
    var known = try TimeArgument.read(knownAt, option: "--known-at", zone: zone).map {
      KnownAt.recorded($0)
    }
    if let position { known = .position(Position(position)) }
    try await common.withStore { store in
      let events = try TicketLookup(store).events(of: id)
      let view = TicketView(
        TicketHistory(events: events), ticket: id, asOf: asOf, knownAt: known)
      if view.entries.isEmpty {
        throw try TicketLookup(store).nothingKnown(events, of: id, asOf: asOf, knownAt: known)
      }
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(try TicketJSON().json(view))
      case .text:
        let width = output.columns
        for line in TicketHead(view, zone: zone).lines(width: width) { try output.line(line) }
        try output.line("")
        for line in TicketTimeline(view, zone: zone).lines(width: width, showsAll: all) {
          try output.line(line)
        }
      }
      try output.flush()
    }
  }
}
