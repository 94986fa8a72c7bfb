internal import CasefileModel

extension TicketHistory {
  /// What the ticket's clocks depend on, by what was known.
  package func clockFacts(knownAt: KnownAt? = nil) -> ClockFacts {
    collected(known(at: knownAt)).facts
  }

  /// What its clocks depend on, with the fold from which that comes, not finished yet.
  func collected(_ entries: [TicketEntry]) -> (facts: ClockFacts, fold: TicketFold) {
    var collector = ClockFactCollector(ticket: ticket ?? "", entries: entries)
    for entry in entries where entry.retractedBy == nil && !entry.isAmendment {
      collector.apply(entry)
    }
    var facts = collector.finished()
    facts.silentImports = TicketHistory.silentImports(entries)
    return (facts, collector.fold)
  }
}

extension TicketHistory {
  private static func silentImports(_ entries: [TicketEntry]) -> [String] {
    var imports: [String] = []
    for entry in entries {
      guard let origin = entry.event.envelope.origin, origin.basis == .imported,
        entry.retractedBy != nil || !Assessability.replyTypes.contains(entry.typeName)
      else { return [] }
      let batch = origin.importBatch ?? ""
      if !imports.contains(batch) { imports.append(batch) }
    }
    return imports
  }
}

/// Runs the ticket's fold and writes down what clocks hear of each entry.
struct ClockFactCollector {
  private let entries: [TicketEntry]
  fileprivate(set) var fold: TicketFold
  private var facts = ClockFacts()
  private var attributes = TicketAttributes()
  private var waits: [TicketState.Wait] = []
  private var statuses: [String] = []
  private var openedAt: Int?

  init(ticket: String, entries: [TicketEntry]) {
    self.entries = entries
    fold = TicketFold(ticket: ticket, deliveries: DeliveryVerdicts(entries))
    facts.ticket = ticket
  }

  mutating func apply(_ entry: TicketEntry) {
    let group = fold.state.group
    let merged = fold.state.mergedInto
    let unreadable = fold.state.unreadable.count
    fold.apply(entry)
    facts.lastAt = entry.effectiveAt
    guard fold.state.unreadable.count == unreadable else { return }
    noteEndedWaits(before: entry.effectiveAt)
    // What was said on the phone comes before the rest of its event.
    if let at = fold.marks.repliedAt { add(.reply, at, entry) }
    if let at = fold.marks.reactedAt { add(.reaction, at, entry) }
    noteAttributes(entry)
    noteTopic(entry)
    if fold.state.group != group, entry.typeNumber != TicketOpened.type.number {
      addGroup(fold.state.group, entry)
    }
    noteWaits(entry)
    if fold.marks.isClientTurn { add(.clientTurn, entry.effectiveAt, entry) }
    if fold.state.mergedInto != merged { add(.merged, entry.effectiveAt, entry) }
    noteStatus(entry)
  }

  private mutating func noteTopic(_ entry: TicketEntry) {
    let at = entry.effectiveAt
    switch entry.typeNumber {
    case TicketOpened.type.number: noteOpening(entry)
    case ResolutionProposed.type.number: add(.proposed, at, entry)
    case CloseConfirmed.type.number: add(.confirmed, at, entry)
    case TicketClosed.type.number:
      // A close of a closed ticket is a contradiction and no second close.
      guard fold.state.contradictions.last?.position != entry.position else { return }
      add(.closed, at, entry, fold.state.closeKind.map(ClockSignal.Closing.of) ?? 0)
    case TicketReopened.type.number: add(.reopened, at, entry)
    case TicketDeleted.type.number: add(.deleted, at, entry)
    case TicketRestored.type.number: add(.restored, at, entry)
    case SLAPolicyApplied.type.number:
      guard let payload = try? entry.payload(SLAPolicyApplied.self) else { return }
      let application = PolicyApplication(
        id: payload.policyId, version: payload.policyVersion, mode: payload.mode)
      add(.policyApplied, at, entry, facts.place(application))
    case SLAPolicyDetached.type.number: add(.policyDetached, at, entry)
    default: noteRecorded(entry)
    }
  }

