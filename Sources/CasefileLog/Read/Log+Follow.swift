public import CasefileModel
internal import LMDB
internal import Synchronization

extension Log {
  /// Events from a position on: first those that are there, then those that come, of this and of
  /// other processes.
  ///
  /// Nothing is read ahead of what the caller asks for beyond one batch. Keep the position after the
  /// last event that you have worked off; following from there goes on without a gap.
  ///
  /// ```swift
  /// for try await event in log.follow(from: cursor) { … }
  /// ```
  /// The sequence ends when its task is cancelled or the log is closed, and throws `LogError` for a
  /// damaged event.
  public func follow(
    from first: Position, query: EventQuery = EventQuery()
  ) -> AsyncThrowingStream<StoredEvent, any Error> {
    let state = FollowState(log: self, next: first, query: query)
    return AsyncThrowingStream { try await state.next() }
  }

  /// The same for a thread of its own: hands out what is there, then what comes, some events at
  /// once, until `each` says false.
  ///
  /// The calling thread looks for commits itself and sleeps between two looks, so that no event
  /// waits for a second thread to be woken: under full load a third of the delay.
  ///
  /// ```swift
  /// try log.followBlocking(from: cursor) { events in
  ///   …
  ///   return true
  /// }
  /// ```
  /// - Parameters:
  ///   - first: the first position that is wanted.
  ///   - query: which events.
  ///   - isWanted: asked before each look, at least fifty times a second; false ends the following.
  ///   - each: at most 256 events in order.
  /// - Throws: `LogError` for a damaged event; what `each` throws. A log that is closed ends it
  ///   without an error.
  public func followBlocking(
    from first: Position, query: EventQuery = EventQuery(), while isWanted: () -> Bool = { true },
    _ each: (_ events: [StoredEvent]) throws -> Bool
  ) throws {
    var pace = CommitPace()
    var next = first
    while isWanted() {
      let batch: NextBatch
      do { batch = try nextBatch(from: next, query, limit: Log.followedTogether) } catch {
        guard Log.isClosing(error) else { throw error }
        return
      }
      next = batch.next
      if !batch.events.isEmpty, try !each(batch.events) { return }
      if batch.isCut { continue }
      do {
        repeat {
          guard isWanted() else { return }
        } while try pace.next(environment) == batch.snapshot
      } catch {
        guard Log.isClosing(error) else { throw error }
        return
      }
    }
  }

  /// How many events a follower reads at once.
  fileprivate static let followedTogether = 256

  /// Whether a follower ends rather than fails.
  fileprivate static func isClosing(_ error: any Error) -> Bool {
    (error as? LogError)?.code == .closed || (error as? LMDBError)?.code == .closed
  }
}

/// Where a follower is. One task uses it at a time, so the lock is never waited for.
private final class FollowState: Sendable {
  private struct Place {
    var next: Position
    var waiting: [StoredEvent] = []
    /// How many of `waiting` were handed out.
    var taken = 0
    /// Whether more may be there already.
    var isBehind = true

    mutating func take() -> StoredEvent? {
      guard taken < waiting.count else { return nil }
      defer { taken += 1 }
      return waiting[taken]
    }
  }

  private let log: Log
  private let query: EventQuery
  private let place: Mutex<Place>

  init(log: Log, next: Position, query: EventQuery) {
    self.log = log
    self.query = query
    place = Mutex(Place(next: next))
  }

  func next() async throws -> StoredEvent? {
    while !Task.isCancelled {
      if let event = place.withLock({ $0.take() }) { return event }
      do {
        if let snapshot = try fill(), !place.withLock({ $0.isBehind }) {
          try await log.watcher.wait(after: snapshot) { try self.fill() }
        }
      } catch {
        guard error is CancellationError || Log.isClosing(error) else { throw error }
        return nil
      }
    }
    return nil
  }

  /// Reads the next batch in one snapshot. Nil: there are events; else the snapshot without any.
  private func fill() throws -> UInt64? {
    let next = place.withLock { $0.next }
    let batch = try log.nextBatch(from: next, query, limit: Log.followedTogether)
    return place.withLock { place in
      place.next = batch.next
      place.isBehind = batch.isCut
      guard !batch.events.isEmpty else { return batch.snapshot }
      place.waiting = batch.events
      place.taken = 0
      return nil
    }
  }
}
