import Casefile
import CasefileModel
import CasefileProjections

/// The head of a client for people: it answers first, before any row.
struct ClientHead {
  private let view: ClientView
  private let voice: Voice
  private let ink: Ink
  private var history: ClientHistory { view.history }
  private var record: ClientRecord { view.history.record }
  private var phrases: any Phrases { voice.phrases }
  private var zone: Zone { voice.zone }

  init(_ view: ClientView, voice: Voice, ink: Ink = .plain) {
    self.view = view
    self.voice = voice
    self.ink = ink
  }

  /// The lines, escaped, broken at a width.
  func lines(width: Int) -> [String] {
    let title = phrases.clientTitle(record.client, name: record.name)
    var lines = DisplayWidth.wrap(VisibleText.escape(title), to: width).map(ink.strong)
    let column = (ClientLabel.allCases.map { DisplayWidth.of(phrases.label($0)) }.max() ?? 0) + 2
    for (label, texts) in all {
      for (index, text) in texts.enumerated() {
        let parts = DisplayWidth.wrap(VisibleText.escape(text), to: max(20, width - column - 2))
        for (part, line) in parts.enumerated() {
          let shown = index == 0 && part == 0 ? phrases.label(label) : ""
          let space = String(repeating: " ", count: column - DisplayWidth.of(shown))
          lines.append("  " + ink.strong(shown) + space + line)
        }
      }
    }
    return lines
  }

  private var all: [(ClientLabel, [String])] {
    let merged = record.merged.isEmpty ? [] : [record.merged.joined(separator: ", ")]
    let asked = view.asked == record.client ? [] : [phrases.mergedInto(view.asked)]
    let closed = history.tickets.count { $0.state.status == .closed }
    let counts = [
      phrases.ticketCounts(
        history.tickets.count, open: history.openTickets.count, closed: closed)
    ]
    let open = history.openTickets.map { ticket in
      phrases.openTicket(
        ticket.ticket, status: phrases.word(ticket.state.status.word, of: "TicketStatus"),
        holder: ticket.state.assignee.map { agent($0, at: nil) },
        opened: ticket.state.openedAt.map(zone.text))
    }
    var seen: [String] = []
    if let first = history.firstSeenAt, let last = history.lastSeenAt {
      seen = ["\(zone.text(first)) … \(zone.text(last))"]
    }
    return [
      (.asked, asked), (.times, [phrases.times(in: zone.name)]), (.merged, merged),
      (.company, record.company.map { [$0] } ?? []),
      (.identities, record.identities.map(identity)), (.seen, seen), (.tickets, counts + open),
      (
        .contacts,
        [
          phrases.clientContacts(
            messages: view.messageCount, calls: view.callCount, chats: view.chatCount)
        ]
      ), (.agreed, history.openAgreements.map { agreement($0.agreement, $0.ticket) }),
      (.marks, history.marks.map(mark)), (.shown, period),
    ].filter { !$0.1.isEmpty }
  }

  private func agent(_ id: String, at instant: Timestamp?) -> String {
    voice.names.text(.agent, id, at: instant)
  }

  private var period: [String] {
    let period = phrases.period(
      since: view.period.since.map(zone.text), until: view.period.until.map(zone.text))
    return period.map {
      [phrases.shownEvents(view.entries.count, of: history.entries.count, period: $0)]
    } ?? []
  }

  private func identity(_ identity: ClientRecord.Identity) -> String {
    phrases.identity(
      IdentityPhrase(
        kind: identity.kind.map { phrases.word($0.word, of: "IdentityKind") },
        address: identity.address,
        channel: identity.channel.map { phrases.word($0.word, of: "Channel") },
        isVerified: identity.isVerified,
        formerClient: identity.client == record.client ? nil : identity.client,
        removedAt: identity.removedAt.map(zone.text))) + " #\(identity.position)"
  }

  private func agreement(_ agreement: TicketState.Agreement, _ ticket: String) -> String {
    phrases.promised(
      ticket, text: agreement.text, at: zone.text(agreement.at),
      by: agreement.promisedBy.map { agent($0, at: agreement.at) },
      due: agreement.dueAt.map(zone.text)) + " #\(agreement.position)"
  }

  private func mark(_ mark: ClientMark) -> String {
    phrases.clientMark(
      ClientMarkPhrase(
        kind: mark.kind.map { phrases.word($0.word, of: "RatingKind") }, score: mark.score,
        scaleMin: mark.scaleMin, scaleMax: mark.scaleMax, at: zone.text(mark.at),
        place: mark.stream.kind == "ticket"
          ? phrases.ticket(mark.stream.id) : mark.stream.description,
        agent: mark.agent.map { agent($0, at: mark.at) },
        withdrawnAt: mark.withdrawnAt.map(zone.text))) + " #\(mark.position)"
  }
}
