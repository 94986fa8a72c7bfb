import Casefile
import CasefileLog
import CasefileModel

/// What `log stat` and `log verify` print.
enum LogReport {
  static func json(_ statistics: LogStatistics, of identity: StoreIdentity) -> JSONValue {
    [
      "events": JSONValue(statistics.events), "streams": JSONValue(statistics.streams),
      "root": .string(statistics.root.description),
      "firstRecordedAt": JSONValue(statistics.firstRecordedAt),
      "lastRecordedAt": JSONValue(statistics.lastRecordedAt),
      "bytes": JSONValue(statistics.bytes),
      "envelopeBytes": JSONValue(statistics.envelopeBytes),
      "contentBytes": JSONValue(statistics.contentBytes),
      "indexedEvents": JSONValue(statistics.indexedEvents), "id": .string(identity.id),
      "origin": .string(identity.origin), "formatVersion": .int(Int64(identity.formatVersion)),
      "createdAt": JSONValue(identity.createdAt),
    ]
  }

  static func lines(_ statistics: LogStatistics, of identity: StoreIdentity) -> [String] {
    let rows: [(String, String)] = [
      ("events", "\(statistics.events)"),
      ("streams", "\(statistics.streams)"),
      ("root", statistics.root.description),
      ("first recorded", statistics.firstRecordedAt?.description ?? "never"),
      ("last recorded", statistics.lastRecordedAt?.description ?? "never"),
      (
        "bytes",
        "\(statistics.bytes), of them \(statistics.envelopeBytes) in envelopes and "
          + "\(statistics.contentBytes) in contents"
      ),
      ("indexed", "\(statistics.indexedEvents) events"),
      ("store", identity.id),
      ("origin", identity.origin),
      ("format", "\(identity.formatVersion)"),
      ("created", identity.createdAt.description),
    ]
    return rows.map { DisplayWidth.pad($0.0, to: 16) + VisibleText.escape($0.1) }
  }

  static func json(_ report: VerificationReport) -> JSONValue {
    [
      "ok": .bool(report.isSound), "events": JSONValue(report.events),
      "root": .string(report.root.description),
      "problems": .array(
        report.problems.map {
          [
            "position": JSONValue($0.position?.rawValue), "what": .string($0.what.rawValue),
            "message": .string($0.message),
          ]
        }),
      "unlistedProblems": JSONValue(report.unlistedProblems),
    ]
  }

  static func lines(_ report: VerificationReport) -> [String] {
    let problems = report.problems.map { problem in
      VisibleText.escape(
        (problem.position.map { "position \($0): " } ?? "")
          + "\(problem.message) [\(problem.what.rawValue)]")
    }
    let count = problems.count + report.unlistedProblems
    let verdict =
      report.isSound
      ? "sound: \(report.events) events, root \(report.root)"
      : "not sound: \(count) problems in \(report.events) events, root \(report.root)"
    return problems + [verdict]
  }
}
