public import CasefileModel
internal import LMDB

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
}

/// Where a follower is.
private actor FollowState {
  private let log: Log
  private var position: Position
  private let query: EventQuery
  private var waiting: ArraySlice<StoredEvent> = []

  init(log: Log, next: Position, query: EventQuery) {
    self.log = log
    position = next
    self.query = query
  }

  func next() async throws -> StoredEvent? {
    while !Task.isCancelled {
      if let event = waiting.popFirst() { return event }
      do {
        var events: [StoredEvent] = []
        let (seen, head) = try log.reading { transaction in
          let count = try log.meta(transaction).events
          return (transaction.id, count == 0 ? nil : Position(count - 1))
        }
        try log.read(
          EventReadOptions(from: position, through: head, query: query, limit: 256)
        ) { event in
          events.append(event)
          return true
        }
        waiting = events[...]
        if let last = events.last?.position, events.count == 256 {
          position = last.next
        } else if let head, head >= position {
          position = head.next
        }
        if waiting.isEmpty { try await log.watcher.wait(after: seen) }
      } catch is CancellationError {
        return nil
      } catch let error as LogError where error.code == .closed {
        return nil
      } catch let error as LMDBError where error.code == .closed {
        return nil
      }
    }
    return nil
  }
}
