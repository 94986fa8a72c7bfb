import CasefileModel

/// What happened on calls and outside of the tracked channels.
struct CallTrail {
  /// Something that was found, whosever ticket it is on.
  struct Found {
    let at: Timestamp
    let positions: [Position]
    /// Who acted; nil where that is not known.
    let agent: String?
    let details: Finding.Details

    init(
      _ at: Timestamp, _ positions: [Position?], _ agent: String?,
      _ fill: (inout Finding.Details) -> Void
    ) {
      var details = Finding.Details()
      fill(&details)
      self.at = at
      self.positions = positions.compactMap { $0 }
      self.agent = agent
      self.details = details
    }
  }

  let entries: [TicketEntry]
  let rules: FindingRules

  func found(_ code: FindingCode) -> [Found] {
    switch code {
    case .untrackedContact: untrackedContacts()
    case .recordingMissing: missingRecordings()
    case .callAnsweredLate: lateAnswers()
    case .callAbandoned: abandonedCalls()
    default: []
    }
  }

  private func all<Payload: EventPayload>(
    _ type: Payload.Type
  ) -> [(entry: TicketEntry, payload: Payload)] {
    entries.compactMap { entry in
      guard entry.typeNumber == type.type.number, let payload = try? entry.payload(type) else {
        return nil
      }
      return (entry, payload)
    }
  }

  private func untrackedContacts() -> [Found] {
    all(ChannelUntrackedContactReported.self).map { entry, payload in
      Found(entry.occurredAt, [entry.position], payload.agentId) {
        $0.word = payload.channel?.word
        $0.seconds = payload.durationSeconds
      }
    }
  }

  private func missingRecordings() -> [Found] {
    let answers = all(CallAnswered.self)
    return all(CallRecordingMissing.self).map { entry, payload in
      let call = answers.last { $0.payload.callId == payload.callId }
      return Found(
        entry.occurredAt, [call?.entry.position, entry.position], call?.payload.agentId
      ) {
        $0.word = payload.reason?.word
        $0.other = payload.callId
      }
    }
  }

  /// An agent's own call waits for the client and is none.
  private func lateAnswers() -> [Found] {
    let limit = rules.seconds(.callWaitSeconds, for: .callAnsweredLate)
    let rings = rules.value(.callRings, for: .callAnsweredLate)
    let offers = all(CallOffered.self)
    return all(CallAnswered.self).compactMap { entry, payload in
      let offer = offers.last { $0.payload.callId == payload.callId && payload.callId != nil }
      guard offer?.payload.direction != .outbound else { return nil }
      let answeredAt = payload.answeredAt ?? entry.occurredAt
      let measured = offer.map {
        FindingCase.seconds($0.payload.startedAt ?? $0.entry.occurredAt, answeredAt)
      }
      let waited = payload.waitSeconds ?? measured
      guard (waited ?? 0) > limit || (payload.rings ?? 0) > rings else { return nil }
      let actor = entry.actor.kind == .agent ? entry.actor.id : nil
      return Found(
        answeredAt, [offer?.entry.position, entry.position], payload.agentId ?? actor
      ) {
        $0.seconds = waited
        $0.limitSeconds = limit
        $0.count = payload.rings
        $0.other = payload.callId
      }
    }
  }

  /// It is nobody's: nobody had answered.
  private func abandonedCalls() -> [Found] {
    let offers = all(CallOffered.self)
    return all(CallAbandoned.self).map { entry, payload in
      let offer = offers.last { $0.payload.callId == payload.callId && payload.callId != nil }
      let measured = offer.map {
        FindingCase.seconds($0.payload.startedAt ?? $0.entry.occurredAt, entry.occurredAt)
      }
      return Found(entry.occurredAt, [offer?.entry.position, entry.position], nil) {
        $0.seconds = payload.waitSeconds ?? measured
        $0.other = payload.callId
      }
    }
  }
}
