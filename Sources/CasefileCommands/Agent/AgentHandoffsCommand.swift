import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

/// `casefile agent handoffs`.
struct AgentHandoffsCommand: AsyncParsableCommand {
  /// Between whom.
  enum Ends: String, ExpressibleByArgument, CaseIterable {
    /// Between agents: responsibility.
    case agent
    /// Between groups: the holder stays.
    case group
  }

  /// Which handoffs between agents.
  enum Directness: String, ExpressibleByArgument, CaseIterable {
    /// Nobody in between.
    case direct
    /// A time without holder in between.
    case indirect
  }

  static let configuration = CommandConfiguration(
    commandName: "handoffs",
    abstract: "Count between whom responsibility moved.",
    discussion: """
      Direct: responsibility moved directly between two different named holders. Indirect: it was \
      taken from one holder, and the next holder is another one. By group: a transfer from one \
      named group to another, which keeps the holder. Each is counted apart.

      Example:
        casefile agent handoffs --by group --since 2026-03-01 --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var period: PeriodOptions
  @OptionGroup var reading: ReaderOptions

  @Option(help: "Between agents or between groups.")
  var by = Ends.agent

  @Option(help: "Direct or indirect handoffs between agents; direct unless it is said.")
  var kind: Directness?

  func validate() throws {
    if by == .group, kind == .indirect {
      throw ValidationError(
        "--kind indirect tells of agents: a transfer between groups is never indirect; leave out "
          + "--by group or --kind")
    }
  }

  func run() async throws {
    let reader = try reading.reader(common.format)
    let period = try period.read(reader)
    let kind: ResponsibilityFlow.Kind =
      by == .group ? .group : self.kind == .indirect ? .indirect : .direct
    try await common.withStore { store in
      let flow = try store.responsibilityFlow(kind, since: period.since, until: period.until)
      switch common.format {
      case .json:
        for pair in flow.pairs {
          try reader.output.line([
            "from": .string(pair.from), "to": .string(pair.to), "count": JSONValue(pair.count),
            "kind": .string(kind.rawValue),
          ])
        }
        try reader.output.flush()
      case .text:
        let ends = flow.pairs.flatMap { [$0.from, $0.to] }
        let names = try People(store).names(
          of: Set(ends.map { kind == .group ? .group($0) : .agent($0) }))
        try reader.show(text(flow, period, reader.voice(names)))
      }
    }
  }

  private func text(_ flow: ResponsibilityFlow, _ period: Period, _ voice: Voice) -> [String] {
    let phrases = voice.phrases
    var lines = [phrases.flowTitle(flow.total, flow.kind)]
    if let text = phrases.period(
      since: period.since.map(voice.zone.text), until: period.until.map(voice.zone.text))
    {
      lines.append(text)
    }
    guard !flow.pairs.isEmpty else { return lines }
    let ends: NameBook.Kind = flow.kind == .group ? .group : .agent
    let rows = flow.pairs.map { pair in
      [pair.from, pair.to].map { VisibleText.escape(voice.names.text(ends, $0, at: nil)) }
        + ["\(pair.count)"]
    }
    let columns: [TableColumn] = [.from, .to, .count]
    return lines + [""]
      + TextTable(columns: columns.map { phrases.label($0) }, numbers: [2]).lines(rows)
  }
}
