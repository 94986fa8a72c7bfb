/// What a finding says. The words are stable: reports and agreements name them.
public enum FindingCode: String, Hashable, Sendable, CaseIterable {
  // Responsibility.

  /// Nobody was responsible for longer than the limit.
  case noResponsible
  /// Responsibility came back at once to the agent who had just given it: A, B, A.
  case pingPongAgents
  /// The ticket came back at once to the group that it had just left: A, B, A.
  case pingPongGroups
  /// It was handed over without a summary.
  case handoffWithoutSummary
  /// Responsibility was moved by an order; nobody acknowledged it.
  case handoffUnacknowledged
  /// An offer expired or lapsed with no answer.
  case handoffExpired
  /// An offer was accepted that was no longer open, or whose giver no longer held the ticket.
  case deadOfferAccepted
  /// It was offered only after the giver's shift.
  case handoffAfterShiftEnd
  /// The holder went absent, and nobody was offered the ticket.
  case absentWithoutHandoff
  /// A shift ended with the ticket listed as not handed over.
  case leftAtShiftEnd
  /// The client's next question was answered by another one than those before.
  case continuityBroken

  // Work and contact.

  /// Open, and no human touched it for longer than the limit.
  case hung
  /// A client's turn had no human reply for longer than the limit.
  case unanswered
  /// The client reminded the desk.
  case clientReminder
  /// The client had to tell it again.
  case clientRetold
  /// Somebody was spoken with where nothing is recorded.
  case untrackedContact
  /// A call has no recording.
  case recordingMissing
  /// A call was answered after more than the limit.
  case callAnsweredLate
  /// A call was given up before somebody answered.
  case callAbandoned
  /// A bad mark on an answer by a template.
  case templateDisliked
  /// A channel that the ticket uses was out of order in its time.
  case channelOutage

  // Outcome.

  /// Closed without a confirmation that the record shows.
  case closedWithoutConfirmation
  /// Closed by a rule.
  case automaticClose
  /// Opened again.
  case reopened
  /// It was closed while it was closed.
  case closedAgain
  /// The source's label says another status than what happened.
  case labelContradicted
  /// Another ticket or contact of the client on the same topic soon after a close.
  case repeatContact
  /// What was agreed was not kept, or not in time.
  case agreementNotKept
  /// A stated cause: no authority, or information that was missing.
  case statedCause

  // Clocks.

  /// It is open, and no policy matches it.
  case noDeadline
  /// A deadline passed, and the client had not been told of the delay.
  case delayWithoutNotice
  /// A wait for the client began, and no question had been sent shortly before.
  case pauseWithoutQuestion
  /// Late in a target, something was changed by which it grew.
  case lateRetarget
  /// Resolved, and soon continued by the same agent.
  case resolvedAndContinued
  /// A promised date was moved after it had passed.
  case promiseMoved
  /// Something that was written down late turns a missed deadline into a kept one.
  case recordedLate
  /// Closed in bulk, as it is stated, or with many others at the end of a month.
  case bulkClose
}
