import CasefileModel

/// What happens beside a ticket's course and after it: reminders, breaches, marks, reviews.
extension HelpDesk {
  func handle(_ side: Side, _ ticket: Ticket) {
    switch side {
    case .reminder: remind(ticket)
    case .breach: noteBreaches(ticket)
    case .breachExplained: explainBreach(ticket)
    case .offerAnswer: answerOffer(ticket)
    case .forced: force(ticket)
    case .rating: rate(ticket)
    case .ratingChanged: changeRating(ticket)
    case .review: review(ticket)
    case .reviewAnswer: answerReview(ticket)
    case .calibrated: calibrate(ticket)
    case .correction: correct(ticket)
    case .stale: noteStale(ticket)
    case .delivery: reportDelivery(ticket)
    case .agreementDue: settleAgreement(ticket)
    }
  }

  private func remind(_ ticket: Ticket) {
    guard ticket.isOpen, ticket.clientWroteAt != nil, ticket.wait == nil,
      ticket.stage != .proposed
    else { return }
    begin(Actor(.client, ticket.client.id))
    let message = receive(ticket, dice.pick(texts(ticket).reminders))
    put(TicketClientReminder(messageId: message), ticket)
    end(ticket)
    if dice.chance(400) { plan(.reminder, ticket, after: 40_000) }
    guard let holder = ticket.holder, holder.isOnDuty, ticket.stage == .working else { return }
    if dice.chance(500) { ticket.moves.insert(.delayNotice, at: ticket.nextMove) }
  }

  private func reportDelivery(_ ticket: Ticket) {
    guard let message = ticket.lastReply else { return }
    begin(Actor(.integration, "mail-gateway"))
    let isFailed = dice.chance(300)
    put(
      MessageDeliveryUpdated(
        messageId: message, status: isFailed ? .failed : .delivered,
        providerCode: isFailed ? "550" : "250"),
      ticket)
    end(ticket)
  }

  private func settleAgreement(_ ticket: Ticket) {
    guard let id = ticket.agreement else { return }
    ticket.agreement = nil
    begin(dice.chance(500) ? HelpDesk.system : HelpDesk.supervisor)
    if actor.kind == .agent { touch(ticket) }
    if dice.chance(550) {
      put(TicketAgreementFulfilled(agreementId: id, evidenceRef: ticket.lastReply), ticket)
    } else {
      put(TicketAgreementBroken(agreementId: id, reason: dice.pick(texts(ticket).reasons)), ticket)
    }
    end(ticket)
  }

  // MARK: Deadlines

  private func explainBreach(_ ticket: Ticket) {
    let codes: [CauseCode] = [
      .understaffing, .overload, .missingInfoFromCustomer, .noAuthority, .wrongRouting,
      .lateHandoff, .vendorDelay,
    ]
    guard let clock = ticket.explainedClock else { return }
    ticket.explainedClock = nil
    begin(HelpDesk.supervisor)
    put(
      SLABreachExplained(
        clock: clock.name, instance: clock.instance, causeCode: dice.pick(codes),
        text: dice.pick(texts(ticket).statements), by: "ag-sofia",
        agentStatement: ticket.holder == nil ? nil : dice.pick(texts(ticket).statements),
        agentId: ticket.holder?.id),
      ticket)
    touch(ticket)
    end(ticket)
  }

  private func noteStale(_ ticket: Ticket) {
    guard ticket.isForgotten, ticket.isOpen else { return }
    begin(Actor(.rule, "rule-stale"))
    put(
      TicketStaleDetected(
        ruleId: "rule-stale", quietSince: Timestamp(seconds: now - 864_000),
        thresholdSeconds: 864_000),
      ticket)
    end(ticket)
    guard dice.chance(700) else { return }
    ticket.isForgotten = false
    ticket.holder == nil ? enqueue(ticket) : work(ticket, seconds: 300)
  }

  // MARK: Marks

  func offerSurvey(_ ticket: Ticket) {
    switch ticket.closeKind {
    case .spam?, .merged?, .bulk?, .withdrawnByClient?: return
    default: break
    }
    if dice.chance(550) {
      begin(HelpDesk.system)
      put(
        SurveyOffered(
          surveyId: "sv-1", version: 1, channel: ticket.channel == .phone ? .sms : ticket.channel,
          to: ticket.client.id),
        ticket)
      end(ticket)
      if dice.chance(420) { plan(.rating, ticket, after: 600 + dice.about(50_000)) }
    }
    if dice.chance(45) { plan(.review, ticket, after: 20_000 + dice.about(200_000)) }
  }

  private func rate(_ ticket: Ticket) {
    let isUnhappy = ticket.reopenCount > 0 || ticket.hasBadHandoff || ticket.breachDue > 0
    let isNPS = dice.chance(250)
    let low: Int64 = isUnhappy ? 1 : isNPS ? 6 : 4
    let high: Int64 = isNPS ? 10 : 5
    let score = dice.chance(120) ? dice.between(1, 3) : dice.between(low, high)
    let id = ticket.part("mark")
    ticket.ratingId = id
    ticket.score = score
    begin(Actor(.client, ticket.client.id))
    put(
      RatingReceived(
        ratingId: id, surveyId: "sv-1", questionId: isNPS ? "q-nps" : "q-csat",
        kind: isNPS ? .nps : .csat, score: score, scaleMin: isNPS ? 0 : 1, scaleMax: high,
        comment: dice.chance(300) ? dice.pick(texts(ticket).comments) : nil,
        about: RatingAbout(
          agentId: dice.chance(500) ? ticket.lastReplyAgent?.id : nil, ticketId: ticket.id,
          messageId: ticket.lastReply, templateId: ticket.lastReplyTemplate),
        surveyVersion: 1, clientId: ticket.client.id, holderAgent: ticket.holder?.id,
        answeringAgent: ticket.lastReplyAgent?.id),
      ticket)
    end(ticket)
    if score < 3, dice.chance(300) { plan(.ratingChanged, ticket, after: dice.about(90_000)) }
    if score < 3, dice.chance(400) { plan(.review, ticket, after: 20_000 + dice.about(90_000)) }
  }

