internal import CasefileLog
internal import CasefileModel
internal import Synchronization

/// Which corrections and retractions act on which event, in whatever stream they stand; retractions
/// of whole imports among them.
///
/// Kept in memory for as long as the store is open and brought up to the head by each read, so that
/// only the first one pays for all. What was read stays right: the log only grows. About 100 bytes
/// for each correction.
final class AmendmentIndex: Sendable {
  private struct Known {
    /// The first position that was not looked at yet.
    var next = Position(0)
    var byTarget: [EventID: [Amendment]] = [:]
    var byBatch: [String: [Amendment]] = [:]
  }
  private struct Amendment {
    let id: EventID
    let batch: String?
    let position: Position
  }
  private let known = Mutex(Known())

  /// The positions of what acts on events, directly or on what acts on them, up to a position.
  ///
  /// - Throws: `LogError` as `Log.read`; what was read before the error is kept.
  func positions(
    actingOn events: [StoredEvent], through last: Position, in log: Log
  ) throws -> Set<Position> {
    try known.withLock { known in
      try AmendmentIndex.extend(&known, through: last, log)
      var found: Set<Position> = []
      var batches: Set<String> = []
      var targets = events.map { ($0.envelope.id, $0.envelope.origin?.importBatch) }
      while let (target, batch) = targets.popLast() {
        var acting = known.byTarget[target] ?? []
        if let batch, batches.insert(batch).inserted { acting += known.byBatch[batch] ?? [] }
        for amendment in acting where amendment.position <= last {
          // Corrections may name each other in a circle: each is followed once.
          if found.insert(amendment.position).inserted {
            targets.append((amendment.id, amendment.batch))
          }
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
      let amendment = Amendment(
        id: event.envelope.id, batch: event.envelope.origin?.importBatch, position: event.position)
      if let target = event.amendedEvent {
        known.byTarget[target, default: []].append(amendment)
      } else if let batch = event.retractedBatch {
        known.byBatch[batch, default: []].append(amendment)
      }
      known.next = event.position.next
      return true
    }
    known.next = last.next
  }

  /// The types of events that act on others.
  static let types: Set<UInt32> = [
    EventCorrected.type.number, EventRetracted.type.number, ImportBatchRetracted.type.number,
  ]
}
