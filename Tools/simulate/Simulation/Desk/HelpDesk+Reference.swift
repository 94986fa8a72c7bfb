import CasefileModel

/// What a desk publishes before it opens, and changes later.
extension HelpDesk {
  /// Hires the agents: to each team whose language is spoken its share, at least one each.
  func hire() {
    let shares = Team.all.map { team -> Int in
      let serves: Settings.Language? =
        team.group == Group.firstRussian
        ? .russian : team.group == Group.firstEnglish ? .english : nil
      let isNeeded = serves == nil || settings.language == .both || settings.language == serves
      return isNeeded ? team.share : 0
    }
    var counts = shares.map { min($0, 1) }
    let total = shares.reduce(0, +)
    while counts.reduce(0, +) < settings.agents {
      // The team that is furthest behind its share gets the next one.
      let size = counts.reduce(1, +)
      let lacks = shares.indices.map { shares[$0] * size - counts[$0] * total }
      let team = lacks.indices.max { lacks[$0] < lacks[$1] } ?? 0
      counts[team] += 1
    }
    for (place, team) in Team.all.enumerated() {
      for number in 0..<counts[place] {
        let agent = Agent(
          place: agents.count, team: place, shiftHour: team.shifts[number % team.shifts.count],
          dice: &dice)
        agents.append(agent)
        groupAgents[team.group].append(agent)
      }
    }
  }

  func publishAll() {
    now = settings.start - 86_400
    begin(HelpDesk.system)
    for entry in Entry.all {
      put(
        ChannelRegistered(
          channelId: entry.id, name: entry.name, channel: entry.channel,
          isRecorded: entry.channel == .phone),
        on: stream("channel", entry.id))
    }
    for group in Group.all {
      put(
        GroupRegistered(groupId: group.id, name: group.name, supervisor: "ag-sofia"),
        on: stream("group", group.id))
    }
    for topic in Topic.all {
      put(
        TopicRegistered(topicId: topic.id, name: topic.name, checklist: topic.checklist),
        on: stream("topic", topic.id))
    }
    for calendar in WorkCalendar.all { publish(calendar, version: 1) }
    for place in Policy.all.indices { publish(Policy.all[place], version: 1, .initial) }
    end()
    publishQuality()
    for company in 0..<8 { publishContract(company) }
    for agent in agents { register(agent) }
    put(
      AgentRegistered(
        agentId: "ag-sofia", name: "Sofia Lind", roles: ["supervisor"],
        timeZone: Zone.moscow.name),
      on: stream("agent", "ag-sofia"), tags: HelpDesk.supervisorTags)
    end()
    now = settings.start
  }

  private func publishQuality() {
    for place in Template.ids.indices { publishTemplate(place) }
    let criteria = Scorecard.criteria.map {
      Criterion(
        criterion: $0.code, weightPermille: $0.weight, scoreMax: 5, isCritical: $0.isCritical)
    }
    put(
      ScorecardPublished(
        scorecardId: Scorecard.id, version: 1, name: "Dialogue", criteria: criteria),
      on: stream("scorecard", Scorecard.id))
    put(
      SurveyPublished(
        surveyId: "sv-1", version: 1, name: "After the close",
        questions: [
          SurveyQuestion(questionId: "q-csat", kind: .csat, scaleMin: 1, scaleMax: 5),
          SurveyQuestion(questionId: "q-nps", kind: .nps, scaleMin: 0, scaleMax: 10),
        ]),
      on: stream("survey", "sv-1"))
    put(
      RuleSetPublished(
        ruleSetId: "rules-desk",
        thresholds: ["staleDays": 10, "unansweredHours": 72, "callWaitSeconds": 24], version: 1),
      on: stream("ruleSet", "rules-desk"))
    end()
  }

  func publishTemplate(_ place: Int) {
    let id = Template.ids[place]
    put(
      TemplatePublished(
        templateId: id, version: templateVersion, name: Template.names[place], language: "en",
        text: englishTexts[place].answers[Int(templateVersion) % 3], topicId: Topic.all[place].id),
      on: stream("template", id))
  }

