import CasefileProjections

extension EnglishPhrases {
  func definition(of metric: Metric) -> String {
    switch metric {
    case .reviewScore:
      "Scores of quality control by criterion, as the last decision on a dispute left them; of the "
        + "agent whom the review names, else of the holder at the beginning of what was reviewed."
    case .handoffs:
      "Responsibility that moved directly between two named agents; of the giver."
    case .reassignments:
      "Assignments, accepted offers and orders after the first one, those to the same agent too; of "
        + "whoever was responsible before."
    case .firstReply:
      "From the client's first message that is not automatic to the first public reply of a human "
        + "agent to the client after it, around the clock; of whoever replied."
    case .replies:
      "From the first message of each turn of the client that needs a reply to the human reply to "
        + "it, around the clock; of whoever replied."
    case .firstReaction:
      "From the opening to the first human assignment, take, accept, reply or answered call, around "
        + "the clock; of the holder then."
    case .resolution:
      "From the opening to the solution that stands, else to the close, around the clock, waits "
        + "among it; of the holder then."
    case .reopened:
      "Of the tickets that were resolved or closed, the share that was opened again; of the holder "
        + "at the first end."
    case .touches:
      "Human turns towards the client: messages of one agent in one channel with no client between "
        + "and at most 15 minutes apart, or a call; of the holder at the end."
    case .satisfaction:
      "The client's marks of satisfaction, the newest of each survey and question, by scale; of the "
        + "agent whom the mark names, else who replied last, else who held the ticket at its end."
    case .callWait:
      "How long a caller waited until a call on a ticket was answered, as stated, else from the "
        + "offer to the answer; of whoever answered."
    }
  }

  func about(
    _ definition: String, unit: Metric.Unit, counted: Metric.Counted, version: Int
  ) -> String {
    let unit =
      switch unit {
      case .seconds: "time"
      case .mark: "mark"
      case .count: "number"
      case .share: "share"
      }
    return "\(definition) Unit: \(unit); counts \(counted.rawValue); definition \(version)."
  }

  func metricColumns(_ cut: MetricTable.Cut) -> [String] {
    [cut.rawValue, "of", "values", "tickets", "mean", "median", "90 %"]
  }

  func measured(_ tickets: Int) -> String { "looked at: \(count(tickets, "ticket"))" }

  func leftOut(_ number: Int, _ why: Metric.Omission) -> String {
    let text =
      switch why {
      case .noClientMessage: "without a message of the client"
      case .notYet: "that nobody answered yet"
      case .notEnded: "that have not ended"
      case .noScore: "without a score"
      case .outsideScale: "outside their scale"
      case .replaced: "withdrawn or replaced by a newer one"
      case .noTime: "whose time is not stated"
      }
    return "left out: \(number) \(text)"
  }
}
