import CasefileModel
import CasefileProjections

/// What was promised, how it ended, what was agreed, and what is missing.
extension TicketHead {
  /// A promise of the ticket itself is kept by a solution or a close in time.
  func promise(_ due: Timestamp) -> String {
    let verdict: String
    if let done = state.resolvedAt ?? state.closedAt {
      verdict = phrases.promise(
        kept: done <= due,
        by: done <= due ? duration(from: done, to: due) : duration(from: due, to: done))
    } else if let now = state.evaluatedAt, now > due {
      verdict = phrases.promiseOverdue
    } else {
      verdict = phrases.promiseOpen
    }
    return "\(time(due)): \(verdict)"
  }

  // MARK: How it ended

  var outcome: [Answer] {
    var lines = answer(.solution, state.resolvedAt.map { phrases.proposed(at: time($0)) })
    if let closed = state.closedAt {
      let stated = phrases.closed(
        time(closed), by: state.closedBy.map { voice.actor($0, at: closed) },
        kind: state.closeKind.map { phrases.word($0.word, of: "CloseKind") })
      lines += answer(.closed, all: [stated] + (evidence.map { [$0] } ?? []))
    }
    lines += answer(.confirmed, all: confirmations)
    return lines
      + answer(.reopened, state.reopenCount > 0 ? phrases.times(state.reopenCount) : nil)
  }

  private var evidence: String? {
    guard let close = review.close,
      close.evidenced == .confirmed || isAssessable(.confirmations)
    else { return nil }
    return phrases.evidence(
      close, kind: close.evidenced.map { phrases.word($0.word, of: "CloseKind") })
  }

  private var confirmations: [String] {
    let later = Set(review.close?.later ?? [])
    let texts = state.confirmations.map { confirmation in
      phrases.confirmation(
        time(confirmation.at), by: confirmation.by.map { person($0, at: confirmation.at) },
        authority: confirmation.authority.map {
          phrases.word($0.word, of: "ConfirmationAuthority")
        }) + (later.contains(confirmation.position) ? ", " + phrases.laterConfirmation : "")
        + " #\(confirmation.position)"
    }
    guard texts.isEmpty, state.closedAt != nil, isAssessable(.confirmations) else { return texts }
    return [phrases.confirmedByNobody]
  }

  var agreements: [Answer] {
    if state.agreements.isEmpty {
      return isAssessable(.agreements) ? answer(.agreed, phrases.none) : []
    }
    return answer(
      .agreed,
      all: state.agreements.map { agreement in
        let text = phrases.agreement(
          text(of: agreement), by: agreement.promisedBy.map { person($0, at: agreement.at) },
          to: agreement.promisedTo.map { person($0, at: agreement.at) },
          due: time(agreement.dueAt), position: "#\(agreement.position)")
        var late: String?
        if let due = agreement.dueAt, let done = agreement.outcomeAt, done > due {
          late = duration(from: due, to: done)
        }
        return "\(text): \(phrases.outcome(agreement.outcome, lateBy: late))"
          + (agreement.outcomePosition.map { " #\($0)" } ?? "")
      })
  }

  private func text(of agreement: TicketState.Agreement) -> String {
    if !view.isTold(agreement.position) { return phrases.withheldText }
    guard let text = agreement.text else { return phrases.quoted(phrases.erased) }
    return shown(text).map(phrases.quoted) ?? phrases.hiddenText
  }

  var marks: [Answer] {
    let told = review.marks.filter { view.isTold($0.position) }
    if told.isEmpty { return isAssessable(.marks) ? answer(.marks, phrases.none) : [] }
    return answer(.marks, all: told.map(mark))
  }

  private func mark(_ mark: MarkReview) -> String {
    var parts = [
      phrases.mark(
        mark.kind.map { phrases.word($0.word, of: "RatingKind") }, score: mark.score,
        scale: mark.scaleMax, at: time(mark.at)),
      phrases.belongs(to: mark.agent.map { agent($0, at: mark.at) }, mark.ground),
    ]
    if let position = mark.changedBy {
      parts.append(phrases.changedMark(from: mark.firstScore, position: "#\(position)"))
    }
    if let position = mark.withdrawnBy { parts.append(phrases.withdrawnMark("#\(position)")) }
    if let position = mark.disputedBy { parts.append(phrases.disputedMark("#\(position)")) }
    if let position = mark.replacedBy { parts.append(phrases.replacedMark("#\(position)")) }
    let comment = shown(mark.comment).map { " " + phrases.quoted($0) } ?? ""
    return parts.joined(separator: ", ") + comment + " #\(mark.position)"
  }

  // MARK: What was put right, what is missing, where it comes from

  var amendments: [Answer] {
    var texts: [String] = []
    // A retracted import takes away many entries at once.
    var retracted: [Position: [Position]] = [:]
    for entry in view.entries where view.isTold(entry.position) {
      for correction in entry.corrections {
        texts.append(
          phrases.correction(
            "#\(correction.position)", field: phrases.label(correction.field),
            of: "#\(entry.position)", applied: correction.isApplied))
      }
      if let position = entry.retractedBy {
        retracted[position, default: []].append(entry.position)
      }
    }
    for (position, targets) in retracted.sorted(by: { $0.key < $1.key }) {
      texts.append(phrases.retraction("#\(position)", of: TicketTimeline.ranges(targets)))
    }
    return answer(.corrections, all: texts)
  }

  var sources: [Answer] {
    // A text that is withheld is not erased.
    var gaps = review.gaps.filter { view.isTold($0.position) }.map { gap in
      phrases.gap(
        gap.kind, channel: gap.channel.map { phrases.word($0, of: "Channel") },
        from: time(gap.from), until: time(gap.until)) + " #\(gap.position)"
    }
    gaps += state.unreadable.map { phrases.unreadable("#\($0)") }
    gaps += state.contradictions.map { "\(phrases.contradiction($0.kind)) #\($0.position)" }
    if let circle = file.mergeCircle { gaps.append(phrases.mergeCircle(circle)) }
    for (visibility, all) in Dictionary(grouping: view.withheld, by: \.value)
      .sorted(by: { $0.key.rawValue < $1.key.rawValue })
    {
      gaps.append(
        phrases.withheld(all.count, visibility, TicketTimeline.ranges(all.map(\.key))))
    }
    let unjudged = Assessability.Subject.allCases.compactMap { subject -> String? in
      // What the source doesn't judge may be judged here.
      if subject == .deadlines, !review.clocks.clocks.isEmpty { return nil }
      let answer = review.assessability.answer(subject)
      return answer == .assessable ? nil : phrases.notAssessable(subject, answer)
    }
    return answer(.gaps, all: gaps) + answer(.notAssessable, all: unjudged)
      + answer(.source, all: provenance)
  }

  private var provenance: [String] {
    let provenance = review.provenance
    guard !provenance.imports.isEmpty || provenance.enteredLaterCount > 0 else { return [] }
    var texts = provenance.imports.map {
      phrases.imported($0.count, system: $0.system, batch: $0.batch, since: time($0.since))
    }
    if provenance.enteredLaterCount > 0 {
      texts.append(phrases.enteredLater(provenance.enteredLaterCount))
    }
    if provenance.liveCount > 0 { texts.append(phrases.live(provenance.liveCount)) }
    return texts
  }
}
