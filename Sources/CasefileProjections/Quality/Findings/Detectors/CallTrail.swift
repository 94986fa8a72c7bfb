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

  /// In order; of several sources one after the other.
  let acts: [CallAct]
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

  private func all(_ kind: CallAct.Kind) -> [CallAct] { acts.filter { $0.kind == kind } }

  private func untrackedContacts() -> [Found] {
    all(.untracked).map { act in
      Found(act.at, [act.position], act.agent) {
        $0.word = act.word
        $0.seconds = act.seconds
      }
    }
  }

  private func missingRecordings() -> [Found] {
    let answers = all(.answered)
    return all(.recordingMissing).map { act in
      let answer = answers.last { $0.call == act.call }
      return Found(act.at, [answer?.position, act.position], answer?.agent) {
        $0.word = act.word
        $0.other = act.call
      }
    }
  }

  /// An agent's own call waits for the client and is none. After a transfer the client waits anew: whoever
  /// answers then answers from the transfer on.
  private func lateAnswers() -> [Found] {
    let limit = rules.seconds(.callWaitSeconds, for: .callAnsweredLate)
    let rings = rules.value(.callRings, for: .callAnsweredLate)
    let offers = all(.offered)
    return acts.indices.compactMap { index in
      let act = acts[index]
      guard act.kind == .answered else { return nil }
      guard offers.last(where: { $0.isSameCall(as: act) })?.isOutbound != true else { return nil }
      let begin = waitBegin(of: index)
      let answeredAt = act.moment ?? act.at
      let measured = begin.map { FindingCase.seconds($0.moment ?? $0.at, answeredAt) }
      // Times that contradict each other say nothing of the wait.
      let waited = [act.seconds, measured].lazy.compactMap { $0 }.first { $0 >= 0 }
      guard (waited ?? 0) > limit || (act.rings ?? 0) > rings else { return nil }
      return Found(answeredAt, [begin?.position, act.position], act.agent ?? act.actor) {
        $0.seconds = waited
        $0.limitSeconds = limit
        $0.count = act.rings
        $0.other = act.call
      }
    }
  }

  /// Since when the client waited for an answer: from the offer, or from what passed the call on since
  /// the answer before; nil where nothing tells.
  private func waitBegin(of index: Int) -> CallAct? {
    let act = acts[index]
    let same = acts[..<index].filter { $0.isSameCall(as: act) }
    guard let last = same.lastIndex(where: { $0.kind == .answered }) else {
      // Some sources write an offer down after its answer.
      return acts.last { $0.kind == .offered && $0.isSameCall(as: act) }
    }
    return same[last...].last { $0.kind == .offered || $0.kind == .transferred }
  }

  /// It is nobody's: nobody had answered.
  private func abandonedCalls() -> [Found] {
    let offers = all(.offered)
    return all(.abandoned).map { act in
      let offer = offers.last { $0.isSameCall(as: act) }
      let measured = offer.map { FindingCase.seconds($0.moment ?? $0.at, act.at) }
      return Found(act.at, [offer?.position, act.position], nil) {
        $0.seconds = [act.seconds, measured].lazy.compactMap { $0 }.first { $0 >= 0 }
        $0.other = act.call
      }
    }
  }
}

extension CallAct {
  /// Whether both name the same call.
  fileprivate func isSameCall(as other: CallAct) -> Bool { call == other.call && call != nil }
}
