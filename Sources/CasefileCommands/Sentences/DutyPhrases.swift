import CasefileProjections

/// Whether somebody was at work, in words. Times and names come as texts.
protocol DutyPhrases: Sendable {
  /// Such as `on duty`, without the event.
  func standing(_ standing: AgentDuty.Standing.Kind) -> String
  /// The parts of a span, each a standing, its time, and the event that says so.
  func duty(_ parts: [String]) -> String
  /// One part; the duration is nil where it lasts.
  func dutyPart(_ standing: String, from: String?, duration: String?) -> String
  /// An offer that was open within a span.
  func openOffer(to: String?, toGroup: String?, since: String, until: String?, outcome: String)
    -> String
  /// What became of an offer.
  func outcome(_ outcome: AgentEntry.OfferOutcome) -> String
  /// A time after the giver's shift with an offer open.
  func unattended(_ duration: String, offeredTo: String) -> String
  /// Whom an offer without a name was made to.
  var anybody: String { get }
  /// What is said of the holder at a breach.
  func heldAtBreach(by holder: String?, standing: String, offer: String?) -> String
  /// The event names another holder than the history shows.
  func statedHolder(_ holder: String) -> String
  /// What an open offer at a breach says.
  func offered(to: String, since: String) -> String
}
