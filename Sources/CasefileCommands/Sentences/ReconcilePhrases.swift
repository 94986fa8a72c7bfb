import CasefileInterchange

/// What is said of an export that is compared with the store. Names and values come escaped.
protocol ReconcilePhrases: Sendable {
  func reconciled(_ found: Reconciliation) -> String
  func difference(
    _ kind: Reconciliation.Difference.Kind, ticket: String, field: String, store: String?,
    export: String?, reason: String
  ) -> String
}
