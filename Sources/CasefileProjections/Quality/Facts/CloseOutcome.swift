import CasefileModel

/// What the close of a ticket gives a metric of the basis `company`.
enum CloseOutcome {
  /// Whether it is so, of which close, with the event by which the client came again.
  case share(Bool, closedAt: Timestamp, again: Position?)
  case omitted(Metric.Omission)

  /// Judges a close.
  ///
  /// - Parameter repeats: what is known of repeats within some seconds.
  init(
    of metric: Metric, _ course: some ClosedCourse, at now: Timestamp, _ rules: FindingRules,
    _ repeats: (_ closedAt: Timestamp, _ seconds: Int64) -> ClientContacts.Answer
  ) {
    guard let closedAt = course.closedAt, closedAt <= now else {
      self = .omitted(.notEnded)
      return
    }
    guard !course.isVoid else {
      self = .omitted(.void)
      return
    }
    let window = rules.followUpSeconds
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
    guard isWanted else {
      self = .share(false, closedAt: closedAt, again: nil)
      return
    }
    let isRepeat = metric == .repeatContacts
    switch repeats(closedAt, window) {
    case .repeated(let position): self = .share(isRepeat, closedAt: closedAt, again: position)
    case .none: self = .share(!isRepeat, closedAt: closedAt, again: nil)
    case .possible: self = .omitted(.possibleRepeat)
    case .clientUnknown: self = .omitted(.noClient)
    }
  }
}
