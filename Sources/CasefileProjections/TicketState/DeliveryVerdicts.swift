import CasefileModel

/// What is known of the delivery of messages.
///
/// A reply that is known to have failed counts as not sent from that knowledge on, also for moments
/// before the failure was noticed. So this is read from everything that is known, and not as of a
/// moment. Of several reports about one recipient the last in domain order counts.
struct DeliveryVerdicts {
  /// By message, then by recipient; the empty text stands for the message as a whole.
  private var reports: [String: [String: DeliveryStatus]] = [:]

  init(_ entries: [TicketEntry]) {
    for entry in entries
    where entry.retractedBy == nil && entry.typeNumber == MessageDeliveryUpdated.type.number {
      guard let report = try? entry.payload(MessageDeliveryUpdated.self) else { continue }
      reports[report.messageId, default: [:]][report.recipientId ?? ""] = report.status
    }
  }

  /// Whether a message failed to reach those who make it a reply.
  ///
  /// - Parameter recipients: their ids, as far as they are known.
  func isFailed(_ message: String, recipients: [String]) -> Bool {
    guard let reports = reports[message], reports.values.contains(.failed) else { return false }
    let relevant = recipients.filter { reports[$0] != nil }
    if relevant.isEmpty {
      return reports.values.allSatisfy { $0 == .failed || $0 == .queued || $0 == .sent }
    }
    return relevant.count == recipients.count && relevant.allSatisfy { reports[$0] == .failed }
  }
}
