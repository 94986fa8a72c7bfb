import ArgumentParser
import Casefile
import CasefileInterchange
import CasefileModel
import Foundation

/// `casefile import reconcile`.
struct ImportReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Compare an export of a source with the store, and write nothing.",
    discussion: """
      For those who run both systems side by side. It tells the tickets that the store does not have \
      and those that the export does not have any more, the fields in which a ticket's state differs \
      from its last row, the rows that are not imported, and the records that the source has \
      changed. Exit status 1 where there is a difference.

      With --format json the first line counts, and each other one is a difference.

      Example:
        casefile import reconcile export.csv.gz --profile desk.json --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @OptionGroup var source: ImportSourceOptions

  @Option(help: "The language, en or ru; without it the locale's.")
  var lang: Language?

  func run() async throws {
    let phrases = (lang ?? .ofLocale(ProcessInfo.processInfo.environment)).phrases
    try await common.withStore { store in
      let found = try ImportAdapter.reconcile(source, store)
      let output = OutputBuffer()
      switch common.format {
      case .json:
        try output.line(ReconcileReport.json(found))
        try found.forEach { try output.line(ReconcileReport.json($0)) }
      case .text:
        try output.line(phrases.reconciled(found))
        try found.forEach { try output.line("  " + ReconcileReport.text($0, phrases)) }
      }
      try output.flush()
      if found.differences > 0 { throw SilentFailure(status: .no) }
    }
  }
}

/// Differences in words and in JSON.
enum ReconcileReport {
  static func json(_ found: Reconciliation) -> JSONValue {
    func count(_ kind: Reconciliation.Difference.Kind) -> JSONValue {
      JSONValue(found.counts[kind] ?? 0)
    }
    return [
      "rows": JSONValue(found.rows), "tickets": JSONValue(found.tickets),
      "differences": JSONValue(found.differences), "ticketsMissing": count(.ticketMissing),
      "ticketsGone": count(.ticketGone), "fields": count(.field), "rowsNew": count(.rowNew),
      "rowsChanged": count(.rowChanged), "rowsRejected": count(.rowRejected),
    ]
  }

  static func json(_ difference: Reconciliation.Difference) -> JSONValue {
    [
      "kind": .string(difference.kind.rawValue), "ticket": JSONValue(difference.ticket),
      "field": JSONValue(difference.field), "store": JSONValue(difference.store),
      "export": JSONValue(difference.export), "file": JSONValue(difference.file),
      "line": JSONValue(difference.line), "reason": JSONValue(difference.reason),
    ]
  }

  static func text(_ difference: Reconciliation.Difference, _ phrases: any Phrases) -> String {
    let place = [difference.file, difference.line.map { "\($0)" }].compactMap { $0 }
      .map { VisibleText.escape($0) }.joined(separator: ":")
    return (place.isEmpty ? "" : place + ": ")
      + phrases.difference(
        difference.kind, ticket: VisibleText.escape(difference.ticket ?? "?"),
        field: VisibleText.escape(difference.field ?? ""), store: shown(difference.store),
        export: shown(difference.export),
        reason: VisibleText.escape(difference.reason ?? ""))
  }

  /// Enough of a value to know it by; JSON has the whole.
  private static func shown(_ text: String?) -> String? {
    text.map { VisibleText.escape($0.count > 80 ? $0.prefix(79) + "…" : $0) }
  }
}
