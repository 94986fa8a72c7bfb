import CasefileInterchange
import CasefileModel

/// Imports in words and in JSON.
enum ImportReport {
  /// What the import's own events say; unknown is null.
  static func json(_ record: ImportRecord) -> JSONValue {
    let completed = record.completed
    return [
      "batch": .string(record.batch), "status": .string(record.status.rawValue),
      "source": JSONValue(record.source), "profile": JSONValue(record.started?.profileId),
      "profileVersion": JSONValue(record.started?.profileVersion),
      "position": JSONValue(record.position?.rawValue),
      "startedAt": JSONValue(record.startedAt), "completedAt": JSONValue(record.completedAt),
      "retractedAt": JSONValue(record.retraction?.recordedAt),
      "expectedRows": number(record.started?.expectedRows), "rows": number(completed?.rows),
      "events": number(completed?.events), "streams": number(completed?.streams),
      "duplicates": number(completed?.duplicates), "rejected": number(completed?.rejected),
      "unmapped": number(completed?.unmapped),
      "fromTime": JSONValue(completed?.fromTime), "toTime": JSONValue(completed?.toTime),
      "supersedes": JSONValue(record.started?.supersedes),
    ]
  }

  /// The same with what the log holds of it.
  static func json(_ record: ImportRecord, _ contents: ImportContents) -> JSONValue {
    guard case .object(let members) = json(record) else { return json(record) }
    let types = contents.eventsByType.sorted { $0.key < $1.key }.map {
      JSONValue.Member($0.key, JSONValue($0.value))
    }
    return .object(
      members + [
        .init("files", .array((record.started?.files ?? []).map(json))),
        .init("records", .array((record.started?.records ?? []).map { .string($0) })),
        .init("retractions", .array(record.retractions.map(json))),
        .init(
          "stored",
          [
            "events": JSONValue(contents.events), "streams": JSONValue(contents.streams),
            "tickets": JSONValue(contents.tickets),
            "eventsByType": .object(types), "fromTime": JSONValue(contents.firstTime),
            "toTime": JSONValue(contents.lastTime),
          ]),
      ])
  }

  private static func json(_ file: ImportFile) -> JSONValue {
    [
      "ordinal": number(file.ordinal), "sizeBytes": number(file.sizeBytes),
      "sha256": JSONValue(file.sha256.map { Hex.encode($0) }),
    ]
  }

  private static func json(_ retraction: ImportRecord.Retraction) -> JSONValue {
    [
      "position": JSONValue(retraction.position.rawValue), "actor": retraction.actor.json,
      "recordedAt": JSONValue(retraction.recordedAt), "reason": JSONValue(retraction.reason),
      "isInForce": .bool(retraction.isInForce),
    ]
  }

  private static func number(_ number: Int64?) -> JSONValue { number.map { .int($0) } ?? .null }

  // MARK: For people

  static func lines(_ records: [ImportRecord]) -> [String] {
    guard !records.isEmpty else { return ["no imports"] }
    let rows = records.map { record in
      [
        VisibleText.escape(record.batch), record.status.rawValue,
        VisibleText.escape(record.source ?? "?"),
        VisibleText.escape(record.started?.profileId ?? "?"),
        record.startedAt.map { Zone.utc.text($0) } ?? "?",
        text(record.completed?.rows ?? record.started?.expectedRows),
        text(record.completed?.events), text(record.completed?.streams),
        text(record.completed?.rejected),
      ]
    }
    let table = TextTable(
      columns: [
        "batch", "status", "source", "profile", "began", "rows", "events", "streams", "rejected",
      ], numbers: [5, 6, 7, 8])
    return table.lines(rows)
  }

  static func lines(_ record: ImportRecord, _ contents: ImportContents) -> [String] {
    var lines = ["Import \(VisibleText.escape(record.batch)): \(words(record.status))"]
    func add(_ name: String, _ text: String?) {
      guard let text else { return }
      lines.append("  " + DisplayWidth.pad(name, to: 13) + VisibleText.escape(text))
    }
    add("source", record.source)
    add(
      "profile",
      record.started?.profileId.map { id in
        id + (record.started?.profileVersion.map { ", version \($0)" } ?? "")
      })
    add("began", moment(record.startedAt, record.position))
    add("ended", moment(record.completedAt, record.completedPosition))
    add("replaces", record.started?.supersedes)
    for file in record.started?.files ?? [] {
      add(
        "file \(file.ordinal)",
        "\(text(file.sizeBytes)) bytes" + (file.sha256.map { ", SHA-256 \(Hex.encode($0))" } ?? ""))
    }
    if let completed = record.completed {
      add(
        "rows",
        "\(text(completed.rows)), \(text(completed.rejected)) rejected, "
          + "\(text(completed.unmapped)) values unmapped, \(text(completed.duplicates)) events were "
          + "there before")
    } else {
      add("rows", record.started?.expectedRows.map { "\($0) were read and checked" })
    }
    add("stored", "\(contents.events) events on \(contents.streams) streams")
    for (type, count) in contents.eventsByType.sorted(by: { $0.key < $1.key }) {
      add("", "\(count) \(type)")
    }
    if let first = contents.firstTime, let last = contents.lastTime {
      add("times", "\(Zone.utc.text(first)) to \(Zone.utc.text(last))")
    }
    for retraction in record.retractions {
      let actor = retraction.actor
      add(
        retraction.isInForce ? "retracted" : "taken back",
        "\(Zone.utc.text(retraction.recordedAt)) #\(retraction.position) by "
          + "\(actor.kind.name ?? "?")\(actor.id.map { " \($0)" } ?? "")"
          + (retraction.reason.map { ": \($0)" } ?? ""))
    }
    return lines
  }

  private static func words(_ status: ImportRecord.Status) -> String {
    switch status {
    case .incomplete: "incomplete; running it again completes it"
    case .complete: "complete"
    case .retracted: "retracted, it does not count"
    }
  }

  private static func moment(_ time: Timestamp?, _ position: Position?) -> String? {
    time.map { time in Zone.utc.text(time) + (position.map { " #\($0)" } ?? "") }
  }

  private static func text(_ number: Int64?) -> String { number.map { "\($0)" } ?? "?" }
}
