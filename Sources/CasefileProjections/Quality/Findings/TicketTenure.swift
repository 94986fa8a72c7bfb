import CasefileModel

/// Who had a ticket when, to whom it was offered, and when it was open: what findings about duty,
/// deadlines and outages are made of, whether it is folded or read from a row.
struct TicketTenure: Hashable, Sendable {
  /// A time in which somebody had to see to the ticket.
  struct OpenPeriod: Hashable, Sendable {
    let from: Timestamp
    let begin: Position
    var until: Timestamp?
    var end: Position?

    func contains(_ instant: Timestamp) -> Bool {
      from <= instant && until.map { instant < $0 } ?? true
    }
  }

  let ticket: String
  /// The times of responsibility, in order.
  let spans: [TicketState.Span]
  /// The group that has it.
  let group: String?
  let groupChanges: [TicketState.GroupChange]
  /// All offers, in order.
  let offers: [OfferPeriod]
  /// The times in which it was open, in order.
  let open: [OpenPeriod]
  /// The channels that were used.
  let channels: [String]

  /// Who held it at an instant.
  func holder(at instant: Timestamp) -> String? {
    spans.last { span in
      span.from <= instant && span.until.map { instant < $0 } ?? true
    }?.holder
  }

  /// Which group had it at an instant.
  func group(at instant: Timestamp) -> String? {
    guard let first = groupChanges.first else { return group }
    return groupChanges.last { $0.at <= instant }.map(\.to) ?? first.from
  }

  /// Whether somebody had to see to it at an instant.
  func isOpen(at instant: Timestamp) -> Bool { open.contains { $0.contains(instant) } }

  func finding(
    _ code: FindingCode, at instant: Timestamp, _ positions: [Position?], agent: String?,
    clocks: [Finding.ClockEffect] = [], _ fill: (inout Finding.Details) -> Void = { _ in }
  ) -> Finding {
    var details = Finding.Details()
    fill(&details)
    return Finding(
      code: code, ticket: ticket, contact: nil, at: instant,
      positions: positions.compactMap { $0 },
      agent: agent, group: group(at: instant), details: details, clocks: clocks)
  }
}

extension TicketTenure {
  /// Whether of anybody who held it a shift or an absence is known.
  func isKnown(_ duties: [String: AgentDuty]) -> Bool {
    spans.contains { span in
      duties[span.holder].map { !$0.shifts.isEmpty || !$0.absences.isEmpty } ?? false
    }
  }

  func offersAfterShift(_ duties: [String: AgentDuty]) -> [Finding] {
    offers.compactMap { offer in
      guard let duty = duties[offer.from], case .offShift = duty.standing(at: offer.since)
      else { return nil }
      let shift = duty.shifts.last { $0.endedAt.map { $0 <= offer.since } ?? false }
      return finding(
        .handoffAfterShiftEnd, at: offer.since, [shift?.endPosition, offer.position],
        agent: offer.from
      ) {
        $0.agents = [offer.from] + [offer.toAgent].compactMap { $0 }
        $0.seconds = shift?.endedAt.map { FindingCase.seconds($0, offer.since) }
      }
    }
  }

  func absencesWithoutHandoff(_ duties: [String: AgentDuty], at now: Timestamp) -> [Finding] {
    spans.flatMap { span -> [Finding] in
      // Most were not absent in that time, and their shifts need no look.
      let last = max(now, span.from).adding(microseconds: 1)
      let ends = [span.until, open.last?.until, last].compactMap { $0 }
      guard let duty = duties[span.holder], !duty.absences.isEmpty else { return [] }
      // Whoever was given it while absent could not hand it over before.
      let absences = duty.timeline.absences(after: span.from, before: ends.min())
      return absences.compactMap { period in
        guard case .absent(let position) = period.standing, isOpen(at: period.from),
          !offers.contains(where: { $0.from == span.holder && $0.isOpen(at: period.from) })
        else { return nil }
        let absence = duty.absences.last { $0.position == position }
        return finding(
          .absentWithoutHandoff, at: period.from, [span.position, position, span.endPosition],
          agent: span.holder
        ) {
          $0.agents = [span.holder]
          $0.word = absence?.kind?.word
          $0.until = span.until
          $0.seconds = FindingCase.seconds(period.from, [span.until, period.until, now].earliest)
        }
      }
    }
  }