  private func publishContract(_ company: Int) {
    let id = "ct-" + String(company)
    let confirmer = "c-" + String(HelpDesk.confirmer(of: company))
    put(
      ContractPublished(
        contractId: id, version: 1, companyId: "co-" + String(company),
        company: "Company " + String(company), authorisedConfirmers: [confirmer],
        closeRule: CloseRule(
          requiresConfirmation: company.isMultiple(of: 2), autoCloseAfterSeconds: 259_200,
          clause: "5.2"),
        channels: [.email, .phone, .telegram]),
      on: stream("contract", id))
    put(
      ProjectRegistered(
        projectId: "pr-" + String(company), name: "Project " + String(company),
        companyId: "co-" + String(company)),
      on: stream("project", "pr-" + String(company)))
    end()
  }

  /// Who may confirm a close besides the client, by number.
  static func confirmer(of company: Int) -> Int { 4 + company * 9 }

  func register(_ agent: Agent) {
    let team = Team.all[agent.team]
    put(
      AgentRegistered(
        agentId: agent.id, groups: [Group.all[team.group].id],
        hiredAt: Timestamp(seconds: now - agent.daysBefore * 86_400), name: agent.name,
        roles: ["agent"], supervisor: "ag-sofia", timeZone: team.zone.name,
        language: team.isRussian ? "ru" : "en"),
      on: agent.stream, tags: agent.tags)
    end(zone: team.zone)
  }

  func publish(_ calendar: WorkCalendar, version: Int64) {
    let year = CivilTime(secondsSince1970: settings.start).year
    put(
      CalendarPublished(
        calendarId: calendar.id, version: version, timeZone: calendar.zone.name,
        weekly: calendar.weekly,
        exceptions: calendar.exceptions(from: year, years: Int(version)),
        effectiveFrom: Timestamp(seconds: version == 1 ? settings.start - 31_536_000 : now),
        name: calendar.name, approvedBy: "ag-sofia"),
      on: stream("calendar", calendar.id))
  }

  func publish(_ policy: Policy, version: Int64, _ mode: PolicyMode) {
    put(
      PolicyPublished(
        policyId: policy.id, version: version, clocks: policy.clocks(version: version),
        rules: policy.conditions.isEmpty
          ? [] : [PolicyRule(ruleId: policy.id + "-r1", conditions: policy.conditions)],
        effectiveFrom: Timestamp(seconds: now), mode: mode, approvedBy: "ag-sofia",
        name: policy.name, rank: policy.rank),
      on: stream("policy", policy.id))
  }

  /// A third of the time later, and again: policies, calendars and templates get new versions, and
  /// what the policies do to tickets at hand is written to each.
  func changeReference() {
    referenceStep += 1
    let mode: PolicyMode = [.retargetKeepElapsed, .grandfather, .restart][(referenceStep - 1) % 3]
    begin(HelpDesk.supervisor)
    let changed = referenceStep % Policy.all.count
    policyVersions[changed] += 1
    publish(Policy.all[changed], version: policyVersions[changed], mode)
    end()
    for place in WorkCalendar.all.indices where referenceStep.isMultiple(of: 2) {
      calendarVersions[place] += 1
      publish(WorkCalendar.all[place], version: calendarVersions[place])
      end()
    }
    templateVersion += 1
    for place in Template.ids.indices { publishTemplate(place) }
    end()
    for case let ticket? in tickets where ticket.isOpen && ticket.policy == changed {
      applyPolicy(ticket, mode)
    }
    if openedCount < settings.tickets {
      let days = min(200, max(2, settings.expectedDays / 3))
      agenda.add(.reference, at: now + Int64(days) * 86_400)
    }
  }

  func applyPolicy(_ ticket: Ticket, _ mode: PolicyMode) {
    let policy = Policy.all[ticket.policy]
    ticket.policyVersion = policyVersions[ticket.policy]
    begin(Actor(.rule, "rule-sla"))
    put(
      SLAPolicyApplied(
        policyId: policy.id, policyVersion: ticket.policyVersion, mode: mode,
        matchedRule: policy.conditions.isEmpty ? nil : policy.id + "-r1"),
      ticket)
    end(ticket)
    setClocks(ticket, mode)
  }

  /// Which policy governs a ticket as it is.
  func matchingPolicy(_ ticket: Ticket) -> Int {
    if ticket.priority == Priority.urgent { return Policy.urgent }
    return ticket.groupPlace == Group.firstRussian || ticket.groupPlace == Group.experts ? 1 : 2
  }
}
