import CasefileModel

/// Folds entries in domain order into a state. What each event means stands in the extensions, by
/// topic; every rule is one of `definitions.md`.
struct TicketFold {
  var state: TicketState
  let deliveries: DeliveryVerdicts

  // Responsibility.
  var offers: [String: OfferRecord] = [:]
  /// Offers whose id was used once more.
  var formerOffers: [OfferRecord] = []
  var openOffer: String?
  var lastHolder: (agent: String, since: Timestamp)?

  // Contact.
  var calls: [String: CallRecord] = [:]
  var lastCall: String?
  var openedFromCall: String?
  var openingGroup: EventID?
  var messages: Set<String> = []
  var turns: [Turn: Timestamp] = [:]
  var work: [WorkKey: WorkRecord] = [:]
  var touchKeys: Set<WorkKey> = []
  var hasHumanAct = false

  // Agreements and closes.
  /// The agreement that the newest entry recorded or settled, by its place in the state's list.
  var changedAgreement: Int?
  /// The times in which it was closed.
  var closures: [AgentPart.Closure] = []

  /// The deadlines that were stated as missed; each counts once, however often that is observed.
  var breaches: Set<BreachKey> = []

  /// What each agent did and what happened to each, as far as it is known entry by entry.
  var acts: [String: [AgentEntry]] = [:]

  /// What clocks hear of the newest entry.
  var marks = EntryMarks()

  /// What an entry means for contact, by the rules that stand in this fold alone.
  struct EntryMarks {
    /// The client wrote something that needs a reply.
    var isClientTurn = false
    /// When a human reply went out or a call was answered.
    var repliedAt: Timestamp?
    /// When somebody at the desk first touched it.
    var reactedAt: Timestamp?
  }

  init(ticket: String, deliveries: DeliveryVerdicts) {
    state = TicketState(ticket: ticket)
    self.deliveries = deliveries
  }

  /// Applies the next entry in domain order; one that can't be read is named and changes nothing.
  mutating func apply(_ entry: TicketEntry) {
    endWaits(until: entry.effectiveAt)
    changedAgreement = nil
    marks = EntryMarks()
    do {
      // Every handler reads its fields before it changes anything.
      try applyByTopic(entry)
      noteHumanAct(entry)
    } catch {
      state.unreadable.append(entry.position)
    }
  }

  /// Events of no topic here, such as a note, change no state; they may still be work.
  private mutating func applyByTopic(_ entry: TicketEntry) throws(CodecError) {
    if try applyLifecycle(entry) { return }
    if try applyResponsibility(entry) { return }
    if try applyContact(entry) { return }
    if try applyOutcome(entry) { return }
    try noteBreach(entry)
  }

  /// Settles what depends on the instant of evaluation.
  mutating func finish(at instant: Timestamp?) {
    guard let instant else { return }
    state.evaluatedAt = instant
    endWaits(until: instant)
    state.openOffer = offer(openAt: instant)
    finishContact()
    state.status = status
  }

  /// The offer that waits for an answer at an instant.
  func offer(openAt instant: Timestamp) -> TicketState.Offer? {
    guard let openOffer, let record = offers[openOffer], record.isOpen(at: instant),
      record.offer.from == state.assignee
    else { return nil }
    return record.offer
  }

  /// Derived from what was applied so far.
  var status: TicketStatus {
    if state.closedAt != nil { return .closed }
    if state.resolvedAt != nil { return .resolved }
    if state.waits.contains(where: \.isForClient) { return .pending }
    if !state.waits.isEmpty { return .onHold }
    return hasHumanAct ? .open : .new
  }

  mutating func contradict(_ kind: TicketState.Contradiction.Kind, _ entry: TicketEntry) {
    state.contradictions.append(TicketState.Contradiction(kind: kind, position: entry.position))
  }

  mutating func use(channel: String?) {
    guard let channel, !state.channels.contains(channel) else { return }
    state.channels.append(channel)
  }
}
