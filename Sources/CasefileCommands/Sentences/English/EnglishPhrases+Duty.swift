import CasefileProjections

extension EnglishPhrases {
  func standing(_ standing: AgentDuty.Standing.Kind) -> String {
    switch standing {
    case .onDuty: "on duty"
    case .offShift: "off shift"
    case .absent: "absent"
    case .unknown: "duty unknown"
    }
  }

  func duty(_ parts: [String]) -> String { parts.joined(separator: "; ") }

  func dutyPart(_ standing: String, from: String?, duration: String?) -> String {
    standing + (from.map { " from \($0)" } ?? "") + (duration.map { " (\($0))" } ?? "")
  }

  func openOffer(
    to: String?, toGroup: String?, since: String, until: String?, outcome: String
  ) -> String {
    "offered to \(to ?? toGroup.map(group) ?? anybody) from \(since)"
      + (until.map { " to \($0)" } ?? "") + ": \(outcome)"
  }

  func outcome(_ outcome: AgentEntry.OfferOutcome) -> String {
    switch outcome {
    case .open: "not answered yet"
    case .accepted: "accepted"
    case .declined: "declined"
    case .expired: "expired"
    case .lapsed: "lapsed"
    case .replaced: "replaced by a newer offer"
    case .forced: "overtaken by an order"
    case .moot: "moot: the giver no longer held it"
    }
  }

  func unattended(_ duration: String, offeredTo: String) -> String {
    "unattended \(duration), offered to \(offeredTo)"
  }

  var anybody: String { "anybody" }

  func heldAtBreach(by holder: String?, standing: String, offer: String?) -> String {
    guard let holder else { return "nobody was responsible then" }
    return "\(holder) was responsible then, \(standing)" + (offer.map { ", \($0)" } ?? "")
  }

  func statedHolder(_ holder: String) -> String { "the observation names \(holder)" }

  func offered(to: String, since: String) -> String { "offered to \(to) since \(since)" }
}
