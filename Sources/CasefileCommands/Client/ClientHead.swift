import Casefile
import CasefileModel
import CasefileProjections

/// The head of a client for people: it answers first, before any row.
struct ClientHead {
  private let view: ClientView
  private let zone: Zone
  private var history: ClientHistory { view.history }
  private var record: ClientRecord { view.history.record }

  init(_ view: ClientView, zone: Zone) {
    self.view = view
    self.zone = zone
  }

  /// The lines, escaped, broken at a width.
  func lines(width: Int) -> [String] {
    let title = "Client \(record.client)" + (record.name.map { ": \($0)" } ?? "")
    var lines = DisplayWidth.wrap(VisibleText.escape(title), to: width)
    let column = 15
    for (label, texts) in all {
      for (index, text) in texts.enumerated() {
        let parts = DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - column - 2))
        for (part, line) in parts.enumerated() {
          let shown = index == 0 && part == 0 ? label : ""
          lines.append("  " + DisplayWidth.pad(shown, to: column) + line)
        }
      }
    }
    return lines
  }

  private var all: [(String, [String])] {
    let merged = record.merged.isEmpty ? [] : [record.merged.joined(separator: ", ")]
    let asked = view.asked == record.client ? [] : ["\(view.asked), merged into this client"]
    let counts = [
      "\(count(history.tickets.count, "ticket")), \(history.openTickets.count) open, "
        + "\(history.tickets.count - history.openTickets.count) closed"
    ]
    let open = history.openTickets.map { ticket in
      "\(ticket.ticket), \(EventFields.divided(ticket.state.status.word))"
        + (ticket.state.assignee.map { ", held by \($0)" } ?? ", held by nobody")
        + (ticket.state.openedAt.map { ", opened \(zone.text($0))" } ?? "")
    }
    var seen: [String] = []
    if let first = history.firstSeenAt, let last = history.lastSeenAt {
      seen = ["\(zone.text(first)) … \(zone.text(last))"]
    }
    return [
      ("asked for", asked), ("times", ["in \(zone.name); # is the position in the log"]),
      ("same client", merged), ("company", record.company.map { [$0] } ?? []),
      ("known as", record.identities.map(identity)), ("seen", seen), ("tickets", counts + open),
      (
        "contacts",
        [
          "\(count(view.messageCount, "message")), \(count(view.callCount, "call")), "
            + count(view.chatCount, "chat")
        ]
      ), ("agreed, open", history.openAgreements.map { agreement($0.agreement, $0.ticket) }),
      ("marks", history.marks.map(mark)), ("shown", period),
    ].filter { !$0.1.isEmpty }
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)" + (number == 1 ? "" : "s")
  }

  private var period: [String] {
    guard view.since != nil || view.until != nil else { return [] }
    let since = view.since.map { "since \(zone.text($0))" }
    let until = view.until.map { "before \(zone.text($0))" }
    return [
      [since, until].compactMap { $0 }.joined(separator: ", ")
        + ": \(view.entries.count) of \(history.entries.count) events"
    ]
  }

  private func identity(_ identity: ClientRecord.Identity) -> String {
    let kind = identity.kind.map { EventFields.divided($0.word) } ?? "address"
    return "\(kind) \(identity.address ?? "erased")"
      + (identity.channel.map { ", \(EventFields.divided($0.word))" } ?? "")
      + (identity.isVerified ? ", verified" : "")
      + (identity.client == record.client ? "" : ", of \(identity.client)")
      + (identity.removedAt.map { ", removed \(zone.text($0))" } ?? "") + " #\(identity.position)"
  }

  private func agreement(_ agreement: TicketState.Agreement, _ ticket: String) -> String {
    "\(ticket): “\(agreement.text ?? "erased")”, promised \(zone.text(agreement.at))"
      + (agreement.promisedBy.map { " by \($0)" } ?? "")
      + (agreement.dueAt.map { ", due \(zone.text($0))" } ?? "") + " #\(agreement.position)"
  }

  private func mark(_ mark: ClientMark) -> String {
    var text = mark.kind.map { EventFields.divided($0.word) + " " } ?? ""
    text += mark.score.map { "\($0)" } ?? "no mark"
    if let highest = mark.scaleMax { text += " of \(mark.scaleMin ?? 0)–\(highest)" }
    text += ", \(zone.text(mark.at)), \(Place.text(nil, mark.stream))"
    if let agent = mark.agent { text += ", about \(agent)" }
    if let time = mark.withdrawnAt { text += ", withdrawn \(zone.text(time))" }
    return text + " #\(mark.position)"
  }
}
