import Casefile
import CasefileModel

/// Candidates for people: who, by what, and how much there is of each.
struct CandidateTable {
  let voice: Voice
  var ink = Ink.plain
  private var phrases: any Phrases { voice.phrases }

  func lines(_ candidates: [ClientCandidate], width: Int) -> [String] {
    guard !candidates.isEmpty else { return [phrases.nobodyFound] }
    return candidates.flatMap { lines($0, width) } + [phrases.candidates(candidates.count)]
  }

  private func lines(_ candidate: ClientCandidate, _ width: Int) -> [String] {
    var head = candidate.client ?? phrases.noKnownClient
    if let name = candidate.name { head += "  \(name)" }
    if !candidate.mergedFrom.isEmpty {
      head += "  (\(phrases.foundAs(candidate.mergedFrom.joined(separator: ", "))))"
    }
    var facts = [phrases.foundBy(candidate.matched)]
    if candidate.client != nil {
      facts.append(
        phrases.candidateTickets(candidate.ticketCount, open: candidate.openTicketCount))
    } else {
      let streams = candidate.streams.prefix(5).map(\.description).joined(separator: ", ")
      facts.append(streams + (candidate.streams.count > 5 ? ", …" : ""))
    }
    if let first = candidate.firstSeenAt, let last = candidate.lastSeenAt {
      facts.append(phrases.seen(voice.zone.text(first), voice.zone.text(last)))
    }
    return DisplayWidth.wrap(VisibleText.escape(head), to: width).map(ink.strong)
      + DisplayWidth.wrap(VisibleText.escape(facts.joined(separator: "; ")), to: width - 4).map {
        "    " + $0
      } + [""]
  }
}
