import CasefileProjections

/// What findings say.
protocol FindingPhrases: Sendable {
  /// The name of a code in a few words.
  func title(of code: FindingCode) -> String
  /// What was found, in one sentence without its end.
  func sentence(_ words: FindingWords) -> String
  func findingsTitle(_ ticket: String, at time: String) -> String
  func findingsFound(_ count: Int, tickets: Int) -> String
  /// A clock's verdict with an act and without it; nil: there would be no such instance.
  func clockEffect(clock: String, instance: Int, verdict: String, without: String?) -> String
  func notFound(_ titles: String) -> String
  func notAssessable(_ titles: String, _ why: String) -> String
  func gap(_ gap: FindingAnswer.Gap) -> String
  func findingRules(_ ruleSet: String?, version: Int64, limits: String) -> String
  /// Of the table of counts: code, findings, tickets with one, without, not assessable, contacts, share.
  var findingColumns: [String] { get }
}
