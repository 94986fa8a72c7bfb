public import CasefileModel

/// How the rows of one source become events: a JSON file that a person writes, so that a new source
/// needs no code.
///
/// `Schemas/import-profile.schema.json` describes every member, and `Schemas/profiles/` has profiles
/// to begin from. The members that every profile has:
///
/// | member | meaning |
/// |---|---|
/// | `profile`, `version` | the profile's own name and version, kept with each batch |
/// | `source` | the id of the source system; ids of events are derived from it, so it never changes |
/// | `mode` | `snapshots`: a row is the full state after an update; `events` comes later |
/// | `csv` | delimiter, quote, encoding, and the markers of unknown values |
/// | `time` | formats, tried in turn, and the zone of times that state none |
/// | `ticket`, `order`, `recordKey` | columns: whose row it is, the order of its rows, the row's own id |
/// | `eventTime`, `writtenAt` | columns: when it happened, when the source wrote the row |
/// | `actor` | column, identity and kind of who did it |
/// | `tags` | which tags events get: `agent`, `group`, `client` |
/// | `leaking` | columns that carry later values backwards and are never read |
/// | `records` | what the source records at all, as event types; the rest is not assessable |
/// | `snapshots` | which column is the state, the group, the assignee and so on |
public struct ImportProfile: Sendable {
  /// What a row of the source is.
  public enum Mode: String, Sendable, CaseIterable {
    /// The full state of a ticket after an update.
    case snapshots
    /// One or more actions.
    case events
  }

  /// What is done with columns that the profile does not name.
  enum OtherColumns: String, CaseIterable { case refuse, ignore }

  /// Which opaque ids become tags, for queries of the log.
  enum TagKind: String, CaseIterable { case agent, group, client }

  /// Who did it.
  struct ActorRule: Sendable {
    var column: String
    var kind: Actor.Kind
    /// The kinds of single ids, such as those of rules and bots.
    var kinds: [String: Actor.Kind]
  }

  /// The profile's name.
  public let name: String
  /// The profile's version.
  public let version: String
  /// The id of the source system.
  public let source: String
  /// What a row is.
  public let mode: Mode
  /// What the source records at all: event types, or families such as `message.*`.
  public let records: [String]
  /// The hash of the profile's text.
  public let sha256: Digest

  let dialect: CSVDialect
  let unknownMarkers: [String]
  let timeFormats: [TimeFormat]
  let zoneSeconds: Int64
  let ticket: String
  let order: String?
  let recordKey: [String]
  let eventTime: String
  let writtenAt: String?
  let actor: ActorRule
  let tags: Set<TagKind>
  let leaking: [String]
  let otherColumns: OtherColumns
  let snapshots: SnapshotRules

  /// Reads a profile.
  ///
  /// - Throws: `ImportError` `.profileInvalid` with every mistake, each with its member's path and
  ///   what would be right; `.notSupported` for what comes in a later version.
  public init(parsing text: some Collection<UInt8>) throws(ImportError) {
    let bytes = Array(text)
    guard bytes.count <= ImportLimits.profileSizeBytes else {
      throw ImportError(
        .profileInvalid,
        "the profile has \(bytes.count) bytes; the limit is \(ImportLimits.profileSizeBytes)")
    }
    let json: JSONValue
    do {
      json = try JSONValue(parsing: bytes)
    } catch {
      throw ImportError(
        .profileInvalid, "the profile is \(error.message)", position: error.offset, cause: error)
    }
    let mistakes = ProfileMistakes()
    var reader = ProfileReader(json, path: "", mistakes: mistakes)
    name = reader.text("profile", "a name such as acme-servicenow")
    version = reader.text("version", "a text such as 1")
    source = reader.opaqueID("source", "an id such as servicenow-eu")
    mode = reader.word("mode", Mode.self) ?? .snapshots
    reader.skip("$schema", "title", "about")
    var csv = reader.object("csv", isRequired: false)
    dialect = CSVDialect(&csv)
    unknownMarkers = csv.texts("unknown", "a list of texts such as [\"?\", \"N/A\"]")
    csv.finish()
    var time = reader.object("time")
    timeFormats = time.timeFormats("formats")
    zoneSeconds = time.zone("zone")
    time.finish()
    ticket = reader.text("ticket", "the column that holds the ticket's id")
    order = reader.optionalText("order")
    recordKey = reader.textOrTexts("recordKey")
    eventTime = reader.text("eventTime", "the column that holds when it happened")
    writtenAt = reader.optionalText("writtenAt")
    var actorReader = reader.object("actor")
    actor = ActorRule(&actorReader)
    actorReader.finish()
    tags = Set(reader.words("tags", TagKind.self))
    leaking = reader.texts("leaking", "a list of columns such as [\"closed_at\"]")
    otherColumns = reader.word("otherColumns", OtherColumns.self, isRequired: false) ?? .refuse
    records = reader.records("records")
    if mode == .events { mistakes.postpone("mode: events is not there yet; use snapshots") }
    reader.skip("events")
    var rules = reader.object("snapshots", isRequired: mode == .snapshots)
    snapshots = SnapshotRules(&rules)
    rules.finish()
    reader.finish()
    sha256 = ImportHash.digest(of: bytes)
    if mistakes.isEmpty { checkColumns(mistakes) }
    try mistakes.throwIfAny()
  }

  /// Finds columns that have two roles: each changed column gives exactly one event.
  private func checkColumns(_ mistakes: ProfileMistakes) {
    var uses: [String: String] = [:]
    let fixed = [("ticket", ticket), ("eventTime", eventTime), ("actor.column", actor.column)]
    let leaks = leaking.map { ("leaking", $0) }
    for (path, column) in snapshots.columns + leaks + (order.map { [("order", $0)] } ?? []) {
      if let other = uses.updateValue(path, forKey: column) {
        mistakes.note(path, "the column \(column) has a role already, in \(other)")
      }
    }
    for (path, column) in fixed {
      guard let other = uses[column] else { continue }
      mistakes.note(other, "the column \(column) has a role already, in \(path)")
    }
    for (path, columns) in [("recordKey", recordKey), ("writtenAt", writtenAt.map { [$0] } ?? [])] {
      for column in columns where leaking.contains(column) {
        mistakes.note(path, "the column \(column) is listed in leaking and is never read")
      }
    }
  }
}

extension CSVDialect {
  fileprivate init(_ reader: inout ProfileReader) {
    self.init()
    delimiter = reader.byte("delimiter") ?? delimiter
    quote = reader.byte("quote") ?? quote
    if delimiter == quote {
      reader.note("quote", "it is the same as the delimiter; files mostly have \\\" here")
    }
    guard let encoding = reader.optionalText("encoding"), encoding.lowercased() != "utf-8" else {
      return
    }
    reader.postpone("encoding", "\(encoding) can't be read yet; make the file UTF-8 with iconv")
  }
}

extension ImportProfile.ActorRule {
  fileprivate init(_ reader: inout ProfileReader) {
    column = reader.personColumn()
    kind = reader.enumeration("kind", Actor.Kind.self) ?? .agent
    kinds = reader.map("kinds") { reader, name in reader.enumeration(name, Actor.Kind.self) }
  }
}
