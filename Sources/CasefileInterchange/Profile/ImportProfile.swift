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
/// | `mode` | `snapshots`: a row is the full state after an update; `events`: a row is actions |
/// | `csv` | delimiter, quote, encoding, and the markers of unknown values |
/// | `time` | formats, tried in turn, and the zone of times that state none |
/// | `ticket`, `order`, `recordKey` | columns: whose row it is, the order of its rows, the row's own id |
/// | `eventTime`, `writtenAt` | columns: when it happened, when the source wrote the row |
/// | `actor` | column, identity and kind of who did it |
/// | `tags` | which tags events get: `agent`, `group`, `client` |
/// | `leaking` | columns that carry later values backwards and are never read |
/// | `records` | what the source records at all, as event types; the rest is not assessable |
/// | `snapshots` | which column is the state, the group, the assignee and so on |
/// | `events`, `tables` | the rules that make events of rows; the kinds of files, where there are several |
public struct ImportProfile: Sendable {
  /// What a row of the source is.
  public enum Mode: String, Sendable, CaseIterable {
    /// The full state of a ticket after an update.
    case snapshots
    /// One or more actions.
    case events
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
  let zone: SourceZone
  let tags: Set<PersonRole>
  /// The kinds of files; one in mode snapshots.
  let tables: [SourceTable]
  let snapshots: SnapshotRules

  /// Reads a profile.
  ///
  /// - Throws: `ImportError` `.profileInvalid` with every mistake, each with its member's path and
  ///   what would be right.
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
    zone = time.zone("zone")
    time.finish()
    tags = Set(reader.words("tags", PersonRole.self))
    tables = ImportProfile.tables(&reader, mode: mode)
    records = reader.records("records")
    if mode == .events, reader.has("snapshots") {
      reader.note("snapshots", "mode events has rules in events instead")
    }
    var rules = reader.object("snapshots", isRequired: mode == .snapshots)
    snapshots = SnapshotRules(&rules)
    rules.finish()
    reader.finish()
    sha256 = Digest.sha256(bytes)
    if mistakes.isEmpty { checkColumns(mistakes) }
    try mistakes.throwIfAny()
  }

  /// The table of the profile itself, or those of `tables`.
  private static func tables(_ reader: inout ProfileReader, mode: Mode) -> [SourceTable] {
    guard mode == .events, reader.has("tables") else {
      if reader.has("tables") { reader.note("tables", "only mode events has several tables") }
      reader.skip("tables")
      return [SourceTable(&reader, name: "", mode: mode)]
    }
    var tables: [SourceTable] = []
    for (_, var inner) in reader.objects("tables", "a list of the kinds of files") {
      let name = inner.text("name", "a name such as messages")
      if !name.isEmpty, tables.contains(where: { $0.name == name }) {
        inner.note("name", "\(name) stands here twice")
      }
      tables.append(SourceTable(&inner, name: name, mode: mode))
      inner.finish()
    }
    if tables.isEmpty, reader.mistakes.isEmpty {
      reader.note("tables", "it should have at least one kind of file")
    }
    return tables
  }

  /// Finds columns that have two roles: each changed column gives exactly one event.
  private func checkColumns(_ mistakes: ProfileMistakes) {
    for (index, table) in tables.enumerated() {
      table.check(table.name.isEmpty ? "" : "tables[\(index)].", mistakes)
    }
    guard mode == .snapshots else { return }
    let table = tables[0]
    var uses: [String: String] = [:]
    let leaks = table.leaking.map { ("leaking", $0) }
    for (path, column) in snapshots.columns + leaks + (table.order.map { [("order", $0)] } ?? []) {
      if let other = uses.updateValue(path, forKey: column) {
        mistakes.note(path, "the column \(column) has a role already, in \(other)")
      }
    }
    for (path, column) in table.fixedColumns {
      guard let other = uses[column] else { continue }
      mistakes.note(other, "the column \(column) has a role already, in \(path)")
    }
  }
}

extension ImportProfile {
  // What mode snapshots asks of its one table.
  var ticket: String { tables[0].ticket }
  var order: String? { tables[0].order }
  var recordKey: [String] { tables[0].recordKey }
  var actor: SourceTable.ActorRule { tables[0].actor }

  /// Whether some column identifies people by names, addresses or numbers.
  var identifiesPeople: Bool {
    let columns = [snapshots.assignee, snapshots.client, snapshots.openedBy]
    return columns.contains { $0.map { $0.identity != .opaque } ?? false }
      || tables.contains { table in
        table.actor.identity != .opaque || table.identities.values.contains { $0 != .opaque }
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
    guard let text = reader.optionalText("encoding") else { return }
    // People write UTF8, utf_16 and Windows-1251.
    let plain = { (name: String) in name.lowercased().filter { $0.isLetter || $0.isNumber } }
    if let found = TextEncoding.allCases.first(where: { plain($0.rawValue) == plain(text) }) {
      encoding = found
    } else {
      let known = TextEncoding.allCases.map(\.rawValue)
      let near = NearMatch.best(for: text, in: known)
      reader.note(
        "encoding",
        "\(text) can't be read" + (near.map { "; is it \($0)?" } ?? ".")
          + " Known: \(known.joined(separator: ", ")). Others: make the file UTF-8 with iconv")
    }
  }
}