  /// - Parameter shifts: those whose ends list the ticket as not handed over.
  func leftAtShiftEnd(_ shifts: [AgentShift], at now: Timestamp) -> [Finding] {
    guard !shifts.isEmpty else { return [] }
    return shifts.over(of: spans.map(\.holder), by: now).map { shift, end in
      finding(.leftAtShiftEnd, at: end, [shift.endPosition], agent: shift.agent) {
        $0.agents = [shift.agent]
      }
    }
  }

  /// Whether one of some shifts ended while its agent held the ticket and it was open.
  ///
  /// - Parameter shifts: by agent when they ended, ascending.
  func isHeld(atEndOf shifts: [String: [Timestamp]], by now: Timestamp) -> Bool {
    guard !shifts.isEmpty else { return false }
    return spans.contains { span in
      guard let ends = shifts[span.holder] else { return false }
      for end in ends[ends.firstPlace(where: { $0 >= span.from })...] {
        guard end <= now, span.until.map({ end < $0 }) ?? true else { return false }
        if isOpen(at: end) { return true }
      }
      return false
    }
  }

  func missingDeadline(since begin: Timestamp, _ position: Position?, at now: Timestamp) -> Finding
  {
    finding(.noDeadline, at: begin, [position], agent: holder(at: now)) {
      $0.seconds = FindingCase.seconds(begin, max(now, begin))
    }
  }

  func outages(_ times: OutageTimes, at now: Timestamp) -> [Finding] {
    guard let begin = open.first, let last = open.last else { return [] }
    return times.gaps(
      from: begin.from, until: last.until ?? now, channels: channels
    ).filter { $0.kind == .outage && $0.from ?? begin.from <= now }.map { gap in
      let from = gap.from ?? begin.from
      return finding(.channelOutage, at: from, [gap.position], agent: nil) {
        $0.word = gap.channel
        $0.until = gap.until
        $0.seconds = gap.until.map { FindingCase.seconds(from, $0) }
      }
    }
  }

  /// What happened on the phone.
  ///
  /// - Parameter acts: those of the ticket itself, and those of the contacts that belong to it.
  func onCalls(_ code: FindingCode, _ acts: [CallAct], _ rules: FindingRules) -> [Finding] {
    CallTrail(acts: acts, rules: rules).found(code).map { found in
      finding(
        code, at: found.at, found.positions, agent: found.agent ?? holder(at: found.at)
      ) { $0 = found.details }
    }
  }

  /// Whether nobody had told the client before a deadline passed that it takes longer. A notice about one
  /// clock says nothing of the others.
  func delaysWithoutNotice(
    _ clocks: [ClockVerdict], notices: [FindingFacts.Notice]
  ) -> [Finding] {
    clocks.flatMap { verdict -> [Finding] in
      guard [.firstReply, .nextReply, .resolution].contains(verdict.clock) else { return [] }
      return verdict.breaches.compactMap { breach in
        let isTold = notices.contains {
          $0.tells(of: verdict.clock, from: verdict.startedAt, until: breach.at)
        }
        guard !isTold else { return nil }
        return finding(
          .delayWithoutNotice, at: breach.at, [verdict.startPosition, verdict.stopPosition],
          agent: breach.holder
        ) {
          $0.word = verdict.clock.rawValue
          $0.until = verdict.stoppedAt
        }
      }
    }
  }
}

extension [Timestamp?] {
  /// The earliest of those that are known; of none the beginning of all times.
  fileprivate var earliest: Timestamp { compactMap { $0 }.min() ?? .earliest }
}

extension TicketTenure: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(ticket)
    writer.put(spans)
    writer.put(group)
    writer.put(groupChanges)
    writer.put(offers)
    writer.put(open)
    writer.put(channels)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(
      ticket: try reader.get(), spans: try reader.get(), group: try reader.get(),
      groupChanges: try reader.get(), offers: try reader.get(), open: try reader.get(),
      channels: try reader.get())
  }
}

extension TicketTenure.OpenPeriod: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(from)
    writer.put(begin)
    writer.put(until)
    writer.put(end)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(
      from: try reader.get(), begin: try reader.get(), until: try reader.get(),
      end: try reader.get())
  }
}

extension OfferPeriod: RowCodable {
  package func write(to writer: inout RowWriter) {
    for text in [handoff, toAgent, toGroup] { writer.put(text) }
    writer.put(from)
    writer.put(since)
    writer.put(until)
    writer.put(outcome)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      handoff: try reader.get(), toAgent: try reader.get(), toGroup: try reader.get(),
      from: try reader.get(), since: try reader.get(), until: try reader.get(),
      outcome: try reader.get(), position: try reader.get())
  }
}
