package import CasefileModel

// The JSON forms of the parts of a state: one for every place that prints them.

extension TicketState.Participant {
  /// As the state in JSON has it.
  package var json: JSONValue { ["person": .string(person), "role": role.json] }
}

extension TicketState.Link {
  /// As the state in JSON has it.
  package var json: JSONValue {
    [
      "ticket": .string(ticket), "relation": relation.json,
      "position": JSONValue(position.rawValue),
    ]
  }
}

extension TicketState.Offer {
  /// As the state in JSON has it.
  package var json: JSONValue {
    [
      "handoff": .string(handoff), "from": .string(from), "toAgent": JSONValue(toAgent),
      "toGroup": JSONValue(toGroup), "reason": reason?.json ?? .null, "since": JSONValue(since),
      "expiresAt": JSONValue(expiresAt), "position": JSONValue(position.rawValue),
    ]
  }
}

extension TicketState.Span {
  /// As the state in JSON has it.
  package var json: JSONValue {
    let word: JSONValue
    let mode: JSONValue
    switch start {
    case .assigned(let stated): (word, mode) = ("assigned", stated?.json ?? .null)
    case .accepted: (word, mode) = ("accepted", .null)
    case .forced: (word, mode) = ("forced", .null)
    }
    return [
      "holder": .string(holder), "group": JSONValue(group), "start": word, "mode": mode,
      "from": JSONValue(from), "until": JSONValue(until),
      "position": JSONValue(position.rawValue), "endPosition": JSONValue(endPosition?.rawValue),
    ]
  }
}

extension TicketState.Handoff {
  /// As the state in JSON has it.
  package var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "from": .string(from), "to": .string(to),
      "mode": mode?.json ?? .null, "at": JSONValue(at), "unassignedAt": JSONValue(unassignedAt),
      "position": JSONValue(position.rawValue), "handoff": JSONValue(handoff),
      "reason": reason?.json ?? .null, "offeredAt": JSONValue(offeredAt),
      "hasSummary": hasSummary.map { .bool($0) } ?? .null,
    ]
  }
}

extension TicketState.Wait {
  /// As the state in JSON has it.
  package var json: JSONValue {
    [
      "id": .string(id), "reason": reason.json, "since": JSONValue(since),
      "until": JSONValue(until), "endedAt": JSONValue(endedAt),
      "ending": JSONValue(ending?.rawValue), "position": JSONValue(position.rawValue),
    ]
  }
}

extension TicketState.Agreement {
  /// As the state in JSON has it.
  package var json: JSONValue {
    [
      "id": .string(id), "text": JSONValue(text), "promisedBy": JSONValue(promisedBy),
      "promisedTo": JSONValue(promisedTo), "dueAt": JSONValue(dueAt), "at": JSONValue(at),
      "position": JSONValue(position.rawValue), "outcome": .string(outcome.rawValue),
      "outcomeAt": JSONValue(outcomeAt), "outcomePosition": JSONValue(outcomePosition?.rawValue),
    ]
  }
}

extension TicketState.Confirmation {
  /// As the state in JSON has it.
  package var json: JSONValue {
    [
      "by": JSONValue(by), "authority": authority?.json ?? .null, "at": JSONValue(at),
      "position": JSONValue(position.rawValue),
    ]
  }
}

extension Actor {
  /// Kind and id, as the state in JSON names people.
  package var idJSON: JSONValue { ["kind": kind.json, "id": JSONValue(id)] }
}
