import CasefileModel

/// Joins events that came one by one into batches: what piled up while the last batch was printed.
///
/// Bounded, so that a slow reader of our output slows the log's reading and not our memory.
actor EventMailbox {
  private static let capacity = 4096
  private var events: [StoredEvent] = []
  private var isFinished = false
  private var failure: (any Error)?
  private var taker: CheckedContinuation<Void, Never>?
  private var putter: CheckedContinuation<Void, Never>?

  /// Adds an event; waits while the mailbox is full.
  func put(_ event: StoredEvent) async {
    while events.count >= EventMailbox.capacity, !isFinished {
      await withCheckedContinuation { putter = $0 }
    }
    events.append(event)
    taker?.resume()
    taker = nil
  }

  /// Says that nothing more comes.
  func finish(throwing error: (any Error)? = nil) {
    guard !isFinished else { return }
    isFinished = true
    failure = error
    taker?.resume()
    taker = nil
    putter?.resume()
    putter = nil
  }

  /// Everything that is there, at least one event; empty at the end.
  func takeAll() async throws -> [StoredEvent] {
    while events.isEmpty, !isFinished { await withCheckedContinuation { taker = $0 } }
    if events.isEmpty, let failure { throw failure }
    defer {
      events = []
      putter?.resume()
      putter = nil
    }
    return events
  }
}
