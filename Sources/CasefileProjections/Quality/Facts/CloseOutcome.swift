import CasefileModel

/// What the close of a ticket gives a metric of the basis `company`.
enum CloseOutcome {
  /// Whether it is so, of which close, with the event by which the client came again.
  case share(Bool, closedAt: Timestamp, again: Position?)
  case omitted(Metric.Omission)

  /// Judges a close by the ticket alone; nil where it depends on whether the client came again.
  ///
  /// - Parameter window: how many seconds after the close the client may come again.
  @inline(__always)
  init?(
    ofTicket course: some ClosedCourse, _ metric: Metric, at now: Timestamp, within window: Int64
  ) {
    guard let closedAt = course.closedAt, closedAt <= now else {
      self = .omitted(.notEnded)
      return
    }
    guard !course.isVoid else {
      self = .omitted(.void)
      return
    }
    guard FindingCase.seconds(closedAt, now) > window else {
      self = .omitted(.windowOpen)
      return
    }
    let isWanted: Bool
    switch metric {
    case .oneReply:
      guard course.touchCount > 0 else {
        self = .omitted(.noReply)
        return
      }
      isWanted = course.touchCount == 1 && !course.isReopened
    case .firstContact:
      guard course.isAnswered else {
        self = .omitted(.noReply)
        return
      }
      isWanted = course.laterTurnCount == 0 && !course.isReopened
    default: isWanted = true
    }
    if isWanted { return nil }
    self = .share(false, closedAt: closedAt, again: nil)
  }

  /// Judges a close that depends on it.
  @inline(__always)
  init(_ metric: Metric, closedAt: Timestamp, _ repeats: ClientContacts.Answer) {
    let isRepeat = metric == .repeatContacts
    switch repeats {
    case .repeated(let position): self = .share(isRepeat, closedAt: closedAt, again: position)
    case .none: self = .share(!isRepeat, closedAt: closedAt, again: nil)
    case .possible: self = .omitted(.possibleRepeat)
    case .clientUnknown: self = .omitted(.noClient)
    }
  }

  /// Judges a close.
  ///
  /// - Parameter repeats: what is known of repeats within some seconds.
  init(
    of metric: Metric, _ course: some ClosedCourse, at now: Timestamp, _ rules: FindingRules,
    _ repeats: (_ closedAt: Timestamp, _ seconds: Int64) -> ClientContacts.Answer
  ) {
    let window = rules.followUpSeconds
    if let known = CloseOutcome(ofTicket: course, metric, at: now, within: window) {
      self = known
    } else {
      // Only a close depends on it.
      let closedAt = course.closedAt ?? now
      self.init(metric, closedAt: closedAt, repeats(closedAt, window))
    }
  }
}
