import CasefileModel

/// How clients came, to whom tickets came, and what was done on them.
extension Meter {
  /// Each time that somebody became responsible, however that came about.
  mutating func measureArrivals() {
    for span in one.state.responsibility {
      add(1, at: span.from, [span.position], agent: span.holder)
    }
  }

  // MARK: The way in

  mutating func measureTimeToFind() {
    guard let (entry, payload) = opening else { return }
    guard let seconds = payload.secondsToFind else { return omit(.noTime) }
    guard seconds >= 0 else { return omit(.outsideScale) }
    add(seconds, at: entry.occurredAt, [entry.position], agent: one.agent(of: entry))
  }

  /// A way of no steps can't be told from one that is not stated.
  mutating func measureEntrySteps() {
    guard let (entry, payload) = opening else { return }
    guard !payload.entryPath.isEmpty else { return omit(.noPath) }
    add(
      Int64(payload.entryPath.count), at: entry.occurredAt, [entry.position],
      agent: one.agent(of: entry))
  }

  // MARK: What was done and seen

  mutating func measureDiagnosticActs() {
    for (entry, payload) in one.all(TicketDiagnosticStep.self) {
      add(
        1, at: entry.occurredAt, [entry.position], agent: one.agent(of: entry),
        part: payload.stepCode)
    }
  }

  /// Of whoever was under it: the holder then.
  mutating func measureStressFlags() {
    for (entry, payload) in one.all(TicketSentimentFlagged.self) {
      add(
        1, at: entry.occurredAt, [entry.position], agent: one.holder(at: entry.effectiveAt),
        part: payload.flag.word)
    }
  }
}
