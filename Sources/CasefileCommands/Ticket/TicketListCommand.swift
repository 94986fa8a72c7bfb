import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

/// `casefile ticket list`.
struct TicketListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List tickets with their states, now or at a past moment.",
    discussion: """
      In order of first position, without a limit unless one is given. --as-of asks what was true \
      at a time, --known-at what this store knew; a ticket of which nothing had happened, or was \
      known, is left out.

      Example:
        casefile ticket list --status open --as-of 2026-03-02 --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: "The status: new, open, pending, onHold, resolved or closed.")
  var status: String?

  @Option(help: ArgumentHelp("Who holds it.", valueName: "id"))
  var agent: String?

  @Option(help: ArgumentHelp("Which group it is with.", valueName: "id"))
  var group: String?

  @Option(help: ArgumentHelp("Whose it is.", valueName: "id"))
  var client: String?

  @Option(help: "A kind of channel that was used.")
  var channel: String?

  @Option(help: "The topic.")
  var topic: String?

  @Option(help: "A tag that it has.")
  var tag: String?

  @Option(help: ArgumentHelp("Opened at this time or later.", valueName: "time"))
  var openedFrom: String?

  @Option(help: ArgumentHelp("Opened before this time.", valueName: "time"))
  var openedTo: String?

  @Option(help: "Words that one of its texts has, as casefile search finds them.")
  var text: String?

  @Option(help: ArgumentHelp("What was true at this time.", valueName: "time"))
  var asOf: String?

  @Option(help: ArgumentHelp("What was recorded by this time.", valueName: "time"))
  var knownAt: String?

  @Option(help: "What was recorded up to this position, included.")
  var position: UInt64?

  @Option(help: "At most so many.")
  var limit: Int?

  @Option(help: ArgumentHelp("Begin after this ticket.", valueName: "id"))
  var after: String?

  @Option(help: "The zone of dates and of the times that are shown.")
  var zone: String?

  func validate() throws {
    if position != nil, knownAt != nil {
      throw ValidationError("--position and --known-at both say what was known; give one of them")
    }
    if let limit, limit < 0 { throw ValidationError("--limit \(limit) is below nought") }
    if let status, TicketStatus(name: status) == nil {
      let words = TicketStatus.names.map(\.0).joined(separator: ", ")
      throw ValidationError("there is no status \(status); they are \(words)")
    }
  }

  func run() async throws {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    let asOf = try TimeArgument.read(asOf, option: "--as-of", zone: zone)
    var known = try TimeArgument.read(knownAt, option: "--known-at", zone: zone).map {
      KnownAt.recorded($0)
    }
    if let position { known = .position(Position(position)) }
    let filter = try filter(zone)
    try await common.withStore { store in
      try refuseUnknownMoment(known, store)
      let output = OutputBuffer()
      let table = TicketTable(zone: zone)
      var rows: [TicketTable.Row] = []
      var count = 0
      if limit != 0 {
        try store.tickets(filter, asOf: asOf, knownAt: known, after: after) { summary in
          count += 1
          switch common.format {
          case .json:
            try output.line([
              "ticket": .string(summary.ticket), "version": JSONValue(summary.version.rawValue),
              "position": JSONValue(summary.firstPosition.rawValue),
              "state": TicketJSON(schema: store.schema).state(summary.state),
            ])
          case .text: rows.append(table.row(summary))
          }
          return limit.map { count < $0 } ?? true
        }
      }
      if common.format == .text {
        for line in table.lines(rows, width: output.columns) { try output.line(line) }
      }
      try output.flush()
    }
  }

  private func filter(_ zone: Zone) throws -> TicketFilter {
    TicketFilter(
      status: status.flatMap { TicketStatus(name: $0) }, agent: agent, group: group,
      client: client, channel: channel, topic: topic, tag: tag,
      openedFrom: try TimeArgument.read(openedFrom, option: "--opened-from", zone: zone),
      openedTo: try TimeArgument.read(openedTo, option: "--opened-to", zone: zone), text: text)
  }

  /// An empty list would look like an answer where nothing could be known.
  private func refuseUnknownMoment(_ known: KnownAt?, _ store: Store) throws {
    guard case .recorded(let time)? = known, let began = try store.statistics().firstRecordedAt,
      time < began
    else { return }
    throw CommandFailure.notFound("nothing was known at \(time): this store began at \(began)")
  }
}
