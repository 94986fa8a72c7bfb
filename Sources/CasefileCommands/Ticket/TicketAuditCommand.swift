import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile ticket audit`.
struct TicketAuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show what each event of a ticket changed, by whom, and how it is known.",
    discussion: """
      Every event with each field of the ticket before and after it, its corrections beside it, \
      and whether it was written down late. With --format json one line an event. A ticket that \
      was merged is audited with the one into which it went, and the other way round.

      Example:
        casefile ticket audit 4711 --zone Europe/Moscow --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var moment: MomentOptions
  @OptionGroup var rows: RowOptions

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
    try rows.refuseShortTexts(in: common.format)
  }

  func run() async throws {
    let reader = try moment.reading.reader(common.format)
    let question = try moment.question(reader, rows.visibility)
    let selection = try rows.selection(reader)
    try await common.withStore { store in
      let file = try CaseLookup(store).view(of: id, question, with: rows.with)
      let audit = TicketAudit(file, selection: selection, lateLimitSeconds: lateAfter)
      switch common.format {
      case .json:
        for row in audit.allRows { try reader.output.line(audit.json(row)) }
        try reader.output.flush()
      case .text:
        let voice = reader.voice(file.names, schema: store.schema)
        let text = TicketAuditText(audit, voice: voice, length: rows.text, ink: reader.ink)
        try reader.show(text.lines(width: reader.width, showsAll: all))
      }
    }
  }
}

/// What an audit's answer is made of, however it is printed.
struct TicketAudit {
  /// An event with its ticket.
  struct Row {
    let view: TicketView
    let audited: AuditEntry
    var entry: TicketEntry { audited.entry }
    /// Whether only its place may be told.
    var isWithheld: Bool { !view.isTold(audited.position) }
  }

  let file: CaseView
  let selection: RowSelection
  let lateLimitSeconds: Int
  /// The rows that were asked for, without those that are withheld.
  let rows: [Row]
  /// The rows that were asked for, withheld ones among them.
  let allRows: [Row]
  /// What was left out.
  let rest: RowSelection.Rest

  init(
    _ file: CaseView, selection: RowSelection = RowSelection(), lateLimitSeconds: Int = 15 * 60
  ) {
    // A contact changes no ticket's state: there is nothing to audit in it.
    var file = file
    file.related.removeAll { $0.relation == .contact }
    self.file = file
    self.selection = selection
    self.lateLimitSeconds = lateLimitSeconds
    var trails: [Position: AuditEntry] = [:]
    for view in file.views {
      let question = view.question
      for entry in view.history.auditTrail(
        asOf: question.asOf, knownAt: question.knownAt, lateLimit: .seconds(lateLimitSeconds))
      {
        trails[entry.position] = entry
      }
    }
    let asked = selection.apply(file.rows)
    let withheld = Set(asked.rest.withheld.values.joined())
    rest = asked.rest
    // A correction of two tickets of one case is an entry of its own ticket only.
    func row(_ row: CaseView.Row) -> Row? {
      trails[row.entry.position].map { Row(view: row.view, audited: $0) }
    }
    rows = asked.rows.compactMap(row)
    let shown = Set(asked.rows.map(\.entry.position)).union(withheld)
    allRows =
      withheld.isEmpty
      ? rows : file.rows.filter { shown.contains($0.entry.position) }.compactMap(row)
  }

  /// All entries of all tickets, those that may not be told among them.
  var entries: [AuditEntry] { rows.map(\.audited) }
}
