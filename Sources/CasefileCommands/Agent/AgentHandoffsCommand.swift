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
    let period = try period.read()
    let kind: ResponsibilityFlow.Kind =
      by == .group ? .group : self.kind == .indirect ? .indirect : .direct
    try await common.withStore { store in
      let flow = try store.responsibilityFlow(kind, since: period.since, until: period.until)
      let output = OutputBuffer()
      switch common.format {
      case .json:
        for pair in flow.pairs {
          try output.line([
            "from": .string(pair.from), "to": .string(pair.to), "count": JSONValue(pair.count),
            "kind": .string(kind.rawValue),
          ])
        }
      case .text: for line in text(flow, period) { try output.line(line) }
      }
      try output.flush()
    }
  }

  private func text(_ flow: ResponsibilityFlow, _ period: Period) -> [String] {
    let what =
      switch flow.kind {
      case .direct: "direct handoffs: responsibility moved between two named agents"
      case .indirect: "indirect handoffs: taken from one agent, and the next holder is another"
      case .group: "group transfers: from one named group to another; the holder stays"
      }
    let pairs = flow.pairs
    var lines = ["\(flow.total) \(what)"]
    if let text = period.text { lines.append(text) }
    guard !pairs.isEmpty else { return lines }
    let rows = pairs.map {
      [VisibleText.escape($0.from), VisibleText.escape($0.to), "\($0.count)"]
    }
    return lines + [""] + TextTable(columns: ["from", "to", "count"], numbers: [2]).lines(rows)
  }
}