  private mutating func noteOpening(_ entry: TicketEntry) {
    openedAt = facts.signals.count
    let needsReply = !isWithoutContact(entry) && !isJudgedToNeedNone(entry)
    add(.opened, entry.effectiveAt, entry, needsReply ? ClockSignal.Opening.needsReply : 0)
    if let group = fold.state.group { addGroup(group, entry) }
  }

  /// An agent opened it, and nothing says that a client was heard.
  private func isWithoutContact(_ entry: TicketEntry) -> Bool {
    guard entry.actor.kind == .agent, let payload = try? entry.payload(TicketOpened.self) else {
      return false
    }
    if payload.contactId != nil || payload.callId != nil || payload.channelLabel != nil {
      return false
    }
    if payload.openedByRole == .client || payload.openedByRole == .authorised { return false }
    guard payload.channel == nil || payload.channel == .direct else { return false }
    return !groupMessages(entry).contains { $0.isFromClient }
  }

  /// The message with which it was opened is automatic, or somebody judged that it needs no reply.
  private func isJudgedToNeedNone(_ entry: TicketEntry) -> Bool {
    let messages = groupMessages(entry).filter(\.isFromClient)
    return !messages.isEmpty
      && messages.allSatisfy { $0.autoSubmitted == true || $0.needsReply == .no }
  }

  private func groupMessages(_ entry: TicketEntry) -> [MessageReceived] {
    guard let group = entry.event.envelope.group?.id else { return [] }
    return entries.compactMap { other in
      guard other.typeNumber == MessageReceived.type.number, other.retractedBy == nil,
        other.event.envelope.group?.id == group
      else { return nil }
      return try? other.payload(MessageReceived.self)
    }
  }

  private mutating func noteAttributes(_ entry: TicketEntry) {
    let state = fold.state
    var now = TicketAttributes(
      priority: state.priority, kind: attributes.kind, channel: state.channel, topic: state.topic,
      group: state.group, client: state.client, tags: state.tags, fields: state.fields)
    if entry.typeNumber == TicketOpened.type.number {
      now.kind = (try? entry.payload(TicketOpened.self))?.kind?.word
    } else if entry.typeNumber == TicketClassified.type.number {
      now.kind = (try? entry.payload(TicketClassified.self))?.kind?.word ?? now.kind
    }
    guard now != attributes else { return }
    attributes = now
    add(.attributes, entry.effectiveAt, entry, facts.place(now))
  }

  private mutating func noteStatus(_ entry: TicketEntry) {
    let now = [fold.status.word] + (fold.state.sourceStatus.map { [$0] } ?? [])
    guard now != statuses else { return }
    statuses = now
    add(.status, entry.effectiveAt, entry, facts.place(now))
  }

  // MARK: Waits

  /// The waits that ended by themselves before the entry, each at its own end.
  private mutating func noteEndedWaits(before instant: Timestamp) {
    let due = waits.filter { $0.until.map { $0 < instant } ?? false }
      .sorted { ($0.until ?? instant) < ($1.until ?? instant) }
    for wait in due {
      waits.removeAll { $0 == wait }
      add(
        .waiting, wait.until ?? instant, wait.position, facts.place(waits.map(\.reason)))
    }
  }

  private mutating func noteWaits(_ entry: TicketEntry) {
    guard fold.state.waits != waits else { return }
    waits = fold.state.waits
    add(.waiting, entry.effectiveAt, entry, facts.place(waits.map(\.reason)))
  }

  // MARK: What others wrote

