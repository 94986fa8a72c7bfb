public import CasefileModel

extension TicketHistory {
  /// Every event of the ticket in domain order, with what it changed in the ticket's state.
  ///
  /// ```swift
  /// for step in history.auditTrail() where step.lateness.isLate == true { … }
  /// ```
  /// Changes are found by comparing the state before and after each event. What ends by time alone,
  /// a wait or an offer, is a change of the next event that has `lapsedAt`. Left out are the counts
  /// of messages and calls, and the lists of spans and handoffs: each event that adds to them is an
  /// entry itself, and `assignee` tells where responsibility went.
  ///
  /// - Parameters:
  ///   - asOf: leaves out what happened later.
  ///   - knownAt: leaves out what was recorded later, corrections too.
  ///   - lateLimit: the delay over which an event is late.
  /// - Complexity: O(n log n); each event is applied once and compared field by field.
  public func auditTrail(
    asOf: Timestamp? = nil, knownAt: KnownAt? = nil, lateLimit: Duration = Lateness.defaultLimit
  ) -> [AuditEntry] {
    let all = known(at: knownAt)
    let entries = select(asOf, from: all)
    var walk = AuditWalk(
      fold: TicketFold(ticket: ticket ?? "", deliveries: DeliveryVerdicts(all)),
      targets: Dictionary(
        all.map { ($0.event.envelope.id, $0) }, uniquingKeysWith: { first, _ in first }),
      lateLimit: lateLimit, schema: schema)
    for entry in entries { walk.take(entry) }
    if let end = asOf ?? entries.last(where: { $0.retractedBy == nil })?.effectiveAt {
      walk.lapse(until: end)
    }
    return walk.trail
  }
}

/// Applies entries one by one and notes the differences.
private struct AuditWalk {
  var trail: [AuditEntry] = []
  private var fold: TicketFold
  private var last: AuditedState?
  /// The agreements as they were last said to be, by their place in the state's list.
  private var agreements: [Int: JSONValue] = [:]
  private let targets: [EventID: TicketEntry]
  private let lateLimit: Duration
  private let schema: EventSchema

  init(
    fold: TicketFold, targets: [EventID: TicketEntry], lateLimit: Duration, schema: EventSchema
  ) {
    self.fold = fold
    self.targets = targets
    self.lateLimit = lateLimit
    self.schema = schema
  }

  mutating func take(_ entry: TicketEntry) {
    let isApplied = entry.retractedBy == nil && !entry.isAmendment
    var changes: [AuditChange] = []
    let contradictionCount = fold.state.contradictions.count
    let unreadableCount = fold.state.unreadable.count
    if isApplied {
      changes = lapses(until: entry.effectiveAt)
      let before = last ?? AuditedState()
      let pastWaits = fold.state.pastWaits.count
      fold.apply(entry)
      let after = AuditedState(fold, at: entry.effectiveAt)
      changes += AuditedState.changes(from: before, to: after)
      changes += endedWaits(from: pastWaits)
      changes += agreementChange()
      last = after
    }
    trail.append(
      AuditEntry(
        entry: entry, channel: channel(of: entry), changes: changes,
        lateness: Lateness(entry, limit: lateLimit), amendment: amendment(entry),
        contradictions: fold.state.contradictions[contradictionCount...].map(\.kind),
        isUnreadable: fold.state.unreadable.count > unreadableCount))
  }

  /// Adds to the last entry what ended by time after it.
  mutating func lapse(until instant: Timestamp) {
    guard
      let index = trail.lastIndex(where: { $0.entry.retractedBy == nil && !$0.entry.isAmendment })
    else { return }
    trail[index].changes += lapses(until: instant)
  }

  /// What time alone changed since the entry before.
  private mutating func lapses(until instant: Timestamp) -> [AuditChange] {
    guard let before = last else { return [] }
    let pastWaits = fold.state.pastWaits.count
    fold.endWaits(until: instant)
    let after = AuditedState(fold, at: instant)
    let ended = fold.state.pastWaits[pastWaits...].compactMap(\.endedAt).max()
    let offerEnd = before.state.openOffer?.expiresAt
    last = after
    return AuditedState.changes(
      from: before, to: after,
      lapsedAt: { field in
        field == "openOffer" ? offerEnd ?? instant : ended ?? instant
      }) + endedWaits(from: pastWaits, byTime: true)
  }

  private func endedWaits(from count: Int, byTime: Bool = false) -> [AuditChange] {
    fold.state.pastWaits[count...].map { wait in
      AuditChange(
        field: "pastWaits.\(wait.id)", before: .null, after: wait.json,
        lapsedAt: byTime ? wait.endedAt : nil)
    }
  }

  private mutating func agreementChange() -> [AuditChange] {
    guard let index = fold.changedAgreement else { return [] }
    let agreement = fold.state.agreements[index]
    let before = agreements.updateValue(agreement.json, forKey: index)
    return [
      AuditChange(
        field: "agreements.\(agreement.id)", before: before ?? .null, after: agreement.json,
        lapsedAt: nil)
    ]
  }

  // MARK: What the event itself says

  private func amendment(_ entry: TicketEntry) -> AuditAmendment? {
    if entry.isCorrection, let correction = try? entry.payload(EventCorrected.self) {
      let target = targets[correction.targetEventId]
      let effect = target?.corrections.first { $0.position == entry.position }
      let stated = correction.newValue.flatMap { try? JSONValue($0) } ?? .null
      return AuditAmendment(
        target: correction.targetEventId, targetPosition: target?.position,
        field: correction.field,
        before: effect?.before ?? correction.oldValue.flatMap { try? JSONValue($0) } ?? .null,
        after: stated, isInForce: effect?.isApplied ?? false)
    }
    guard entry.isAmendment, let retraction = try? entry.payload(EventRetracted.self) else {
      return nil
    }
    let target = targets[retraction.targetEventId]
    return AuditAmendment(
      target: retraction.targetEventId, targetPosition: target?.position, field: nil,
      before: .null, after: .null, isInForce: entry.retractedBy == nil && target != nil)
  }

  /// By the event's own field; a call and a chat are their own channels; else as the source says.
  private func channel(of entry: TicketEntry) -> String? {
    let envelope = entry.event.envelope
    let type = schema.descriptor(number: envelope.typeNumber, name: envelope.typeName)
    if type?.fields.contains(where: { $0.name == "channel" }) ?? false,
      let data = entry.correctedData ?? (try? schema.data(of: entry.event).data),
      case .string(let word)? = data["channel"]
    {
      return word
    }
    if entry.typeName.hasPrefix("call.") { return Channel.phone.word }
    if entry.typeName.hasPrefix("chat.") { return Channel.chat.word }
    return envelope.origin?.channel
  }
}

extension TicketEntry {
  fileprivate var isCorrection: Bool { typeNumber == EventCorrected.type.number }
}
