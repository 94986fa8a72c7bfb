import Casefile

// snippet: own-projection
/// How much was paid back to each client, and how often.
struct RefundTotals: Projection {
  struct State: Codable, Equatable {
    var kopecks: Int64 = 0
    var count = 0
  }

  static let name = "refund-totals"
  static let version = 1

  func keys(of event: StoredEvent) throws -> [String] {
    try event.payload(as: RefundPaid.self).map { [$0.clientId] } ?? []
  }

  func apply(_ event: StoredEvent, to state: State?, key: String) throws -> State? {
    guard let refund = try event.payload(as: RefundPaid.self) else { return state }
    var state = state ?? State()
    state.kopecks += refund.kopecks
    state.count += 1
    return state
  }
}
// end
