public import CasefileLog
internal import CasefileModel

extension StoreSession {
  /// Events from a position on: first those that are there, then those that come, of this and of
  /// other processes. Ends when its task is cancelled or the store is closed.
  ///
  /// Withheld events are handed out as such, so that a cursor goes on past them, unless the query
  /// names types or tags: the answer would tell what is withheld, so they are left out. Each event is
  /// judged by what is in the store when it is handed out; what is made internal afterwards was
  /// seen already.
  /// - Complexity: a read of the message's changes of audience for each message, unless all may be
  ///   seen.
  public func follow(
    from first: Position = Position(0), query: EventQuery = EventQuery()
  ) -> AsyncThrowingStream<SessionEvent, any Error> {
    let events = FollowedEvents(
      store.follow(from: first, query: query), in: self,
      isTelling: !query.types.isEmpty || !query.tags.isEmpty)
    return AsyncThrowingStream { try await events.next() }
  }
}

/// Judges what a follower of the log hands out, one by one, so that its bounded buffer still bounds
/// what is in memory.
private actor FollowedEvents {
  private var iterator: AsyncThrowingStream<StoredEvent, any Error>.Iterator
  private let session: StoreSession
  private let isTelling: Bool

  init(
    _ events: AsyncThrowingStream<StoredEvent, any Error>, in session: StoreSession,
    isTelling: Bool
  ) {
    iterator = events.makeAsyncIterator()
    self.session = session
    self.isTelling = isTelling
  }

  func next() async throws -> SessionEvent? {
    // The iterator is a reference; an actor's own property can't be mutated across a wait.
    var iterator = iterator
    while let event = try await iterator.next(isolation: self) {
      // A judge remembers what it read, which may have changed since the event before.
      var judge = VisibilityJudge(store: session.store, limit: session.visibility)
      let judged = try judge.judge(event)
      if case .withheld = judged, isTelling { continue }
      return judged
    }
    return nil
  }
}
