internal import CasefileLog
public import CasefileModel
public import CasefileProjections

extension Store {
  /// Writes down every warning and breach whose time has come and that nobody has written yet.
  ///
  /// The event's id comes from what was observed, so two monitors, or one that was killed and started
  /// again, never write one observation twice.
  ///
  /// - Parameters:
  ///   - now: the instant of evaluation; the store's own now without one.
  ///   - book: the policies and calendars; made anew without one.
  ///   - actor: the monitor.
  /// - Returns: what was written by this call.
  /// - Throws: as `append`; as `read`.
  @discardableResult
  public func observeDeadlines(
    at now: Timestamp? = nil, book: DeadlineBook? = nil, by actor: Actor = Actor(.system)
  ) async throws -> [DeadlineObservation] {
    let now = now ?? self.now()
    let book = try book ?? deadlineBook()
    var found: [DeadlineObservation] = []
    var tickets: [String] = []
    try deadlines(at: now, book: book) { deadlines in
      if !deadlines.observations.isEmpty { tickets.append(deadlines.ticket) }
      return true
    }
    // Only the derivation tells who holds a ticket that is not late yet.
    let duties = tickets.isEmpty ? [:] : try agentDuties(naming: .none)
    for ticket in tickets {
      guard let history = try self.ticket(ticket) else { continue }
      found += history.deadlines(at: now, book: book, duties: duties).observations
    }
    var written: [DeadlineObservation] = []
    // A first look at an old store finds thousands: a commit for each of 2,281 took 17.7 s, commits of
    // 500 take 4.6 s.
    for start in stride(from: 0, to: found.count, by: 500) {
      let part = Array(found[start..<min(start + 500, found.count)])
      if let new = try await write(part, by: actor) {
        written += new
        continue
      }
      for observation in part { written += try await write([observation], by: actor) ?? [] }
    }
    return written
  }

  /// Writes observations in one commit, and gives those that were new; nil where another monitor saw
  /// one of them at another moment: its word stands.
  private func write(
    _ observations: [DeadlineObservation], by actor: Actor
  ) async throws -> [DeadlineObservation]? {
    do {
      let appended = try await append(observations.map { try event(for: $0, by: actor) })
      return zip(observations, appended).filter { !$0.1.isDuplicate }.map(\.0)
    } catch let error as LogError where error.code == .idReused {
      return nil
    }
  }

  private func event(for observation: DeadlineObservation, by actor: Actor) throws -> Event {
    let hash = Digest.sha256(observation.identity.utf8).bytes
    let words = [hash[0..<8], hash[8..<16]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
    let id = EventID(derivedAt: observation.dueAt, words[0], words[1])
    let stream = try StreamID.ticket(observation.ticket)
    let at = observation.observedAt
    if let breach = observation.breach {
      return Event(breach, on: stream, at: at, by: actor, id: id)
    }
    guard let warning = observation.warning else {
      preconditionFailure("An observation is a warning or a breach.")
    }
    return Event(warning, on: stream, at: at, by: actor, id: id)
  }
}
