import Casefile
import CasefileModel

/// Candidates for people: who, by what, and how much there is of each.
struct CandidateTable {
  let zone: Zone

  func lines(_ candidates: [ClientCandidate], width: Int) -> [String] {
    guard !candidates.isEmpty else { return ["nobody was found"] }
    let people = candidates.count == 1 ? "1 candidate" : "\(candidates.count) candidates"
    return candidates.flatMap { lines($0, width) } + [people]
  }

  private func lines(_ candidate: ClientCandidate, _ width: Int) -> [String] {
    var head = candidate.client ?? "no known client"
    if let name = candidate.name { head += "  \(name)" }
    if !candidate.mergedFrom.isEmpty {
      head += "  (found as \(candidate.mergedFrom.joined(separator: ", ")), merged since)"
    }
    var facts = ["found by \(candidate.matched.map(words).joined(separator: ", "))"]
    if candidate.client != nil {
      facts.append(
        (candidate.ticketCount == 1 ? "1 ticket" : "\(candidate.ticketCount) tickets")
          + ", \(candidate.openTicketCount) open")
    } else {
      let streams = candidate.streams.prefix(5).map(\.description).joined(separator: ", ")
      facts.append(streams + (candidate.streams.count > 5 ? ", …" : ""))
    }
    if let first = candidate.firstSeenAt, let last = candidate.lastSeenAt {
      facts.append("seen \(zone.text(first)) … \(zone.text(last))")
    }
    return DisplayWidth.wrap(VisibleText.escape(head), to: width)
      + DisplayWidth.wrap(VisibleText.escape(facts.joined(separator: "; ")), to: width - 4).map {
        "    " + $0
      } + [""]
  }

  private func words(_ match: ClientCandidate.Match) -> String {
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
  }
}
