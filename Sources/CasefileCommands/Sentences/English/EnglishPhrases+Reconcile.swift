import CasefileInterchange

extension EnglishPhrases {
  func reconciled(_ found: Reconciliation) -> String {
    let head = "\(count(found.rows, "row")), \(count(found.tickets, "ticket")): "
    guard found.differences > 0 else { return head + "the store agrees with the export" }
    func number(_ kind: Reconciliation.Difference.Kind) -> Int { found.counts[kind] ?? 0 }
    let parts = [
      (number(.ticketMissing), "ticket", "missing in the store"),
      (number(.ticketGone), "ticket", "gone from the export"),
      (number(.field), "field", "with another value"),
      (number(.rowNew), "row", "not imported"),
      (number(.rowChanged), "record", "changed in the source"),
      (number(.rowRejected), "row", "that can't be imported"),
    ]
    return head + count(found.differences, "difference") + ": "
      + parts.filter { $0.0 > 0 }.map { "\(count($0.0, $0.1)) \($0.2)" }.joined(separator: ", ")
  }

  func difference(
    _ kind: Reconciliation.Difference.Kind, ticket: String, field: String, store: String?,
    export: String?, reason: String
  ) -> String {
    switch kind {
    case .ticketMissing: "ticket \(ticket) is missing in the store"
    case .ticketGone: "ticket \(ticket) is in the store, and the export does not have it"
    case .field:
      "ticket \(ticket): \(field) is \(store ?? "empty") in the store, \(export ?? "empty") in the "
        + "export"
    case .rowNew: "ticket \(ticket): the row is not imported"
    case .rowChanged: "ticket \(ticket): the record was imported with other content"
    case .rowRejected: "the row can't be imported: \(reason)"
    }
  }
}
