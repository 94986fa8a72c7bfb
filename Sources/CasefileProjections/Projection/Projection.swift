public import CasefileModel

/// A view of one's own: a state per key, changed by each event in order of position.
///
/// ```swift
/// struct RefundTotals: Projection {
///   static let name = "refund-totals"
///   static let version = 1
///   func keys(of event: StoredEvent) throws -> [String] {
///     try event.payload(as: RefundPaid.self).map { [$0.clientId] } ?? []
///   }
///   func apply(_ event: StoredEvent, to state: Int?, key: String) throws -> Int? {
///     guard let refund = try event.payload(as: RefundPaid.self) else { return state }
///     return (state ?? 0) + Int(refund.kopecks)
///   }
/// }
/// ```
/// Both methods are pure: the same event and state give the same answer at every time, in every
/// process. The states may be deleted at any time and come back from the log; between two events
/// they are stored and read back. `ProjectionConformance` in CasefileTesting checks these rules.
public protocol Projection: Sendable {
  /// What is kept for each key. The same state must always be encoded to the same JSON, so that two
  /// builds can be compared: keep sorted arrays rather than sets.
  associatedtype State: Codable & Equatable & Sendable

  /// The view's name: small letters, digits and hyphens.
  static var name: String { get }
  /// The version of its rules, from 1. Count it up with every change of them: the view is then built
  /// anew from the first event.
  static var version: Int { get }

  /// Makes the projection; it holds no state of its own.
  init()

  /// The keys of the states that an event changes; most often none or one.
  ///
  /// - Throws: anything; the view then stops at this event and says so.
  func keys(of event: StoredEvent) throws -> [String]

  /// The state of a key after the event; nil deletes it.
  ///
  /// - Throws: as `keys(of:)`.
  func apply(_ event: StoredEvent, to state: State?, key: String) throws -> State?
}