  private func changeRating(_ ticket: Ticket) {
    guard let id = ticket.ratingId else { return }
    if dice.chance(500), let agent = ticket.lastReplyAgent {
      begin(agent.actor)
      put(
        RatingDisputed(
          ratingId: id, reason: texts(ticket).reasons[3], agentId: agent.id,
          agentStatement: dice.pick(texts(ticket).statements)),
        ticket, tags: agent.tags)
    } else {
      begin(Actor(.client, ticket.client.id))
      put(
        RatingChanged(
          ratingId: id, oldScore: ticket.score, newScore: 4, clientId: ticket.client.id), ticket)
    }
    if actor.kind == .agent { touch(ticket) }
    end(ticket)
  }

  // MARK: Reviews

  private func review(_ ticket: Ticket) {
    guard ticket.reviewId == nil, let agent = ticket.lastReplyAgent ?? ticket.holder else { return }
    let id = ticket.part("rv")
    ticket.reviewId = id
    let rule: SampleRule = ticket.score > 0 && ticket.score < 3 ? .complaint : .random
    let reviewer = "qa-" + String(1 + dice.below(3))
    begin(Actor(.reviewer, reviewer))
    put(
      ReviewStarted(
        reviewId: id, scorecardId: Scorecard.id, version: 1, sampleRule: rule,
        reviewerId: reviewer, agentId: agent.id, about: .ticket, aboutId: ticket.id),
      ticket, tags: agent.tags, visibility: .restricted)
    var answers: [ReviewAnswer] = []
    var total: Int64 = 0
    for criterion in Scorecard.criteria {
      let score = dice.between(agent.carelessness > 50 ? 1 : 3, 5)
      total += criterion.weight * score / 5
      answers.append(
        ReviewAnswer(
          criterion: criterion.code, weightPermille: criterion.weight,
          isCritical: criterion.isCritical, score: score, scoreMax: 5))
    }
    put(
      ReviewSubmitted(
        reviewId: id, scorecardId: Scorecard.id, version: 1, sampleRule: rule, answers: answers,
        totalPermille: total, rootCause: total < 700 ? .incompetence : nil, reviewerId: reviewer,
        agentId: agent.id, about: .ticket, aboutId: ticket.id,
        comment: dice.pick(texts(ticket).reviews)),
      ticket, tags: agent.tags, visibility: .restricted)
    end(ticket)
    agent.reviewCount += 1
    ticket.score = total
    if dice.chance(400) { plan(.reviewAnswer, ticket, after: 7200 + dice.about(90_000)) }
    if dice.chance(100) { plan(.calibrated, ticket, after: 86_400) }
    if total < 650 { assignTraining(agent, id) }
  }

  private func answerReview(_ ticket: Ticket) {
    guard let id = ticket.reviewId, let agent = ticket.lastReplyAgent else { return }
    let statement = dice.pick(texts(ticket).statements)
    let agrees = dice.chance(600)
    begin(agent.actor)
    put(
      ReviewAgentResponded(reviewId: id, text: statement, agentId: agent.id, agrees: agrees),
      ticket, tags: agent.tags, visibility: .restricted)
    if !agrees {
      put(
        ReviewDisputed(reviewId: id, text: statement, criteria: ["solution"]), ticket,
        visibility: .restricted)
    }
    end(ticket)
    guard !agrees else { return }
    begin(HelpDesk.supervisor)
    let isUpheld = dice.chance(600)
    put(
      ReviewResolved(
        reviewId: id, text: texts(ticket).reviews[0], decision: isUpheld ? .upheld : .partlyUpheld,
        changedScores: isUpheld
          ? [] : [ChangedScore(criterion: "solution", oldScore: 2, newScore: 4)],
        totalPermille: isUpheld ? nil : min(1000, ticket.score + 160)),
      ticket, visibility: .restricted)
    end(ticket)
  }

  private func calibrate(_ ticket: Ticket) {
    guard let id = ticket.reviewId else { return }
    begin(Actor(.reviewer, "qa-4"))
    put(
      ReviewCalibrated(
        reviewId: id, otherReviewer: "qa-4", deltaPermille: dice.between(-120, 120)),
      ticket, visibility: .restricted)
    end(ticket)
  }

  private func assignTraining(_ agent: Agent, _ review: String) {
    begin(HelpDesk.supervisor)
    let id = "tr-" + agent.id + "-" + String(agent.reviewCount)
    put(
      TrainingAssigned(
        trainingId: id, agentId: agent.id, topic: "dialogue", reviewIds: [review],
        dueAt: Timestamp(seconds: now + 14 * 86_400), assignedBy: "ag-sofia"),
      on: agent.stream, tags: agent.tags)
    if dice.chance(500) {
      put(
        TrainingCompleted(
          trainingId: id, agentId: agent.id, topic: "dialogue", reviewIds: [review],
          result: .passed, scorePermille: dice.between(600, 1000)),
        on: agent.stream, tags: agent.tags)
    }
    end()
  }
}
