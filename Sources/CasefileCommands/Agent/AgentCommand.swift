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

/// A time within which things are counted.
struct PeriodOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Count what happened at this time or later.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Count what happened before this time.", valueName: "time"))
  var until: String?

  @Option(help: "The zone of dates and of the times that are shown.")
  var zone: String?

  /// The zone and the instants.
  ///
  /// - Throws: a usage failure for a zone or a time that is none, and for a period that is empty.
  func read() throws -> Period {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    let since = try TimeArgument.read(since, option: "--since", zone: zone, EnglishPhrases())
    let until = try TimeArgument.read(until, option: "--until", zone: zone, EnglishPhrases())
    if let since, let until, until <= since {
      throw CommandFailure.usage(
        "--until \(until) is not after --since \(since); --until itself is not counted")
    }
    return Period(since: since, until: until, zone: zone)
  }
}

/// From an instant, included, to another, not included.
struct Period {
  let since: Timestamp?
  let until: Timestamp?
  let zone: Zone

  /// Such as `from … to before …`; nil without bounds.
  var text: String? {
    switch (since, until) {
    case (nil, nil): nil
    case (let since?, nil): "from \(zone.text(since)) on"
    case (nil, let until?): "before \(zone.text(until))"
    case (let since?, let until?): "from \(zone.text(since)) to before \(zone.text(until))"
    }
  }
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

  func run() async throws {
    let period = try period.read()
    try await common.withStore { store in
      let histories = try store.agentHistories(since: period.since, until: period.until)
      let output = OutputBuffer()
      switch common.format {
      case .json:
        for history in histories { try output.line(AgentJSON(history, at: period.instant).summary) }
      case .text:
        for line in AgentTable(histories, period: period).lines { try output.line(line) }
      }
      try output.flush()
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

  @Argument(help: "The agent's id, as its source writes it.")
  var id: String

  @Flag(help: "Show every entry, however many there are.")
  var all = false

  func run() async throws {
    let period = try period.read()
    try await common.withStore { store in
      let parts = try store.agentParts(of: id)
      let duties = try store.agentDuties()
      let isKnown = !parts.isEmpty || duties.keys.contains { $0.utf8.elementsEqual(id.utf8) }
      guard isKnown else {
        let known = Set(try store.agentParts().map(\.agent)).union(duties.keys)
        throw CommandFailure.notFound(
          "there is no agent \(id) in this store" + AgentShowCommand.hint(id, among: known))
      }
      let history = AgentHistory(
        agent: id, parts: parts, duty: duties[id], since: period.since, until: period.until)
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(AgentJSON(history, at: period.instant).full)
      case .text:
        let text = AgentText(history, period: period)
        for line in text.lines(width: output.columns, showsAll: all) { try output.line(line) }
      }
      try output.flush()
    }
  }

  /// A question for the id that may have been meant.
  static func hint(_ id: String, among known: Set<String>) -> String {
    guard !known.isEmpty else { return "; it names no agent at all" }
    let bare = id.hasPrefix("agent/") ? String(id.dropFirst("agent/".count)) : id
    let near =
      known.contains(bare)
      ? bare : NearMatch.best(for: bare, in: known.sorted { $0.isBefore($1) })
    return near.map { "; is it \($0)?" } ?? "; casefile agent list names those that are"
  }
}
