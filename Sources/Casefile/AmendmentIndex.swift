internal import CasefileLog
internal import CasefileModel
internal import Synchronization

/// Which corrections and retractions act on which event, in whatever stream they stand.
///
/// Kept in memory for as long as the store is open and brought up to the head by each read, so that
/// only the first one pays for all. What was read stays right: the log only grows. About 100 bytes
/// for each correction.
final class AmendmentIndex: Sendable {
  private struct Known {
    /// The first position that was not looked at yet.
    var next = Position(0)
    var byTarget: [EventID: [(id: EventID, position: Position)]] = [:]
  }
  private let known = Mutex(Known())

  /// The positions of what acts on events, directly or on what acts on them, up to a position.
  ///
  /// - Throws: `LogError` as `Log.read`; what was read before the error is kept.
  func positions(
    actingOn events: [EventID], through last: Position, in log: Log
  ) throws -> Set<Position> {
    try known.withLock { known in
      try AmendmentIndex.extend(&known, through: last, log)
      var found: Set<Position> = []
      var targets = events
      while let target = targets.popLast() {
        for amendment in known.byTarget[target] ?? [] where amendment.position <= last {
          // Corrections may name each other in a circle: each is followed once.
          if found.insert(amendment.position).inserted { targets.append(amendment.id) }
        }
      }
      return found
    }
  }

  private static func extend(
    _ known: inout Known, through last: Position, _ log: Log
  ) throws {
    guard known.next <= last else { return }
    let options = EventReadOptions(
      from: known.next, through: last, query: EventQuery(types: types), includesContent: false)
    try log.read(options) { event in
      let target =
        try event.payload(as: EventCorrected.self)?.targetEventId
        ?? event.payload(as: EventRetracted.self)?.targetEventId
      if let target {
        known.byTarget[target, default: []].append((event.envelope.id, event.position))
      }
      known.next = event.position.next
      return true
    }
    known.next = last.next
  }

  /// The types of events that act on others.
  static let types: Set<UInt32> = [EventCorrected.type.number, EventRetracted.type.number]
}
