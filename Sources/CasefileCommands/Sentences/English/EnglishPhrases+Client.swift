import Casefile

extension EnglishPhrases {
  func label(_ label: ClientLabel) -> String {
    switch label {
    case .asked: "asked for"
    case .times: "times"
    case .merged: "same client"
    case .company: "company"
    case .identities: "known as"
    case .seen: "seen"
    case .tickets: "tickets"
    case .contacts: "contacts"
    case .agreed: "agreed, open"
    case .marks: "marks"
    case .shown: "shown"
    }
  }

  func clientTitle(_ id: String, name: String?) -> String {
    "Client \(id)" + (name.map { ": \($0)" } ?? "")
  }

  func mergedInto(_ asked: String) -> String { "\(asked), merged into this client" }

  func ticketCounts(_ count: Int, open: Int, closed: Int) -> String {
    "\(self.count(count, "ticket")), \(open) open, \(closed) closed"
  }

  func openTicket(_ ticket: String, status: String, holder: String?, opened: String?) -> String {
    "\(ticket), \(status), held by \(holder ?? "nobody")" + (opened.map { ", opened \($0)" } ?? "")
  }

  func clientContacts(messages: Int, calls: Int, chats: Int) -> String {
    "\(self.messages(messages)), \(self.calls(calls)), \(count(chats, "chat"))"
  }

  func shownEvents(_ count: Int, of total: Int, period: String) -> String {
    "\(period): \(count) of \(events(total))"
  }

  func identity(_ identity: IdentityPhrase) -> String {
    "\(identity.kind ?? "address") \(identity.address ?? erased)"
      + (identity.channel.map { ", \($0)" } ?? "") + (identity.isVerified ? ", verified" : "")
      + (identity.formerClient.map { ", of \($0)" } ?? "")
      + (identity.removedAt.map { ", removed \($0)" } ?? "")
  }

  func promised(
    _ ticket: String, text: String?, at time: String, by agent: String?, due: String?
  ) -> String {
    "\(ticket): \(quoted(text ?? erased)), promised \(time)" + (agent.map { " by \($0)" } ?? "")
      + (due.map { ", due \($0)" } ?? "")
  }

  func clientMark(_ mark: ClientMarkPhrase) -> String {
    var text = (mark.kind.map { $0 + " " } ?? "") + (mark.score.map { "\($0)" } ?? "no mark")
    if let highest = mark.scaleMax { text += " of \(mark.scaleMin ?? 0)–\(highest)" }
    return text + ", \(mark.at), \(mark.place)" + (mark.agent.map { ", about \($0)" } ?? "")
      + (mark.withdrawnAt.map { ", withdrawn \($0)" } ?? "")
  }

  var foundByAddress: String { "found by number or address" }

  func foldedByTicket(_ count: Int) -> String {
    "\(events(count)), folded by day and ticket; --all shows every one"
  }

  func runOfPlace(_ place: String, count: Int, kinds: String) -> String {
    "\(place), \(events(count)): \(kinds)"
  }

  // MARK: Candidates

  var nobodyFound: String { "nobody was found" }

  func candidates(_ count: Int) -> String { self.count(count, "candidate") }

  var noKnownClient: String { "no known client" }

  func foundAs(_ ids: String) -> String { "found as \(ids), merged since" }

  func foundBy(_ matches: [ClientCandidate.Match]) -> String {
    "found by "
      + matches.map { match in
        switch match {
        case .id: "id"
        case .phone: "telephone number"
        case .email: "e-mail address"
        case .name: "name"
        case .account: "account"
        case .contract: "contract"
        case .call: "number of a call"
        case .message: "sender of a message"
        case .participant: "participant of a ticket"
        }
      }.joined(separator: ", ")
  }

  func candidateTickets(_ count: Int, open: Int) -> String {
    "\(self.count(count, "ticket")), \(open) open"
  }

  func seen(_ first: String, _ last: String) -> String { "seen \(first) … \(last)" }

  func notShown(_ count: Int) -> String { "\(count) more; a larger --limit shows them" }

  func matches(_ count: Int) -> String {
    count == 0 ? "no matches" : self.count(count, "match", "matches")
  }
}
