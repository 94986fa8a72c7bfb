internal import CasefileModel

/// One kind of file of a source: which of its columns is what, and what its rows become.
struct SourceTable: Sendable {
  /// What the values of a column identify people by.
  enum Identity: String, CaseIterable, Sendable { case opaque, name, email, phone }

  /// What is done with columns that the profile does not name.
  enum OtherColumns: String, CaseIterable { case refuse, ignore }

  /// Who did it.
  struct ActorRule: Sendable {
    /// The column of the id; nil where the source does not say who.
    var column: String?
    var identity: Identity
    var kind: Actor.Kind
    /// The kinds of single ids, such as those of rules and bots.
    var kinds: [String: Actor.Kind]
  }

  /// How several rows are one record: those of the same record key, in the order of a column.
  struct Join: Sendable {
    let order: String
    /// The columns whose texts are joined, with what stands between.
    let texts: [(column: String, between: String)]
  }

  /// What tells it from other tables of the profile; empty where there is only one.
  let name: String
  /// The kind of the streams that `ticket` names.
  let streamKind: String
  let ticket: String
  let order: String?
  let recordKey: [String]
  let eventTime: String
  let writtenAt: String?
  let actor: ActorRule
  let leaking: [String]
  let otherColumns: OtherColumns
  /// Columns of whole numbers that the source may write as `12.0`.
  let wholeNumbers: [String]
  let join: Join?
  /// What columns identify people by, where it isn't an opaque id.
  let identities: [String: Identity]
  let rules: [EventRule]
  let columns: RuleColumns

  /// The columns that every row has whatever the rules say.
  var fixedColumns: [(path: String, column: String)] {
    var all = [("ticket", ticket), ("eventTime", eventTime)]
    if let column = actor.column { all.append(("actor.column", column)) }
    return all
  }
}
