import CasefileProjections

extension EnglishPhrases {
  func heading(of column: ClientColumn) -> String {
    switch column {
    case .ticket: "ticket"
    case .number: "number"
    case .subject: "subject"
    case .kind: "kind"
    case .channel: "channel"
    case .topic, .callTopic: "topic"
    case .priority: "priority"
    case .project: "project"
    case .tags: "tags"
    case .status: "status"
    case .openedAt: "opened"
    case .firstReplyAt: "first replied"
    case .resolvedAt: "resolved"
    case .closedAt: "closed"
    case .closeKind: "how closed"
    case .reopenCount: "reopened, times"
    case .messages: "messages"
    case .calls: "calls"
    case .firstReply: "time to the first reply"
    case .resolution: "time to the solution"
    case .group: "group"
    case .client, .callClient: "person"
    case .agent, .callAgent: "agent"
    case .callId: "call"
    case .callAt: "when"
    case .callDirection: "direction"
    case .callOutcome: "outcome"
    case .callWait: "wait"
    case .callLength: "length"
    case .callTalk: "talk"
    case .callHold: "on hold"
    case .callTicket: "ticket"
    }
  }

  func onlyCompany(_ name: String) -> String { "company: \(name)" }
  func onlyProject(_ id: String) -> String { "project: \(id)" }

  func agreed(by agreement: String, version: Int64?) -> String {
    "by agreement \(agreement)" + (version.map { ", version \($0)" } ?? "")
  }

  func onlyKeys(_ keys: [String], of cut: MetricCut) -> String {
    "Only this \(word(for: cut)): \(keys.joined(separator: ", "))."
  }

  private func word(for cut: MetricCut) -> String {
    switch cut {
    case .closeKind: "kind of close"
    case .client: "person"
    default: cut.rawValue
    }
  }

  var withheldColumns: String {
    "Only the columns and cuts that were agreed are shown; all others are withheld by the agreement."
  }

  var withheldLength: String {
    "Payment is per call: the length of calls is withheld by the agreement."
  }

  func recordedReport(hash: String, at position: String, isNew: Bool) -> String {
    isNew
      ? "recorded at position \(position): report.generated with sha256 \(hash)"
      : "recorded before at position \(position): the same bytes, sha256 \(hash)"
  }

  func unrecordedReport(hash: String) -> String { "not recorded; sha256 \(hash)" }

  func checkedReport(
    _ agreement: String, at position: String, known: String, isSame: Bool
  ) -> String {
    "report by agreement \(agreement), recorded at position \(position), made again by what was "
      + "known at position \(known): " + (isSame ? "the same bytes" : "not the same bytes")
  }

  func deliveredReport(
    _ agreement: String, generatedAt made: String, at position: String, isNew: Bool
  ) -> String {
    (isNew ? "recorded at position \(position)" : "recorded before at position \(position)")
      + ": the report by agreement \(agreement), made at position \(made), was delivered"
  }

  func delivery(
    _ time: String, channel: String?, recipient: String?, position: String
  ) -> String {
    "delivered \(time)" + (channel.map { ", channel \($0)" } ?? "")
      + (recipient.map { ", to \($0)" } ?? "") + " (#\(position))"
  }

  var otherRoot: String { "the log up to that position is not the one by which it was made" }

  func heading(of column: AgreementColumn) -> String {
    switch column {
    case .agreement: "agreement"
    case .version: "version"
    case .company: "company"
    case .project: "project"
    case .payment: "payment"
    case .columns: "columns"
    case .state: "state"
    case .position: "position"
    }
  }

  func word(for state: AgreementState) -> String {
    switch state {
    case .inForce: "in force"
    case .replaced: "replaced"
    case .retracted: "retracted"
    case .unusable: "can’t be obeyed"
    }
  }

  var noAgreements: String { "no agreement is recorded" }
}
