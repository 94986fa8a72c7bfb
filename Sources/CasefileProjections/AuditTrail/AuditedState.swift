import CasefileModel

/// The fields of a ticket's state that an audit trail compares, at one instant.
///
/// Lists that grow with every event are left out, so that keeping one of these beside the fold makes
/// the fold copy nothing but what changes.
struct AuditedState {
  private(set) var state: TicketState
  private var handoffCount = 0
  private var indirectHandoffCount = 0
  private var groupTransferCount = 0
  /// Nil before the first event: then nothing is known, not even that it is new.
  private var status: TicketStatus?

  /// Before any event.
  init() { state = TicketState(ticket: "") }

  init(_ fold: TicketFold, at instant: Timestamp) {
    state = fold.state
    status = fold.status
    handoffCount = state.handoffs.count
    indirectHandoffCount = state.indirectHandoffs.count
    groupTransferCount = state.groupTransferCount
    state.openOffer = fold.offer(openAt: instant)
    fold.answerOpening(in: &state)
    state.responsibility = []
    state.handoffs = []
    state.indirectHandoffs = []
    state.groupChanges = []
    state.pastWaits = []
    state.agreements = []
    state.contradictions = []
    state.unreadable = []
    state.touchesByAgent = [:]
  }

  /// Every field that differs, named as the state in JSON names it.
  ///
  /// - Parameter lapsedAt: for differences that time alone made: when, by field.
  static func changes(
    from before: AuditedState, to after: AuditedState,
    lapsedAt: (String) -> Timestamp? = { _ in nil }
  ) -> [AuditChange] {
    var comparison = Comparison(before: before, after: after)
    comparison.compareLifecycle()
    comparison.compareResponsibility()
    comparison.compareOutcome()
    return comparison.differences.map {
      AuditChange(
        field: $0.field, before: $0.before, after: $0.after, lapsedAt: lapsedAt($0.field))
    }
  }

  private struct Difference {
    let field: String
    let before: JSONValue
    let after: JSONValue
  }

  private struct Comparison {
    let before: AuditedState
    let after: AuditedState
    var differences: [Difference] = []

    mutating func compare<Value: Equatable>(
      _ field: String, _ value: (AuditedState) -> Value, _ json: (Value) -> JSONValue
    ) {
      let old = value(before)
      let new = value(after)
      // Unchanged lists share their storage, which `==` sees first.
      guard old != new else { return }
      differences.append(Difference(field: field, before: json(old), after: json(new)))
    }

    mutating func compare(_ field: String, text: (AuditedState) -> String?) {
      compare(field, text) { JSONValue($0) }
    }

    mutating func compare(_ field: String, time: (AuditedState) -> Timestamp?) {
      compare(field, time) { JSONValue($0) }
    }

    mutating func compare(_ field: String, count: (AuditedState) -> Int) {
      compare(field, count) { JSONValue($0) }
    }

    mutating func compareLifecycle() {
      compare("status", { $0.status }, { $0?.json ?? .null })
      compare("sourceStatus", text: { $0.state.sourceStatus })
      compare("subject", text: { $0.state.subject })
      compare("client", text: { $0.state.client })
      compare("participants", { $0.state.participants }, { .array($0.map(\.json)) })
      compare("channel", text: { $0.state.channel })
      compare("priority", text: { $0.state.priority })
      compare("topic", text: { $0.state.topic })
      compare("tags", { $0.state.tags }, { .array($0.map { .string($0) }) })
      compareFields()
      compare("links", { $0.state.links }, { .array($0.map(\.json)) })
      compare("mergedInto", text: { $0.state.mergedInto })
      compare("absorbed", { $0.state.absorbed }, { .array($0.map { .string($0) }) })
      compare("isDeleted", { $0.state.isDeleted }, { .bool($0) })
      compare("openedAt", time: { $0.state.openedAt })
      compare("statedOpenedAt", time: { $0.state.statedOpenedAt })
      compare("openedBy", { $0.state.openedBy }, { $0?.idJSON ?? .null })
    }

    private mutating func compareFields() {
      guard before.state.fields != after.state.fields else { return }
      for key in Set(before.state.fields.keys).union(after.state.fields.keys)
        .sorted(by: { $0.isBefore($1) })
      {
        compare("fields.\(key)", { $0.state.fields[key] }) { text in
          text.map { (try? JSONValue(JSONText($0))) ?? .string($0) } ?? .null
        }
      }
    }

    mutating func compareResponsibility() {
      compare("assignee", text: { $0.state.assignee })
      compare("group", text: { $0.state.group })
      compare("accountable", text: { $0.state.accountable })
      compare("accountableGroup", text: { $0.state.accountableGroup })
      compare("openOffer", { $0.state.openOffer }, { $0?.json ?? .null })
      compare("handoffCount", count: { $0.handoffCount })
      compare("indirectHandoffCount", count: { $0.indirectHandoffCount })
      compare("groupTransferCount", count: { $0.groupTransferCount })
      compare("channels", { $0.state.channels }, { .array($0.map { .string($0) }) })
      compare("firstReactionAt", time: { $0.state.firstReactionAt })
      compare("firstReplyAt", time: { $0.state.firstReplyAt })
      compare("firstReplySentAt", time: { $0.state.firstReplySentAt })
      compare("touchCount", count: { $0.state.touchCount })
    }

    mutating func compareOutcome() {
      compare("waits", { $0.state.waits }, { .array($0.map(\.json)) })
      compare("dueAt", time: { $0.state.dueAt })
      compare("resolvedAt", time: { $0.state.resolvedAt })
      compare("statedResolvedAt", time: { $0.state.statedResolvedAt })
      compare("closedAt", time: { $0.state.closedAt })
      compare("closeKind", { $0.state.closeKind }, { $0?.json ?? .null })
      compare("closedBy", { $0.state.closedBy }, { $0?.idJSON ?? .null })
      compare("confirmations", { $0.state.confirmations }, { .array($0.map(\.json)) })
      compare("reopenCount", count: { $0.state.reopenCount })
    }
  }
}
