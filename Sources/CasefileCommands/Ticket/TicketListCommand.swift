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
      known, is left out. An empty list of what is nowhere in the store ends with exit status 1.

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

  @OptionGroup var size: LimitOption

  @Option(help: ArgumentHelp("Begin after this ticket.", valueName: "id"))
  var after: String?

  @OptionGroup var reading: ReaderOptions

  func validate() throws {
    if position != nil, knownAt != nil {
      throw ValidationError("--position and --known-at both say what was known; give one of them")
    }
    if let status, TicketStatus(name: status) == nil {
      let words = TicketStatus.names.map(\.0).joined(separator: ", ")
      throw ValidationError("there is no status \(status); they are \(words)")
    }
  }

  func run() async throws {
    let reader = try reading.reader(common.format)
    let asOf = try reader.time(asOf, option: "--as-of")
    var known = try reader.time(knownAt, option: "--known-at").map { KnownAt.recorded($0) }
    if let position { known = .position(Position(position)) }
    let filter = try filter(reader)
    try await common.withStore { store in
      try TicketLookup(store).refuseUnknownMoment(known)
      var summaries: [TicketSummary] = []
      var count = 0
      var progress = Progress("tickets")
      if size.limit != 0 {
        try store.tickets(filter, asOf: asOf, knownAt: known, after: after) { summary in
          count += 1
          switch common.format {
          case .json: try reader.output.line(json(summary, store))
          case .text:
            summaries.append(summary)
            // A past moment is folded from the log, which takes seconds for many tickets.
            progress.update(UInt64(count), of: nil)
          }
          return size.limit.map { count < $0 } ?? true
        }
      }
      progress.finish()
      if count == 0, size.limit != 0 {
        try FilterLookup(
          agent: agent, group: group, client: client, channel: channel, topic: topic, tag: tag
        ).refuseUnknown(in: store)
      }
      switch common.format {
      case .json: try reader.output.flush()
      case .text: try show(summaries, asOf: asOf, known, store, reader)
      }
    }
  }

  private func json(_ summary: TicketSummary, _ store: Store) -> JSONValue {
    [
      "ticket": .string(summary.ticket), "version": JSONValue(summary.version.rawValue),
      "position": JSONValue(summary.firstPosition.rawValue),
      "state": TicketJSON(schema: store.schema).state(summary.state),
    ]
  }

  private func show(
    _ summaries: [TicketSummary], asOf: Timestamp?, _ known: KnownAt?, _ store: Store,
    _ reader: Reader
  ) throws {
    var keys: Set<People.Key> = []
    for summary in summaries {
      if let agent = summary.state.assignee { keys.insert(.agent(agent)) }
      if let group = summary.state.group { keys.insert(.group(group)) }
    }
    let names = try People(store, knownAt: known).names(of: keys)
    let table = TicketTable(voice: reader.voice(names), asOf: asOf, ink: reader.ink)
    var reason: String?
    if summaries.isEmpty, let asOf, let began = try store.statistics().firstRecordedAt,
      try isNothingKnown(by: asOf, known, store)
    {
      reason = reader.phrases.nothingBy(
        reader.zone.text(asOf), began: reader.zone.text(began))
    }
    try reader.show(table.lines(summaries.map(table.row), width: reader.width, reason: reason))
  }

  /// Whether no ticket at all had an event by then, whatever the filter is.
  private func isNothingKnown(by asOf: Timestamp, _ known: KnownAt?, _ store: Store) throws -> Bool
  {
    var isNothing = true
    try store.tickets(asOf: asOf, knownAt: known) { _ in
      isNothing = false
      return false
    }
    return isNothing
  }

  private func filter(_ reader: Reader) throws -> TicketFilter {
    let from = try reader.time(openedFrom, option: "--opened-from")
    let to = try reader.time(openedTo, option: "--opened-to")
    if let from, let to, to <= from {
      throw CommandFailure.usage(
        "--opened-to \(to) is not after --opened-from \(from); --opened-to itself is not meant")
    }
    return TicketFilter(
      status: status.flatMap { TicketStatus(name: $0) }, agent: agent, group: group,
      client: client, channel: channel, topic: topic, tag: tag, openedFrom: from, openedTo: to,
      text: text)
  }
}
