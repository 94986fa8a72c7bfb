import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// Which deadlines are listed by what the ticket was when they were decided.
struct DeadlineCutOptions: ParsableArguments {
  @OptionGroup var period: PeriodOptions
  @Option(help: "Only with this priority then.") var priority: String?
  @Option(help: ArgumentHelp("Only while this group had the ticket.", valueName: "id"))
  var group: String?
  @Option(help: ArgumentHelp("Only while this agent held the ticket.", valueName: "id"))
  var agent: String?

  /// What is asked for; nil where all is.
  ///
  /// - Throws: a usage failure for a time that is none, and for a period that is empty.
  func read(_ reader: Reader) throws -> DeadlineCut? {
    let period = try period.read(reader)
    if period.isAll, priority == nil, group == nil, agent == nil { return nil }
    return DeadlineCut(period: period, priority: priority, group: group, agent: agent)
  }
}

/// Deadlines of a period, a priority, a group or an agent; the empty text means without one.
struct DeadlineCut: Sendable {
  let period: Period
  var priority: String?
  var group: String?
  var agent: String?

  /// Ends with the answer no where the agent or the group is nowhere in the store.
  ///
  /// - Throws: as `FilterLookup.refuseUnknown(in:)`.
  func refuseUnknown(in store: Store) throws {
    func named(_ id: String?) -> String? { id.flatMap { $0.isEmpty ? nil : $0 } }
    try FilterLookup(agent: named(agent), group: named(group)).refuseUnknown(in: store)
  }

  /// Whether an outcome is asked for.
  func wants(_ outcome: ClockOutcome) -> Bool {
    guard priority.map({ $0 == outcome.priority ?? "" }) ?? true,
      group.map({ $0 == outcome.group ?? "" }) ?? true,
      agent.map({ $0 == outcome.holder ?? "" }) ?? true
    else { return false }
    return DeadlineTally(since: period.since, until: period.until).wasCounted(outcome)
  }
}
