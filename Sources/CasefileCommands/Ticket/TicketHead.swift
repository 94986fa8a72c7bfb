import CasefileModel
import CasefileProjections

/// The head of a ticket for people: it answers first, before any row.
struct TicketHead {
  private let view: TicketView
  private let zone: Zone
  private let words: EnglishSentences
  private var state: TicketState { view.state }

  init(_ view: TicketView, zone: Zone) {
    self.view = view
    self.zone = zone
    words = EnglishSentences(zone: zone)
  }

  /// A line of the head; a line without label goes on with the one before.
  struct Line: Hashable {
    let label: String
    let text: String
  }

  /// The lines, escaped, broken at a width.
  func lines(width: Int) -> [String] {
    let title = state.subject.map { "Ticket \(view.ticket): \($0)" } ?? "Ticket \(view.ticket)"
    let column = 15
    var lines = DisplayWidth.wrap(VisibleText.escape(title), to: width)
    for line in all {
      let texts = DisplayWidth.wrap(VisibleText.escape(line.text), to: max(20, width - column - 2))
      for (index, text) in texts.enumerated() {
        lines.append("  " + DisplayWidth.pad(index == 0 ? line.label : "", to: column) + text)
      }
    }
    return lines
  }

  private var all: [Line] {
    moment + about + responsibility + contact + outcome + agreements + amendments + gaps
  }

  private func line(_ label: String, _ text: String?) -> [Line] {
    text.map { [Line(label: label, text: $0)] } ?? []
  }

  /// Several texts under one label.
  private func block(_ label: String, _ texts: [String]) -> [Line] {
    texts.enumerated().map { Line(label: $0.offset == 0 ? label : "", text: $0.element) }
  }

  // MARK: What it is

  private var moment: [Line] {
    var lines = line("true at", view.asOf.map(zone.text))
    switch view.knownAt {
    case .position(let position)?: lines += line("known at", "position \(position)")
    case .recorded(let time)?: lines += line("known at", zone.text(time))
    case nil: break
    }
    return lines + line("times", "in \(zone.name); # is the position in the log")
  }

  private var about: [Line] {
    var status = EventFields.words(state.status.word)
    if let label = state.sourceStatus { status += ", in the source “\(label)”" }
    if state.isDeleted { status += ", deleted" }
    if let other = state.mergedInto { status += ", merged into ticket \(other)" }
    let links = state.links.map { "\(EventFields.words($0.relation.word)) \($0.ticket)" }
    return line("status", status) + line("client", state.client ?? "unknown")
      + block(
        "takes part", state.participants.map { "\($0.person), \(EventFields.words($0.role.word))" })
      + line("priority", state.priority) + line("topic", state.topic)
      + line("tags", state.tags.isEmpty ? nil : state.tags.joined(separator: ", "))
      + line("links", links.isEmpty ? nil : links.joined(separator: ", "))
      + line("holds also", state.absorbed.isEmpty ? nil : "tickets \(list(state.absorbed))")
  }

  private func list(_ texts: [String]) -> String { texts.joined(separator: ", ") }

  // MARK: Who was responsible

  private var responsibility: [Line] {
    var now = state.assignee.map { $0 } ?? "nobody"
    if let group = state.group { now += ", group \(group)" }
    var lines = line("responsible", now)
    lines += block("", state.responsibility.map(span))
    if let offer = state.openOffer {
      let to = offer.toAgent ?? offer.toGroup.map { "group \($0)" } ?? "anybody"
      lines += line(
        "offer open",
        "from \(offer.from) to \(to) since \(zone.text(offer.since))"
          + (offer.reason.map { ", \(EventFields.words($0.word))" } ?? "")
          + (offer.expiresAt.map { ", lapses \(zone.text($0))" } ?? "") + " #\(offer.position)")
    }
    lines += line(
      "accountable", state.accountable ?? state.accountableGroup.map { "group \($0)" })
    let kinds: [(TicketState.Handoff.Kind, String)] = [
      (.acknowledged, "acknowledged"), (.forced, "by order"), (.bare, "bare"),
    ]
    let parts = kinds.compactMap { kind, name in
      let count = state.handoffs.count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(name)"
    }
    var counts: [String] = []
    if !state.handoffs.isEmpty { counts.append("\(state.handoffCount) direct (\(list(parts)))") }
    if !state.indirectHandoffs.isEmpty { counts.append("\(state.indirectHandoffCount) indirect") }
    if state.groupTransferCount > 0 {
      counts.append("\(state.groupTransferCount) between groups")
    }
    return lines + line("handoffs", counts.isEmpty ? "none" : list(counts))
  }

  private func span(_ span: TicketState.Span) -> String {
    let start: String
    switch span.start {
    case .accepted: start = "accepted"
    case .forced: start = "by order"
    case .assigned(let mode): start = mode.map(words.assignment) ?? "assigned"
    }
    let end = span.until.map { "to \(zone.text($0))" } ?? "on"
    let positions = span.endPosition.map { "#\(span.position)–#\($0)" } ?? "#\(span.position)"
    return "\(span.holder), from \(zone.text(span.from)) \(end), \(start) \(positions)"
  }

