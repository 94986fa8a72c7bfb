import CasefileModel
import CasefileProjections

extension EnglishPhrases {
  func label(_ label: HeadLabel) -> String {
    switch label {
    case .trueAt: "true at"
    case .knownAt: "known at"
    case .times: "times"
    case .status: "status"
    case .client: "client"
    case .participants: "takes part"
    case .priority: "priority"
    case .topic: "topic"
    case .tags: "tags"
    case .links: "links"
    case .absorbed: "holds also"
    case .alsoShown: "shown with it"
    case .responsible: "responsible"
    case .offer: "offer open"
    case .accountable: "accountable"
    case .handoffs: "handoffs"
    case .channels: "channels"
    case .opened: "opened"
    case .firstReaction: "first reaction"
    case .firstReply: "first reply"
    case .contacts: "contacts"
    case .waits: "waits for"
    case .deadlines: "deadlines"
    case .due: "promised for"
    case .solution: "solution"
    case .closed: "closed"
    case .confirmed: "confirmed"
    case .reopened: "reopened"
    case .agreed: "agreed"
    case .marks: "marks"
    case .corrections: "corrections"
    case .names: "renamed since"
    case .gaps: "gaps"
    case .notAssessable: "not judged"
    case .source: "source"
    }
  }

  func title(ticket: String, subject: String?) -> String {
    subject.map { "Ticket \(ticket): \($0)" } ?? "Ticket \(ticket)"
  }

  func group(_ name: String) -> String { "group \(name)" }
  func renamed(_ name: String, today: String) -> String { "\(name), today \(quoted(today))" }
  var unknown: String { "unknown" }
  var nobody: String { "nobody" }
  var none: String { "none" }

  func times(in zone: String) -> String { "in \(zone); # is the position in the log" }
  func known(atPosition position: String) -> String { "position \(position)" }

  func knownToSource(_ time: String, unknown count: Int) -> String {
    let rest =
      count == 0
      ? ""
      : "; not known when the source recorded \(events(count)): they count from the import on"
    return "\(time), by the source's own claim\(rest)"
  }

  func status(_ word: String, source: String?, isDeleted: Bool, survivor: String?) -> String {
    var text = word
    if let source { text += ", in the source \(quoted(source))" }
    if isDeleted { text += ", deleted" }
    if let survivor { text += ", merged into ticket \(survivor)" }
    return text
  }

  func link(_ relation: String, ticket: String) -> String { "\(relation) \(ticket)" }
  func tickets(_ ids: [String]) -> String { "tickets \(ids.joined(separator: ", "))" }

  func related(_ ticket: String, _ relation: RelatedTicket.Relation) -> String {
    switch relation {
    case .survivor: "ticket \(ticket), into which it was merged"
    case .absorbed: "ticket \(ticket), which was merged"
    case .linked: "ticket \(ticket), linked"
    case .contact: "\(ticket), which belongs to it"
    case .sameClient: "ticket \(ticket) of the same client"
    }
  }

  func moreRelated(_ count: Int) -> String {
    "\(self.count(count, "more ticket")) not read: the limit is \(RelatedTickets.limit)"
  }

  func span(_ span: SpanPhrase) -> String {
    "\(span.holder), from \(span.from) " + (span.until.map { "to \($0)" } ?? "on")
      + (span.duration.map { " (\($0))" } ?? "") + ", \(span.start)"
  }

  func start(_ start: TicketState.Start) -> String {
    switch start {
    case .accepted: return "accepted"
    case .forced: return "by order"
    case .assigned(let mode):
      switch mode {
      case nil, .manual?: return "assigned"
      case .take?: return "took it"
      case .steal?: return "took it over"
      case .give?: return "was given it"
      case .auto?: return "distributed"
      case .rule?: return "by rule"
      case .initial?: return "as first seen"
      case let mode?: return mode.name ?? "mode \(mode.rawValue)"
      }
    }
  }

  func offer(
    from: String, to: String?, toGroup: String?, since: String, reason: String?, expires: String?
  ) -> String {
    "from \(from) to \(to ?? toGroup.map(group) ?? "anybody") since \(since)"
      + (reason.map { ", \($0)" } ?? "") + (expires.map { ", lapses \($0)" } ?? "")
  }

  func handoffs(_ counts: HandoffCounts) -> String {
    let kinds = [
      (counts.acknowledged, "acknowledged"), (counts.forced, "by order"), (counts.bare, "bare"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    var parts: [String] = []
    if counts.direct > 0 {
      parts.append("\(counts.direct) direct (\(kinds.joined(separator: ", ")))")
    }
    if counts.indirect > 0 { parts.append("\(counts.indirect) indirect") }
    if counts.groups > 0 { parts.append("\(counts.groups) between groups") }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }

  func handoff(
    _ kind: TicketState.Handoff.Kind, from: String, to: String, at: String, reason: String?
  ) -> String {
    let word =
      switch kind {
      case .acknowledged: "acknowledged"
      case .forced: "by order"
      case .bare: "bare"
      case .indirect: "indirect"
      }
    return "\(from) to \(to), \(at), \(word)" + (reason.map { ": \($0)" } ?? "")
  }

  func by(_ actor: String) -> String { " by \(actor)" }
  func after(_ duration: String) -> String { "after \(duration)" }

  func failedReply(at time: String, hasOther: Bool) -> String {
    (hasOther ? "" : "none that arrived") + "; the first that was sent, \(time), failed"
  }

  func messages(_ count: Int) -> String { self.count(count, "message") }
  func calls(_ count: Int) -> String { self.count(count, "call") }
  func clientTouches(_ count: Int) -> String {
    self.count(count, "client touch", "client touches")
  }
  func workTouches(_ count: Int) -> String { self.count(count, "work touch", "work touches") }
  func times(_ count: Int) -> String { self.count(count, "time") }

  func wait(_ reason: String, since: String, until: String?) -> String {
    "\(reason) since \(since)" + (until.map { ", until \($0)" } ?? "")
  }
}
