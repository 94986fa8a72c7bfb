import CasefileModel
import CasefileProjections

/// The labels of an agent's head.
enum AgentLabel: CaseIterable, Sendable {
  case counted, times, registered, groups, duty, tickets, holds, held, assigned, handoffs, indirect
  case contacts, breaches, findings
}

/// What is said of agents. Names, times and positions come as texts.
protocol AgentPhrases: Sendable {
  func label(_ label: AgentLabel) -> String
  func agentTitle(_ id: String, names: [String]) -> String
  func agents(_ count: Int) -> String
  /// Such as `from … to before …`; nil without bounds.
  func period(since: String?, until: String?) -> String?
  func registered(_ time: String?, left: String?) -> String
  /// A standing at a moment, with the event that says so.
  func standing(_ word: String, by position: String?, at time: String, hasShifts: Bool) -> String
  /// The word for a duty of which nothing is known, beside the label.
  var dutyUnknown: String { get }
  func presence(_ word: String, since time: String, position: String) -> String
  func ticketsHeld(_ count: Int, open: Int) -> String
  func more(_ list: String, _ count: Int) -> String
  func timesAssigned(_ count: Int, modes: String) -> String
  var modeNotStated: String { get }
  /// Each number with its kinds, such as `1 in (1 acknowledged)`.
  func inAndOut(_ in: (count: Int, kinds: String), _ out: (count: Int, kinds: String)) -> String
  func indirectly(in count: Int, out: Int) -> String
  func agentContacts(_ counts: AgentHistory.Counts) -> String
  /// How long tickets were held, and how the holder stood meanwhile.
  func heldTotals(_ total: String, parts: [String], unattended: String?) -> String
  func breaches(_ count: Int, away: Int) -> String
  func unhanded(_ time: String, tickets: String) -> String
  var noEntries: String { get }
  func foldedByDay(_ count: Int) -> String
  func dayOfEntries(_ count: Int, tickets: Int, kinds: String) -> String
  func within(_ range: String) -> String
  func kind(_ kind: AgentEntry.Kind) -> String
  func handoffKind(_ kind: TicketState.Handoff.Kind) -> String

  /// The legend of the columns of `agent list`.
  var agentLegend: String { get }
  func flowTitle(_ total: Int, _ kind: ResponsibilityFlow.Kind) -> String

  /// One entry in words.
  func entry(_ entry: AgentEntryPhrase) -> String
}

/// An entry of an agent's history, its names and times as texts.
struct AgentEntryPhrase: Sendable {
  let kind: AgentEntry.Kind
  var by: String?
  /// The other agent, else the group, else nil.
  var other: String?
  var otherGroup: String?
  /// How it was assigned, in a word.
  var mode: String?
  var handoffKind: TicketState.Handoff.Kind?
  var acceptedBy: String?
  var offeredAt: String?
  var reason: String?
  var hasSummary: Bool?
  /// How long nobody held it.
  var gap: String?
  var outcome: AgentEntry.OfferOutcome?
  var outcomeAt: String?
  var outcomePosition: String?
  var contact: String?
  var channel: String?
  var talked: String?
  /// The shift.
  var shift: String?
  /// Why absent, in a word.
  var absence: String?
  /// The clock, in words.
  var clock: String?
  /// How the agent stood when a deadline passed.
  var standing: String?
  var openTickets: String?
  var unhandedTickets: String?
}
