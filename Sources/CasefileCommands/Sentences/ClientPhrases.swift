import Casefile
import CasefileModel

/// The labels of a client's head.
enum ClientLabel: CaseIterable, Sendable {
  case asked, times, merged, company, identities, seen, tickets, contacts, agreed, marks, shown
}

/// What is said of clients and of what was found. Names, times and positions come as texts.
protocol ClientPhrases: Sendable {
  func label(_ label: ClientLabel) -> String
  func clientTitle(_ id: String, name: String?) -> String
  func mergedInto(_ asked: String) -> String
  func ticketCounts(_ count: Int, open: Int, closed: Int) -> String
  func openTicket(_ ticket: String, status: String, holder: String?, opened: String?) -> String
  func clientContacts(messages: Int, calls: Int, chats: Int) -> String
  func shownEvents(_ count: Int, of total: Int, period: String) -> String
  func identity(_ identity: IdentityPhrase) -> String
  func promised(
    _ ticket: String, text: String?, at time: String, by agent: String?, due: String?
  ) -> String
  func clientMark(_ mark: ClientMarkPhrase) -> String
  var foundByAddress: String { get }
  func foldedByTicket(_ count: Int) -> String
  func runOfPlace(_ place: String, count: Int, kinds: String) -> String

  // Candidates.
  var nobodyFound: String { get }
  func candidates(_ count: Int) -> String
  var noKnownClient: String { get }
  func foundAs(_ ids: String) -> String
  func foundBy(_ matches: [ClientCandidate.Match]) -> String
  func candidateTickets(_ count: Int, open: Int) -> String
  func seen(_ first: String, _ last: String) -> String
  func notShown(_ count: Int) -> String

  // Matches.
  func matches(_ count: Int) -> String
}

/// A name, an address or a number of a client, in texts.
struct IdentityPhrase: Sendable {
  let kind: String?
  let address: String?
  let channel: String?
  let isVerified: Bool
  /// Whose it was before a merge.
  let formerClient: String?
  let removedAt: String?
}

/// A client's mark, in texts.
struct ClientMarkPhrase: Sendable {
  let kind: String?
  let score: Int64?
  let scaleMin: Int64?
  let scaleMax: Int64?
  let at: String
  let place: String
  let agent: String?
  let withdrawnAt: String?
}