  private mutating func noteRecorded(_ entry: TicketEntry) {
    switch entry.typeNumber {
    case SLABreachObserved.type.number:
      guard let payload = try? entry.payload(SLABreachObserved.self) else { return }
      facts.recorded.append(
        RecordedSignal(
          kind: .breach, clock: payload.clock, instance: payload.instance,
          policy: payload.policyId, policyVersion: payload.policyVersion, dueAt: payload.dueAt,
          remaining: nil, code: nil, at: entry.effectiveAt, position: entry.position))
    case SLAWarningIssued.type.number:
      guard let payload = try? entry.payload(SLAWarningIssued.self) else { return }
      facts.recorded.append(
        RecordedSignal(
          kind: .warning, clock: payload.clock, instance: payload.instance,
          policy: payload.policyId, policyVersion: payload.policyVersion, dueAt: payload.dueAt,
          remaining: payload.remainingSeconds, code: nil, at: entry.effectiveAt,
          position: entry.position))
    case SLABreachExplained.type.number:
      guard let payload = try? entry.payload(SLABreachExplained.self) else { return }
      facts.recorded.append(
        RecordedSignal(
          kind: .explanation, clock: payload.clock, instance: payload.instance, policy: nil,
          policyVersion: nil, dueAt: nil, remaining: nil,
          code: payload.causeCode?.word ?? payload.ownCode, at: entry.effectiveAt,
          position: entry.position))
    default: break
    }
  }

  // MARK: The end

  mutating func finished() -> ClockFacts {
    // Waits with an end ahead end at it; who asks about an earlier instant leaves that out.
    noteEndedWaits(before: .latest)
    // Whether the call of the opening was answered may be said by a later event.
    var state = TicketState(ticket: facts.ticket)
    state.openedAt = fold.state.openedAt
    state.openedBy = fold.state.openedBy
    fold.answerOpening(in: &state)
    if let openedAt, state.firstReplyAt != nil {
      facts.signals[openedAt].value =
        ClockSignal.Opening.needsReply | ClockSignal.Opening.isAnswered
    }
    facts.holders = fold.state.responsibility.map {
      HolderSpan(holder: $0.holder, from: $0.from, until: $0.until, position: $0.position)
    }
    facts.offers = offers()
    return facts
  }

  private func offers() -> [OfferSpan] {
    (fold.formerOffers + fold.offers.values).map { record in
      // An offer of somebody who no longer holds the ticket waits for nothing.
      let held = fold.state.responsibility.first {
        $0.holder == record.offer.from && $0.until.map { record.offer.since < $0 } ?? true
      }
      let ends = [record.answer?.at, record.offer.expiresAt, held?.until].compactMap { $0 }
      return OfferSpan(
        handoff: record.offer.handoff, toAgent: record.offer.toAgent,
        toGroup: record.offer.toGroup, from: record.offer.since, until: ends.min(),
        position: record.offer.position)
    }.sorted { ($0.from, $0.position) < ($1.from, $1.position) }
  }

  private mutating func addGroup(_ group: String?, _ entry: TicketEntry) {
    add(.group, entry.effectiveAt, entry, facts.place(group))
  }

  /// Adds a signal; none is earlier than the one before it or later than its event.
  private mutating func add(
    _ kind: ClockSignal.Kind, _ at: Timestamp, _ entry: TicketEntry, _ value: UInt32 = 0
  ) {
    add(kind, min(at, entry.effectiveAt), entry.position, value)
  }

  private mutating func add(
    _ kind: ClockSignal.Kind, _ at: Timestamp, _ position: Position, _ value: UInt32
  ) {
    let at = max(at, facts.signals.last?.at ?? at)
    facts.signals.append(ClockSignal(at: at, position: position, kind: kind, value: value))
  }
}

extension ClockSignal.Closing {
  fileprivate static func of(_ kind: CloseKind) -> UInt32 {
    switch kind {
    case .merged: merged
    case .duplicate, .spam: void
    default: work
    }
  }
}

extension MessageReceived {
  fileprivate var isFromClient: Bool {
    switch authorRole {
    case nil, .client?, .authorised?: true
    default: false
    }
  }
}
