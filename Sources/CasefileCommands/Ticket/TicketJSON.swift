import CasefileModel
import CasefileProjections

/// `ticket show --format json`: one object, every documented member present.
struct TicketJSON {
  let schema: EventSchema

  init(schema: EventSchema = .builtIn) { self.schema = schema }

  /// The whole answer: the events of the case that were asked for, in order.
  func json(_ file: CaseView, _ selection: RowSelection = RowSelection()) throws -> JSONValue {
    let (rows, rest) = selection.apply(file.rows)
    let withheld = rest.withheld.values.flatMap { $0 }.sorted()
    return [
      "ticket": .string(file.main.ticket), "version": JSONValue(file.main.version.rawValue),
      "state": state(file.main.state),
      "events": .array(
        try rows.map { try event($0.entry, of: $0.view.isContact ? nil : $0.view.ticket) }),
      "withheld": .array(withheld.map { JSONValue($0.rawValue) }),
      "spans": .array(file.responsibility.spans.map(DutyJSON.json)),
      "breaches": .array(
        file.responsibility.breaches.filter { file.main.isTold($0.position) }.map(DutyJSON.json)),
      "deadlines": deadlines(file.main),
      "mergeCircle": file.mergeCircle.map { texts($0) } ?? .null,
    ]
  }

  /// What the published policies say, then what was written down.
  private func deadlines(_ view: TicketView) -> JSONValue {
    let clocks = view.review.clocks
    return [
      "evaluatedAt": JSONValue(clocks.evaluatedAt),
      "policy": clocks.policy.map {
        ["id": .string($0.id), "version": .int($0.version)] as JSONValue
      } ?? .null,
      "notAssessable": JSONValue(clocks.reason?.rawValue),
      "clocks": .array(clocks.clocks.map { $0.summaryJSON() }),
      "recorded": .array(
        view.review.deadlines.deadlines.filter { view.isTold($0.position) }.map(\.json)),
    ]
  }

  /// The state.
  func state(_ state: TicketState) -> JSONValue {
    let groups: [[(String, JSONValue)]] = [
      about(state), responsibility(state), contact(state), outcome(state),
    ]
    return .object(groups.flatMap { $0 }.map { JSONValue.Member($0.0, $0.1) })
  }

  private func about(_ state: TicketState) -> [(String, JSONValue)] {
    [
      ("status", state.status.json), ("sourceStatus", JSONValue(state.sourceStatus)),
      ("assignee", JSONValue(state.assignee)), ("group", JSONValue(state.group)),
      ("priority", JSONValue(state.priority)), ("channel", JSONValue(state.channel)),
      ("client", JSONValue(state.client)), ("topic", JSONValue(state.topic)),
      ("tags", texts(state.tags)), ("subject", JSONValue(state.subject)),
      (
        "fields",
        .object(
          state.fields.sorted { $0.key < $1.key }.map {
            JSONValue.Member($0.key, (try? JSONValue(JSONText($0.value))) ?? .string($0.value))
          })
      ),
      (
        "participants",
        .array(state.participants.map(\.json))
      ),
      (
        "links",
        .array(state.links.map(\.json))
      ),
      ("mergedInto", JSONValue(state.mergedInto)), ("absorbed", texts(state.absorbed)),
      ("isDeleted", .bool(state.isDeleted)), ("evaluatedAt", JSONValue(state.evaluatedAt)),
    ]
  }

  private func responsibility(_ state: TicketState) -> [(String, JSONValue)] {
    [
      ("accountable", JSONValue(state.accountable)),
      ("accountableGroup", JSONValue(state.accountableGroup)),
      ("openOffer", state.openOffer?.json ?? .null),
      ("responsibility", .array(state.responsibility.map(\.json))),
      ("handoffCount", JSONValue(state.handoffCount)),
      ("indirectHandoffCount", JSONValue(state.indirectHandoffCount)),
      ("groupTransferCount", JSONValue(state.groupTransferCount)),
      (
        "groupChanges",
        .array(
          state.groupChanges.map {
            [
              "from": JSONValue($0.from), "to": JSONValue($0.to), "at": JSONValue($0.at),
              "position": JSONValue($0.position.rawValue),
            ]
          })
      ),
      ("handoffs", .array((state.handoffs + state.indirectHandoffs).map(\.json))),
    ]
  }

  private func contact(_ state: TicketState) -> [(String, JSONValue)] {
    [
      ("openedAt", JSONValue(state.openedAt)),
      ("statedOpenedAt", JSONValue(state.statedOpenedAt)),
      ("openedBy", state.openedBy?.idJSON ?? .null),
      ("firstReactionAt", JSONValue(state.firstReactionAt)),
      ("firstReplyAt", JSONValue(state.firstReplyAt)),
      ("firstReplySentAt", JSONValue(state.firstReplySentAt)),
      ("messageCount", JSONValue(state.messageCount)), ("callCount", JSONValue(state.callCount)),
      ("touchCount", JSONValue(state.touchCount)),
      ("workTouchCount", JSONValue(state.workTouchCount)), ("channels", texts(state.channels)),
      ("waits", .array(state.waits.map(\.json))),
      ("pastWaits", .array(state.pastWaits.map(\.json))),
      ("agreements", .array(state.agreements.map(\.json))),
      ("dueAt", JSONValue(state.dueAt)),
    ]
  }

  private func outcome(_ state: TicketState) -> [(String, JSONValue)] {
    [
      ("resolvedAt", JSONValue(state.resolvedAt)),
      ("statedResolvedAt", JSONValue(state.statedResolvedAt)),
      ("closedAt", JSONValue(state.closedAt)),
      ("closeKind", state.closeKind?.json ?? .null), ("closedBy", state.closedBy?.idJSON ?? .null),
      ("reopenCount", JSONValue(state.reopenCount)),
      (
        "confirmations",
        .array(state.confirmations.map(\.json))
      ),
      (
        "contradictions",
        .array(
          state.contradictions.map {
            ["kind": .string($0.kind.rawValue), "position": JSONValue($0.position.rawValue)]
          })
      ),
      ("unreadable", .array(state.unreadable.map { JSONValue($0.rawValue) })),
    ]
  }

  private func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

extension DeadlineReview {
  fileprivate var json: JSONValue {
    let word: String =
      switch verdict {
      case .breached: "breached"
      case .warned: "warned"
      case .evaluated(let verdict): verdict.word
      }
    return [
      "clock": .string(clock), "instance": instance.map { .int($0) } ?? .null,
      "verdict": .string(word), "dueAt": JSONValue(dueAt), "observedAt": JSONValue(observedAt),
      "holder": JSONValue(holder), "position": JSONValue(position.rawValue),
      "policy": JSONValue(policy), "policyVersion": policyVersion.map { .int($0) } ?? .null,
      "isImported": .bool(isImported),
      "causes": .array(
        causes.map {
          ["code": JSONValue($0.code), "position": JSONValue($0.position.rawValue)]
        }),
    ]
  }
}