  // MARK: Contact

  private var contact: [Line] {
    var lines = line("channels", state.channels.isEmpty ? nil : list(state.channels))
    lines += line("opened", state.openedAt.map { "\(zone.text($0))\(by(state.openedBy))" })
    lines += line("first reaction", state.firstReactionAt.map(zone.text))
    var reply = state.firstReplyAt.map(zone.text)
    if state.firstReplySentAt != state.firstReplyAt, let sent = state.firstReplySentAt {
      reply =
        (reply ?? "none that arrived") + "; the first that was sent, \(zone.text(sent)), failed"
    }
    lines += line("first reply", reply ?? "none")
    lines += line(
      "contacts",
      list([
        count(state.messageCount, "message"), count(state.callCount, "call"),
        count(state.touchCount, "client touch", "client touches"),
        count(state.workTouchCount, "work touch", "work touches"),
      ]))
    return lines
      + block(
        "waits for",
        state.waits.map { wait in
          "\(words.waitReason(wait.reason.word)) since \(zone.text(wait.since))"
            + (wait.until.map { ", until \(zone.text($0))" } ?? "") + " #\(wait.position)"
        })
  }

  private func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }

  private func by(_ actor: Actor?) -> String { actor.map { " by \(ActorName.text($0))" } ?? "" }

  // MARK: Outcome

  private var outcome: [Line] {
    var lines = line("due", state.dueAt.map(zone.text))
    lines += line("solution", state.resolvedAt.map { "proposed \(zone.text($0))" })
    if let closed = state.closedAt {
      let kind = state.closeKind.map { words.closeKind($0.word) } ?? "how is not stated"
      lines += line("closed", "\(zone.text(closed))\(by(state.closedBy)): \(kind)")
    }
    lines += block(
      "confirmed",
      state.confirmations.map { confirmation in
        "\(zone.text(confirmation.at))" + (confirmation.by.map { " by \($0)" } ?? "")
          + (confirmation.authority.map { ", as \(EventFields.words($0.word))" } ?? "")
          + " #\(confirmation.position)"
      })
    if state.closedAt != nil, state.confirmations.isEmpty {
      lines += line("confirmed", "by nobody")
    }
    return lines
      + line("reopened", state.reopenCount > 0 ? count(state.reopenCount, "time") : nil)
  }

  private var agreements: [Line] {
    block(
      "agreed",
      state.agreements.map { agreement in
        let who = [
          agreement.promisedBy.map { "by \($0)" }, agreement.promisedTo.map { "to \($0)" },
          agreement.dueAt.map { "for \(zone.text($0))" },
        ].compactMap { $0 }
        let outcome: String
        switch agreement.outcome {
        case .open: outcome = "nothing more is stated"
        case .fulfilled: outcome = "kept"
        case .broken: outcome = "not kept"
        }
        let position = agreement.outcomePosition.map { " #\($0)" } ?? ""
        return "“\(agreement.text ?? "erased")” " + who.joined(separator: " ")
          + " #\(agreement.position): \(outcome)\(position)"
      })
  }

  // MARK: What was put right, and what is missing

  private var amendments: [Line] {
    var texts: [String] = []
    for entry in view.entries {
      for correction in entry.corrections {
        texts.append(
          "#\(correction.position) corrects \(correction.field) of #\(entry.position)"
            + (correction.isApplied ? "" : ", which has no such field"))
      }
      if let retraction = entry.retractedBy {
        texts.append("#\(retraction) retracts #\(entry.position)")
      }
    }
    return block("corrections", texts)
  }

  private var gaps: [Line] {
    var texts: [String] = []
    for entry in view.entries where entry.retractedBy == nil {
      switch entry.typeName {
      case "call.recordingMissing": texts.append("a recording is missing #\(entry.position)")
      case "attachment.missing": texts.append("a file is missing #\(entry.position)")
      case "channel.untrackedContactReported":
        texts.append("a contact outside the tracked channels #\(entry.position)")
      default: break
      }
      let known = entry.event.content?.values.map(\.path) ?? []
      if entry.event.envelope.commitments.contains(where: { !known.contains($0.path) }) {
        texts.append("texts were erased #\(entry.position)")
      }
    }
    texts += state.unreadable.map { "the fields can't be read #\($0)" }
    texts += state.contradictions.map { "\(contradiction($0.kind)) #\($0.position)" }
    return block("gaps", texts)
  }

  private func contradiction(_ kind: TicketState.Contradiction.Kind) -> String {
    switch kind {
    case .offerNotOpen: "an offer was accepted that was not open; nothing moved"
    case .giverNotHolder: "an offer was accepted whose giver no longer held it; nothing moved"
    case .notHolder: "somebody was taken off who didn't hold it"
    case .closedTwice: "closed while it was closed"
    case .reopenedWhileOpen: "opened again while it was open"
    case .waitNotOpen: "a wait ended that was not open"
    case .waitWhileClosed: "a wait began while it was closed"
    case .agreementUnknown: "an agreement was settled that was never recorded"
    }
  }
}
