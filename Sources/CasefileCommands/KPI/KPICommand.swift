import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile kpi`.
struct KPICommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kpi",
    abstract: "Fix an agent's figures of a period with their position, and make them again later.",
    subcommands: [KPICloseCommand.self, KPICheckCommand.self])
}

/// `casefile kpi close`.
struct KPICloseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close",
    abstract: "Fix an agent's figures of a period: the values and the position go into the log.",
    discussion: """
      Figures are those of report run figures for the agent, by the definitions of metric list. What is \
      recorded later, late entries and corrections too, changes them no more; kpi check tells whether \
      they can still be made again. Of an agent, a set and a period figures are fixed once, when the \
      period is over; to fix them again, retract the event that did.

      Example:
        casefile kpi close --agent ag-anna --since 2026-03-01 --until 2026-04-01 --by ag-sofia --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var period: PeriodOptions
  @OptionGroup var reading: ReaderOptions
  @Option(help: ArgumentHelp("The agent whose figures they are.", valueName: "id"))
  var agent: String
  @Option(help: ArgumentHelp("The set of indicators that they belong to.", valueName: "id"))
  var kpi = "figures"
  @Option(help: ArgumentHelp("Who fixes them.", valueName: "agent")) var by: String?
  @Option(help: ArgumentHelp("Why, in your words; it is kept as a content.", valueName: "text"))
  var reason: String?
  @Flag(inversion: .prefixedNo, help: "State whether a bonus was granted.") var bonus: Bool?
  @Flag(help: "Say what would be stored; store nothing.") var check = false

  func validate() throws {
    guard period.since != nil, period.until != nil else {
      throw ValidationError("figures are those of a period; give --since and --until")
    }
  }

  func run() async throws {
    let reader = try reading.reader(common.format)
    let period = try period.read(reader)
    let stream = try StreamID(kind: "kpi", id: kpi)
    try await common.withStore(readOnly: check) { store in
      guard let head = try store.head else {
        throw CommandFailure.notFound("the store is empty: there is nothing to fix")
      }
      try refuse(period, head, in: store)
      let figures = try ClosedFigures(
        agent: agent, period: period, position: head, in: store)
      guard !figures.values.isEmpty else {
        throw CommandFailure.notFound(
          "agent \(agent) has no figure in this period: there is nothing to fix")
      }
      let payload = KPIPeriodClosed(
        kpiId: kpi, agentId: agent, periodFrom: period.since, periodTo: period.until,
        values: figures.values, bonusGranted: bonus, reason: reason,
        asOfPosition: Int64(clamping: head.rawValue), approvedBy: by)
      let actor = by.map { Actor(.agent, $0) } ?? Actor(.system)
      var position: Position?
      if !check {
        let event = Event(payload, on: stream, at: SystemClock.now(), by: actor)
        position = try await store.append([event]).first?.position
      }
      try write(figures, position, reader)
    }
  }

  /// Figures of a period that lasts still are none yet, and of two answers nobody knows which one holds.
  private func refuse(_ period: Period, _ head: Position, in store: Store) throws {
    let recorded = try store.event(at: head)?.envelope.recordedAt ?? .earliest
    let now = max(SystemClock.now(), recorded)
    if let until = period.until, until > now {
      throw CommandFailure(
        "notOver", "the period lasts until \(until), and it is \(now): fix its figures then", .no)
    }
    let known = try ClosedPeriod.all(in: store, kpi: kpi, agent: agent).first {
      $0.payload.periodFrom == period.since && $0.payload.periodTo == period.until
    }
    if let known {
      throw CommandFailure(
        "fixedAlready",
        "figures of agent \(agent) and this period are fixed at position \(known.position): they hold "
          + "until that event is retracted", .no, position: known.position)
    }
  }

  private func write(_ figures: ClosedFigures, _ position: Position?, _ reader: Reader) throws {
    switch common.format {
    case .json:
      try reader.output.line([
        "kpi": .string(kpi), "agent": .string(agent), "since": JSONValue(figures.period.since),
        "until": JSONValue(figures.period.until),
        "asOfPosition": JSONValue(figures.position.rawValue), "values": figures.json,
        "position": JSONValue(position?.rawValue),
      ])
      try reader.output.flush()
    case .text:
      let phrases = reader.phrases
      let said = phrases.closedFigures(
        VisibleText.escape(agent), known: "\(figures.position)",
        at: position.map { "\($0)" })
      try reader.show(
        [said]
          + figures.values.sorted { $0.key < $1.key }.map { "\($0.key)  \($0.value)" }
          .map(VisibleText.escape))
    }
  }
}

/// `casefile kpi check`.
struct KPICheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Make figures that were fixed again, by what was known then, and compare.",
    discussion: """
      Exit status 1 where any differs: figures were fixed that the log does not give, or not fixed that \
      it gives. It is 1 also where the same agent, set and period were fixed before, whose figures hold, \
      and where the period was not over. --now compares with all that is known today instead, and so \
      tells what came later; that differs by right.

      Example:
        casefile kpi check --agent ag-anna --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions
  @Option(help: ArgumentHelp("Only this agent's.", valueName: "id")) var agent: String?
  @Option(help: ArgumentHelp("Only those of this set of indicators.", valueName: "id"))
  var kpi: String?
  @Flag(help: "Compare with what is known now.") var now = false

  func run() async throws {
    let reader = try reading.reader(common.format)
    try await common.withStore { store in
      var differs = false
      var lines: [String] = []
      let all = try ClosedPeriod.all(in: store, kpi: kpi, agent: agent)
      if all.isEmpty, kpi != nil || agent != nil { throw try nothingFixed(in: store) }
      for closed in all {
        let found = try closed.compared(isNow: now, in: store)
        differs = differs || !found.isSound
        switch common.format {
        case .json: try reader.output.line(found.json)
        case .text: lines += found.lines(reader.phrases)
        }
      }
      switch common.format {
      case .json: try reader.output.flush()
      case .text: try reader.show(lines.isEmpty ? [reader.phrases.noData] : lines)
      }
      if differs, !now { throw SilentFailure(status: .no) }
    }
  }

  /// Silence would look like figures that were found to be right.
  private func nothingFixed(in store: Store) throws -> CommandFailure {
    let all = try ClosedPeriod.all(in: store, kpi: nil, agent: nil).map(\.payload)
    func near(_ id: String, _ known: [String]) -> String? {
      known.contains(id) ? nil : NearMatch.best(for: id, in: Set(known).sorted())
    }
    let asked = [agent.map { "of agent \($0)" }, kpi.map { "of the set \($0)" }]
    let meant =
      agent.flatMap { near($0, all.map(\.agentId)) } ?? kpi.flatMap { near($0, all.map(\.kpiId)) }
    return .notFound(
      "no figures \(asked.compactMap { $0 }.joined(separator: " ")) are fixed"
        + (meant.map { "; is it \($0)?" } ?? "; kpi close fixes them"))
  }
}
