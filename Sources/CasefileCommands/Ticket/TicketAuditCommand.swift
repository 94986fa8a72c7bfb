import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

/// `casefile ticket audit`.
struct TicketAuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show what each event of a ticket changed, by whom, and how it is known.",
    discussion: """
      Every event with each field of the ticket before and after it, its corrections beside it, \
      and whether it was written down late. With --format json one line an event.

      Example:
        casefile ticket audit 4711 --zone Europe/Moscow --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var moment: MomentOptions

  @Argument(help: "The ticket's id, as its source writes it.")
  var id: String

  @Option(
    help: ArgumentHelp(
      "An event is late if it was written down later than so many seconds after it happened.",
      valueName: "seconds"))
  var lateAfter: Int = 15 * 60

  @Flag(help: "Show every event, however many there are.")
  var all = false

  func validate() throws {
    if lateAfter < 0 {
      throw ValidationError("--late-after is \(lateAfter); it can't be below 0")
    }
  }

  func run() async throws {
    let zone = try moment.readZone()
    let question = try moment.question(zone, EnglishPhrases(), .all)
    try await common.withStore { store in
      let events = try TicketLookup(store).events(of: id)
      let audit = TicketAudit(
        TicketHistory(events: events), ticket: id, asOf: question.asOf, knownAt: question.knownAt,
        lateLimitSeconds: lateAfter)
      if audit.entries.isEmpty {
        throw try TicketLookup(store).nothingKnown(events, of: id, question)
      }
      let output = OutputBuffer()
      switch common.format {
      case .json: for entry in audit.entries { try output.line(audit.json(entry)) }
      case .text:
        let text = TicketAuditText(audit, zone: zone)
        for line in text.lines(width: output.columns, showsAll: all) { try output.line(line) }
      }
      try output.flush()
    }
  }
}

/// What an audit's answer is made of, however it is printed.
struct TicketAudit {
  let ticket: String
  let entries: [AuditEntry]
  let asOf: Timestamp?
  let knownAt: KnownAt?
  let lateLimitSeconds: Int
  /// The holder and the moves, for the folding of long audits.
  let state: TicketState

  init(
    _ history: TicketHistory, ticket: String, asOf: Timestamp? = nil, knownAt: KnownAt? = nil,
    lateLimitSeconds: Int = 15 * 60
  ) {
    self.ticket = ticket
    self.asOf = asOf
    self.knownAt = knownAt
    self.lateLimitSeconds = lateLimitSeconds
    entries = history.auditTrail(
      asOf: asOf, knownAt: knownAt, lateLimit: .seconds(lateLimitSeconds))
    state = history.state(asOf: asOf, knownAt: knownAt)
  }
}
