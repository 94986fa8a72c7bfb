import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

/// `casefile agent …`.
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Look at what agents did, held and handed over.",
    subcommands: [AgentListCommand.self, AgentShowCommand.self, AgentHandoffsCommand.self])
}

/// `casefile agent list`.
struct AgentListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List every agent with counts.",
    discussion: """
      Every agent whom a ticket, a registration or a shift names. Handoffs move responsibility \
      directly between two named holders; those with a time without holder in between are \
      indirect and counted apart.

      Example:
        casefile agent list --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var period: PeriodOptions
  @OptionGroup var reading: ReaderOptions

  func run() async throws {
    let reader = try reading.reader(common.format)
    let period = try period.read(reader)
    try await common.withStore { store in
      let histories = try store.agentHistories(since: period.since, until: period.until)
      switch common.format {
      case .json:
        for history in histories {
          try reader.output.line(AgentJSON(history, at: period.instant).summary)
        }
        try reader.output.flush()
      case .text:
        let table = AgentTable(histories, period: period, voice: reader.voice())
        try reader.show(table.lines(width: reader.width))
      }
    }
  }
}

extension Period {
  /// The moment for which duty is told: the last one of the period, at most now.
  var instant: Timestamp {
    let now = SystemClock.now()
    return until.map { min($0.adding(microseconds: -1), now) } ?? now
  }
}

/// `casefile agent show`.
struct AgentShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what an agent did, held and handed over.",
    discussion: """
      Counts first, then every assignment, handoff, offer, message, call, touch, shift and absence \
      in order of time.

      Example:
        casefile agent show a-1 --since 2026-03-01 --zone Europe/Moscow --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var period: PeriodOptions
  @OptionGroup var reading: ReaderOptions

  @Argument(help: "The agent's id, as its source writes it.")
  var id: String

  @Flag(help: "Show every entry, however many there are.")
  var all = false

  func run() async throws {
    let reader = try reading.reader(common.format)
    let period = try period.read(reader)
    try await common.withStore { store in
      guard
        let history = try store.agentHistory(of: id, since: period.since, until: period.until)
      else { throw try AgentLookup(store).notFound(id) }
      switch common.format {
      case .json:
        try reader.output.line(AgentJSON(history, at: period.instant).full)
        try reader.output.flush()
      case .text:
        let names = try People(store).names(of: AgentShowCommand.people(in: history))
        let text = AgentText(
          history, period: period, voice: reader.voice(names, schema: store.schema),
          ink: reader.ink)
        try reader.show(text.lines(width: reader.width, showsAll: all))
      }
    }
  }

  /// Who appears in the entries.
  static func people(in history: AgentHistory) -> Set<People.Key> {
    var keys = Set(history.duty.groups.map { People.Key.group($0) })
    keys.insert(.agent(history.agent))
    for entry in history.entries {
      if let actor = entry.by { keys.formUnion(People.Key.of(actor)) }
      keys.formUnion([entry.other, entry.acceptedBy].compactMap { $0.map { .agent($0) } })
      if let group = entry.otherGroup { keys.insert(.group(group)) }
    }
    return keys
  }
}
