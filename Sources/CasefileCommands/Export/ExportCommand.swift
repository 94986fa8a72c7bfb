import ArgumentParser
import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import CasefileProjections

/// `casefile export …`.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write tables for other programs.",
    subcommands: [ExportCSVCommand.self])
}

/// `casefile export csv`.
struct ExportCSVCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "csv",
    abstract: "Write tickets, handoffs or events as a table for a spreadsheet.",
    discussion: """
      Comma separated as RFC 4180 says, in UTF-8, with names of columns that stay. Times are UTC. A \
      text that a spreadsheet would take for a formula gets an apostrophe before it. Texts of people \
      are left out unless --texts asks for them.

      --as-of and --known-at tell the states of tickets at a past moment, and the handoffs until \
      then. With --format json and --output one object says what was written.

      Example:
        casefile export csv tickets --as-of 2026-03-02 --output tickets.csv --store ./desk
      """)

  /// What a table is of.
  enum Table: String, ExpressibleByArgument, CaseIterable {
    /// A row a ticket.
    case tickets
    /// A row a handoff, direct or indirect.
    case handoffs
    /// A row an event.
    case events
  }

  @OptionGroup var common: CommonOptions

  @Argument(help: "What to write: tickets, handoffs or events.")
  var table: Table

  @Option(help: ArgumentHelp("The file to write; without it standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Write texts of people too: subjects, messages, names.")
  var texts = false

  @Flag(help: "Begin with the mark by which some spreadsheets know UTF-8.")
  var bom = false

  @Option(help: ArgumentHelp("What was true at this time.", valueName: "time"))
  var asOf: String?

  @Option(help: ArgumentHelp("What was recorded by this time.", valueName: "time"))
  var knownAt: String?

  @Option(help: "The zone of dates in --as-of and --known-at.")
  var zone: String?

  @Option(help: ArgumentHelp("Events from this position on.", valueName: "position"))
  var from: UInt64?

  @Option(help: ArgumentHelp("Events to this position, included.", valueName: "position"))
  var to: UInt64?

  func validate() throws {
    if table == .events, asOf != nil || knownAt != nil {
      throw ValidationError("--as-of and --known-at are about states; events have --from and --to")
    }
    if table != .events, from != nil || to != nil {
      throw ValidationError("--from and --to are positions of events; tickets have --known-at")
    }
    if common.format == .json, output == nil {
      throw ValidationError("--format json says what was written into a file; give --output FILE")
    }
  }

  func run() async throws {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    let asOf = try TimeArgument.read(asOf, option: "--as-of", zone: zone)
    let knownAt = try TimeArgument.read(knownAt, option: "--known-at", zone: zone).map {
      KnownAt.recorded($0)
    }
    try await common.withStore { store in
      let file = try TableFile(output, hasMark: bom)
      switch table {
      case .events: try writeEvents(store, file)
      case .tickets:
        try file.header(CSVExport.ticketHeader(texts: texts))
        try store.tickets(asOf: asOf, knownAt: knownAt) { ticket in
          try file.row(CSVExport.row(ticket, texts: texts))
          return true
        }
      case .handoffs:
        try file.header(CSVExport.handoffHeader)
        try store.tickets(asOf: asOf, knownAt: knownAt) { ticket in
          for row in CSVExport.handoffRows(ticket) { try file.row(row) }
          return true
        }
      }
      try file.finish()
      guard let output else { return }
      let said = OutputBuffer()
      switch common.format {
      case .json:
        try said.line([
          "table": .string(table.rawValue), "file": .string(output), "rows": JSONValue(file.rows),
        ])
      case .text: try said.line("\(file.rows) rows of \(table.rawValue) written to \(output)")
      }
      try said.flush()
    }
  }

  private func writeEvents(_ store: Store, _ file: TableFile) throws {
    try file.header(CSVExport.eventHeader(texts: texts))
    let options = EventReadOptions(
      from: from.map { Position($0) }, through: to.map { Position($0) }, includesContent: texts)
    try store.read(options) { event in
      try file.row(CSVExport.row(event, texts: texts, schema: store.schema))
      return true
    }
  }
}
