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
      "events": .array(try rows.map { try event($0.entry, of: $0.view.ticket) }),
      "withheld": .array(withheld.map { JSONValue($0.rawValue) }),
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
        .array(state.participants.map { ["person": .string($0.person), "role": $0.role.json] })
      ),
      (
        "links",
        .array(
          state.links.map {
            [
              "ticket": .string($0.ticket), "relation": $0.relation.json,
              "position": JSONValue($0.position.rawValue),
            ]
          })
      ),
      ("mergedInto", JSONValue(state.mergedInto)), ("absorbed", texts(state.absorbed)),
      ("isDeleted", .bool(state.isDeleted)), ("evaluatedAt", JSONValue(state.evaluatedAt)),
    ]
  }

  private func responsibility(_ state: TicketState) -> [(String, JSONValue)] {
    [
      ("accountable", JSONValue(state.accountable)),
      ("accountableGroup", JSONValue(state.accountableGroup)),
      ("openOffer", state.openOffer.map(offer) ?? .null),
      ("responsibility", .array(state.responsibility.map(span))),
      ("handoffCount", JSONValue(state.handoffCount)),
      ("indirectHandoffCount", JSONValue(state.indirectHandoffCount)),
      ("groupTransferCount", JSONValue(state.groupTransferCount)),
      ("handoffs", .array((state.handoffs + state.indirectHandoffs).map(handoff))),
    ]
  }

  private func contact(_ state: TicketState) -> [(String, JSONValue)] {
    [
      ("openedAt", JSONValue(state.openedAt)), ("openedBy", actor(state.openedBy)),
      ("firstReactionAt", JSONValue(state.firstReactionAt)),
      ("firstReplyAt", JSONValue(state.firstReplyAt)),
      ("firstReplySentAt", JSONValue(state.firstReplySentAt)),
      ("messageCount", JSONValue(state.messageCount)), ("callCount", JSONValue(state.callCount)),
      ("touchCount", JSONValue(state.touchCount)),
      ("workTouchCount", JSONValue(state.workTouchCount)), ("channels", texts(state.channels)),
      ("waits", .array(state.waits.map(wait))),
      ("pastWaits", .array(state.pastWaits.map(wait))),
      ("agreements", .array(state.agreements.map(agreement))),
      ("dueAt", JSONValue(state.dueAt)),
    ]
  }

  private func outcome(_ state: TicketState) -> [(String, JSONValue)] {
    [
      ("resolvedAt", JSONValue(state.resolvedAt)), ("closedAt", JSONValue(state.closedAt)),
      ("closeKind", state.closeKind?.json ?? .null), ("closedBy", actor(state.closedBy)),
      ("reopenCount", JSONValue(state.reopenCount)),
      (
        "confirmations",
        .array(
          state.confirmations.map {
            [
              "by": JSONValue($0.by), "authority": $0.authority?.json ?? .null,
              "at": JSONValue($0.at), "position": JSONValue($0.position.rawValue),
            ]
          })
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

  private func actor(_ actor: Actor?) -> JSONValue {
    actor.map { ["kind": $0.kind.json, "id": JSONValue($0.id)] } ?? .null
  }

  private func offer(_ offer: TicketState.Offer) -> JSONValue {
    [
      "handoff": .string(offer.handoff), "from": .string(offer.from),
      "toAgent": JSONValue(offer.toAgent), "toGroup": JSONValue(offer.toGroup),
      "reason": offer.reason?.json ?? .null, "since": JSONValue(offer.since),
      "expiresAt": JSONValue(offer.expiresAt), "position": JSONValue(offer.position.rawValue),
    ]
  }

  private func span(_ span: TicketState.Span) -> JSONValue {
    let start: JSONValue
    let mode: JSONValue
    switch span.start {
    case .assigned(let stated): (start, mode) = ("assigned", stated?.json ?? .null)
    case .accepted: (start, mode) = ("accepted", .null)
    case .forced: (start, mode) = ("forced", .null)
    }
    return [
      "holder": .string(span.holder), "group": JSONValue(span.group), "start": start, "mode": mode,
      "from": JSONValue(span.from), "until": JSONValue(span.until),
      "position": JSONValue(span.position.rawValue),
      "endPosition": JSONValue(span.endPosition?.rawValue),
    ]
  }

  private func handoff(_ handoff: TicketState.Handoff) -> JSONValue {
    [
      "kind": .string(handoff.kind.rawValue), "from": .string(handoff.from),
      "to": .string(handoff.to), "mode": handoff.mode?.json ?? .null, "at": JSONValue(handoff.at),
      "unassignedAt": JSONValue(handoff.unassignedAt),
      "position": JSONValue(handoff.position.rawValue),
    ]
  }

  private func wait(_ wait: TicketState.Wait) -> JSONValue {
    [
      "id": .string(wait.id), "reason": wait.reason.json, "since": JSONValue(wait.since),
      "until": JSONValue(wait.until), "endedAt": JSONValue(wait.endedAt),
      "ending": JSONValue(wait.ending?.rawValue), "position": JSONValue(wait.position.rawValue),
    ]
  }

  private func agreement(_ agreement: TicketState.Agreement) -> JSONValue {
    [
      "id": .string(agreement.id), "text": JSONValue(agreement.text),
      "promisedBy": JSONValue(agreement.promisedBy), "promisedTo": JSONValue(agreement.promisedTo),
      "dueAt": JSONValue(agreement.dueAt), "at": JSONValue(agreement.at),
      "position": JSONValue(agreement.position.rawValue),
      "outcome": .string(agreement.outcome.rawValue), "outcomeAt": JSONValue(agreement.outcomeAt),
      "outcomePosition": JSONValue(agreement.outcomePosition?.rawValue),
    ]
  }
}
