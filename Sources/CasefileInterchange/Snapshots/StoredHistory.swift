internal import CasefileModel
internal import CasefileProjections

/// What the store holds of one ticket from one source: the base of rows that come later.
struct StoredHistory {
  /// The ticket after the last row imported. Cells of which the store keeps nothing, since they are
  /// not tracked or were erased, are `ValuePool.notRecorded`.
  private(set) var snapshot: Snapshot
  /// The order key of the last row imported.
  private(set) var lastOrder = Int64.min
  /// The first events of rows by the last eight bytes of their ids, which tell a row whatever its
  /// time.
  private(set) var firstEvents: [UInt64: StoredEvent] = [:]
  private var reopenings: Int64 = 0
  private let plan: SnapshotPlan

  /// Folds the stream's events that came from the source; nil if there are none.
  ///
  /// Corrections and retractions count only where the source itself made them: its next row differs
  /// from what the source said, not from what others know better since.
  ///
  /// - Throws: `CodecError` if a body is not of its type.
  init?(
    _ events: [StoredEvent], profile: ImportProfile, plan: SnapshotPlan,
    pools: inout [ValuePool]
  ) throws {
    self.plan = plan
    snapshot = Snapshot(
      cells: plan.columns.map {
        switch $0.role {
        case .counter, .openedAt, .resolvedAt, .untracked: ValuePool.notRecorded
        default: ValuePool.unknown
        }
      })
    var isEmpty = true
    let own = events.filter {
      $0.envelope.origin?.basis == .imported && $0.envelope.origin?.system == profile.source
    }
    let amendments = Amendments(own, schema: .builtIn)
    func order(_ event: StoredEvent) -> Int64 {
      profile.order == nil
        ? event.envelope.occurredAt.microseconds : event.envelope.origin?.sequence ?? .min
    }
    // What a correction added lies behind rows that came after the corrected one.
    let sorted = own.sorted { (order($0), $0.position) < (order($1), $1.position) }
    for event in sorted {
      isEmpty = false
      let entry = amendments.entry(of: event)
      if entry.isAmendment { continue }
      lastOrder = max(lastOrder, order(event))
      if event.envelope.group?.index ?? 1 == 1 { firstEvents[event.envelope.id.low] = event }
      if entry.retractedBy == nil { try fold(entry, &pools) }
    }
    if isEmpty { return nil }
  }

  /// Completes what the store does not hold by the last of the ticket's rows that are in the file
  /// and in the store, and else by what must have been.
  mutating func complete(by row: [UInt32]?, pools: inout [ValuePool]) {
    for index in snapshot.cells.indices where snapshot.cells[index] == ValuePool.notRecorded {
      if let row {
        snapshot.cells[index] = row[index]
      } else if index == plan.counter {
        snapshot.cells[index] = pools[index].code(String(reopenings))
      }
    }
  }

  private mutating func fold(_ event: TicketEntry, _ pools: inout [ValuePool]) throws {
    switch event.typeNumber {
    case TicketOpened.type.number:
      guard let opened = try event.payload(as: TicketOpened.self) else { return }
      set(.state, opened.sourceLabel, &pools)
      set(.group, opened.groupId, &pools)
      set(.client, opened.clientId, &pools)
      set(.openedBy, opened.openedBy, &pools)
      set(.number, opened.number, &pools)
      set(.subject, opened.subject, &pools)
      set(.topic, opened.topicId, &pools)
      set(.priority, opened.priority, &pools)
      set(.impact, opened.impact, &pools)
      set(.urgency, opened.urgency, &pools)
      set(.channel, opened.channelLabel, &pools)
      setFields(of: opened, event.event, &pools)
    case TicketAssigned.type.number:
      set(.assignee, try event.payload(as: TicketAssigned.self)?.agentId, &pools)
    case TicketUnassigned.type.number: set(.assignee, nil, &pools)
    case TicketGroupChanged.type.number:
      set(.group, try event.payload(as: TicketGroupChanged.self)?.toGroup, &pools)
    case TicketStatusChanged.type.number:
      set(.state, try event.payload(as: TicketStatusChanged.self)?.sourceLabel, &pools)
    case TicketPriorityChanged.type.number:
      set(.priority, try event.payload(as: TicketPriorityChanged.self)?.to, &pools)
    case TicketClientChanged.type.number:
      set(.client, try event.payload(as: TicketClientChanged.self)?.toClient, &pools)
    case TicketClassified.type.number:
      set(.topic, try event.payload(as: TicketClassified.self)?.topicId, &pools)
    case TicketSubjectChanged.type.number:
      set(.subject, try event.payload(as: TicketSubjectChanged.self)?.newSubject, &pools)
    case TicketFieldChanged.type.number:
      guard let change = try event.payload(as: TicketFieldChanged.self) else { return }
      try set(change, of: event.event, &pools)
    case TicketReopened.type.number: reopenings = reopenings.addingReportingOverflow(1).partialValue
    case WaitingStarted.type.number:
      snapshot.wait = try event.payload(as: WaitingStarted.self).map {
        Snapshot.Wait(id: $0.waitId, reason: $0.reason)
      }
    case WaitingEnded.type.number: snapshot.wait = nil
    default: return
    }
  }

  private mutating func setFields(
    of opened: TicketOpened, _ event: StoredEvent, _ pools: inout [ValuePool]
  ) {
    // Committed values that can't be read were erased: nobody can say whether they change next.
    let areErased =
      opened.contentFields.isEmpty
      && event.envelope.commitments.contains { $0.path.hasPrefix("27.") }
    for (index, column) in plan.columns.enumerated() {
      switch column.role {
      case .plainField:
        guard let text = opened.fields[column.name] else { continue }
        snapshot.cells[index] = pools[index].code(text)
      case .contentField where areErased: snapshot.cells[index] = ValuePool.notRecorded
      case .contentField:
        guard let text = opened.contentFields[column.name] else { continue }
        snapshot.cells[index] = pools[index].code(text)
      case .counter: reopenings = opened.fields[column.name].flatMap { Int64($0) } ?? 0
      default: continue
      }
    }
  }

  private mutating func set(
    _ role: SnapshotPlan.Role, _ text: String?, _ pools: inout [ValuePool]
  ) {
    guard let index = plan.columns.firstIndex(where: { $0.role == role }) else { return }
    snapshot.cells[index] = text.map { pools[index].code($0) } ?? ValuePool.unknown
  }

  private mutating func set(
    _ change: TicketFieldChanged, of event: StoredEvent, _ pools: inout [ValuePool]
  ) throws {
    guard let index = plan.columns.firstIndex(where: { $0.name == change.field }) else { return }
    var text = change.plainNewValue
    if let json = change.newValue, case .string(let value) = try JSONValue(json) { text = value }
    // A committed value that can't be read was erased: nobody can say whether it changes next.
    let isErased = text == nil && event.envelope.commitments.contains { $0.path == "3" }
    snapshot.cells[index] =
      text.map { pools[index].code($0) }
      ?? (isErased ? ValuePool.notRecorded : ValuePool.unknown)
  }
}

extension TicketEntry {
  /// The payload, corrections applied; nil for another type.
  fileprivate func payload<Payload: EventPayload>(
    as type: Payload.Type
  ) throws(CodecError) -> Payload? {
    typeNumber == type.type.number ? try Payload(from: fields) : nil
  }
}
