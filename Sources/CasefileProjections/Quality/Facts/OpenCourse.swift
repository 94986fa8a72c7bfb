import CasefileModel

/// What of a ticket's course tells how it stands at an instant.
protocol OpenCourse {
  var openedAt: Timestamp? { get }
  /// Since when somebody has to see to it, after the last reopening; nil: nobody has to.
  var openSince: Timestamp? { get }
  /// The newest act of a human on it.
  var lastWorkAt: Timestamp? { get }
  /// Whether a wait has no end ahead, and else when the last one ends.
  var hasOpenWait: Bool { get }
  var waitsUntil: Timestamp? { get }
}

/// What an open ticket does at an instant.
enum BacklogPart: String {
  case unheld, waiting, working

  /// Nil where the ticket is not open.
  init?(_ course: some OpenCourse, hasHolder: Bool, at now: Timestamp) {
    guard course.openSince != nil, let opened = course.openedAt, opened <= now else { return nil }
    let isWaiting = course.hasOpenWait || course.waitsUntil.map { $0 > now } ?? false
    self = !hasHolder ? .unheld : isWaiting ? .waiting : .working
  }
}

/// How long nobody has touched an open ticket.
struct Silence {
  /// Whether longer than the limit; a wait whose own end lies ahead excuses it.
  let isStale: Bool
  /// Whether somebody worked on it since it was opened.
  let hasWorked: Bool

  /// Nil where the ticket is not open.
  init?(_ course: some OpenCourse, at now: Timestamp, _ rules: FindingRules) {
    guard let since = course.openSince, since <= now else { return nil }
    hasWorked = course.lastWorkAt.map { $0 > since } ?? false
    let quiet = hasWorked ? course.lastWorkAt ?? since : since
    let limit = rules.seconds(.staleDays, for: .hung)
    isStale =
      FindingCase.seconds(quiet, now) > limit && !(course.waitsUntil.map { $0 > now } ?? false)
  }
}
