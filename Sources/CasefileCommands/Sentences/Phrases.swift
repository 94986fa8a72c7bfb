import CasefileModel
import CasefileProjections

/// All that one language says. Each requirement is a whole phrase, so that no grammar stands in the
/// code that prints, and a language in which one is missing does not compile.
protocol Phrases: EventPhrases, HeadPhrases, TimelinePhrases, AuditPhrases, DutyPhrases,
  AgentPhrases, ClientPhrases, TablePhrases, DeadlinePhrases, PolicyPhrases, ReconcilePhrases,
  ReportPhrases, FindingPhrases, MetricPhrases, FigurePhrases, KPIPhrases,
  ClientReportPhrases
{}

/// What happened, in words.
protocol EventPhrases: Sendable {
  /// A sentence for a type that has one of its own; nil for others.
  func sentence(for type: String, _ fields: inout EventFields, _ actor: Actor) -> Sentence?
  /// The short name of a type, such as `tag added`; nil for types of others.
  func title(of type: String) -> String?
  /// A fixed word of the vocabulary.
  ///
  /// - Parameter enumeration: the enumeration that it belongs to, where that is known.
  func word(_ word: String, of enumeration: String?) -> String
  /// The name of a field.
  func label(_ field: String) -> String
  /// A number of seconds in its two largest units.
  func duration(_ seconds: Int64) -> String
  /// Whoever acted: a name or an id behind the kind of actor.
  func actor(kind: Actor.Kind, name: String?, hasRealName: Bool, behalf: String?) -> String
  /// A number of bytes.
  func bytes(_ count: Int64) -> String
  /// A content that was erased.
  var erased: String { get }
  /// True.
  var yes: String { get }
  /// False.
  var no: String { get }
  /// How a text is put between marks.
  func quoted(_ text: String) -> String
}

/// What the rows of a timeline say besides the events themselves.
protocol TimelinePhrases: Sendable {
  /// A number of events.
  func events(_ count: Int) -> String
  /// There is no row to show.
  var noEvents: String { get }
  /// How an event came in.
  func basis(_ basis: Origin.Basis) -> String
  /// Corrected by the events at these positions.
  func corrected(by positions: String) -> String
  /// Retracted by the event at this position.
  func retracted(by position: String) -> String
  /// A day and holder in short.
  func run(holder: String?, count: Int, kinds: String) -> String
  /// The positions of a run.
  func positions(_ ranges: String) -> String
  /// Said below a folded timeline.
  func folded(_ count: Int) -> String
  /// So many events before the first instant asked for.
  func leftOut(_ count: Int, before time: String) -> String
  /// So many events at or after the end asked for.
  func leftOut(_ count: Int, from time: String) -> String
  /// So many events of other topics.
  func leftOut(_ count: Int, otherThan topics: [EventTopic]) -> String
  /// So many events that are not for the client.
  func withheld(_ count: Int, _ visibility: Visibility, _ ranges: String) -> String
  /// Said where texts are not shown.
  func textsHidden(_ count: Int) -> String
  /// Said where texts are shortened.
  func textsShortened(_ count: Int) -> String
  /// The mark before a row of another ticket.
  func ticket(_ id: String) -> String
  /// A date that was read as an instant.
  func read(_ option: String, _ date: String, as instant: String, in zone: String) -> String
}
