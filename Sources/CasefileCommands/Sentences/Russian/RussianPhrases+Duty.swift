import CasefileProjections

extension RussianPhrases {
  func standing(_ standing: AgentDuty.Standing.Kind) -> String {
    switch standing {
    case .onDuty: "на смене"
    case .offShift: "вне смены"
    case .absent: "отсутствие"
    case .unknown: "смена неизвестна"
    }
  }

  func duty(_ parts: [String]) -> String { parts.joined(separator: "; ") }

  func dutyPart(_ standing: String, from: String?, duration: String?) -> String {
    standing + (from.map { " с \($0)" } ?? "") + (duration.map { " (\($0))" } ?? "")
  }

  func openOffer(
    to: String?, toGroup: String?, since: String, until: String?, outcome: String
  ) -> String {
    "предложение: кому \(to ?? toGroup.map(group) ?? anybody), с \(since)"
      + (until.map { " до \($0)" } ?? "") + ", \(outcome)"
  }

  func outcome(_ outcome: AgentEntry.OfferOutcome) -> String {
    switch outcome {
    case .open: "пока без ответа"
    case .accepted: "принято"
    case .declined: "отклонено"
    case .expired: "истекло без ответа"
    case .lapsed: "срок вышел"
    case .replaced: "заменено новым"
    case .forced: "передано распоряжением"
    case .moot: "беспредметно: передающий уже не отвечал за заявку"
    }
  }

  func unattended(_ duration: String, offeredTo: String) -> String {
    "без присмотра \(duration), предложение: кому \(offeredTo)"
  }

  var anybody: String { "любой" }

  func heldAtBreach(by holder: String?, standing: String, offer: String?) -> String {
    guard let holder else { return "ответственного тогда не было" }
    return "ответственный тогда \(holder), \(standing)" + (offer.map { ", \($0)" } ?? "")
  }

  func statedHolder(_ holder: String) -> String { "в записи назван \(holder)" }

  func offered(to: String, since: String) -> String { "предложение: кому \(to), с \(since)" }
}
