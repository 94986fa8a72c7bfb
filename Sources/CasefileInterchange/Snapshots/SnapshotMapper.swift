internal import CasefileModel

/// Makes one action group of events from a row and the ticket as the row before left it.
///
/// It is pure: the same row after the same snapshot gives the same events. Every event of a row
/// carries the row's own time, `ticket.opened` too: a time at which the source says that the ticket
/// was opened lies before the first row, and at that time what the first row shows was not yet true
/// (in UCI 498 some tickets are first seen closed). Domain order keeps the opening first by the
/// order key and the place in the group.
struct SnapshotMapper {
  /// A change before its id and its place in the group are known.
  struct Draft {
    let payload: any EventPayload
    var tags: [String] = []
  }

  let profile: ImportProfile
  let plan: SnapshotPlan
  private let pools: [ValuePool]
  private let actors: ValuePool
  private let people: PersonDirectory
  private let batch: String?
  /// What the state labels mean, by code; nil where the profile does not say.
  private let meanings: [SnapshotRules.StateMeaning?]

  init(
    profile: ImportProfile, plan: SnapshotPlan, pools: [ValuePool], actors: ValuePool,
    people: PersonDirectory, batch: String?
  ) {
    self.profile = profile
    self.plan = plan
    self.pools = pools
    self.actors = actors
    self.people = people
    self.batch = batch
    let states = plan.state.map { pools[$0] }
    meanings = (0..<UInt32(states?.count ?? 0)).map { code in
      states?.text(code).flatMap { profile.snapshots.labels[$0] }
    }
  }

  /// The events of a row in order, and the ticket after it.
  func map(
    _ row: SnapshotRow, after previous: Snapshot?
  ) -> (events: [Event], snapshot: Snapshot) {
    let (drafts, next) = drafts(of: row, after: previous)
    return (events(of: drafts, row), next)
  }

  /// The ticket after a row whose events nobody asks for.
  func snapshot(of row: SnapshotRow, after previous: Snapshot?) -> Snapshot {
    drafts(of: row, after: previous).next
  }

  private func drafts(
    of row: SnapshotRow, after previous: Snapshot?
  ) -> (drafts: [Draft], next: Snapshot) {
    var next = Snapshot(cells: row.cells, wait: previous?.wait)
    guard let previous else { return (opening(&next, row), next) }
    return (changes(from: previous, to: &next, row), next)
  }

  private func events(of drafts: [Draft], _ row: SnapshotRow) -> [Event] {
    let actorID = actors.text(row.actor)
    let kind = actorID.flatMap { profile.actor.kinds[$0] } ?? profile.actor.kind
    let role: PersonRole = kind == .client ? .client : .agent
    let actor = Actor(
      kind,
      actorID.map { people.id(of: $0, as: role, by: profile.actor.identity, at: nil) })
    let origin = Origin(
      system: profile.source,
      externalID: nil, importBatch: batch, sequence: row.sequence, basis: .imported,
      sourceRecordedAt: row.writtenAt, file: row.file, row: row.row)
    let groupID = row.identity.groupID(at: row.time)
    return drafts.enumerated().map { index, draft in
      event(
        draft.payload, row, actor, draft.tags, origin, row.identity.eventID(index, at: row.time),
        ActionGroup(id: groupID, index: UInt32(index + 1), count: UInt32(drafts.count)))
    }
  }

  private func event(
    _ payload: some EventPayload, _ row: SnapshotRow, _ actor: Actor, _ tags: [String],
    _ origin: Origin, _ id: EventID, _ group: ActionGroup
  ) -> Event {
    var event = Event(
      payload, on: row.stream, at: row.time, by: actor, id: id, tags: tags, origin: origin,
      group: group)
    event.zone = profile.zone.name
    return event
  }

  // MARK: The first row

  private func opening(_ next: inout Snapshot, _ row: SnapshotRow) -> [Draft] {
    var opened = TicketOpened(kind: profile.snapshots.ticketKind)
    var tags: [String] = []
    var assignee: String?
    for (index, column) in plan.columns.enumerated() {
      guard let value = text(index, next.cells[index]) else { continue }
      switch column.role {
      case .state: opened.sourceLabel = value
      case .group:
        opened.groupId = value
        tag(.group, value, &tags)
      case .client:
        opened.clientId = value
        tag(.client, value, &tags)
      case .assignee: assignee = value
      case .openedBy: opened.openedBy = value
      case .number: opened.number = value
      case .subject: opened.subject = value
      case .topic:
        opened.topicId = value
        tag(.topic, value, &tags)
      case .priority: opened.priority = value
      case .impact: opened.impact = value
      case .urgency: opened.urgency = value
      case .channel:
        opened.channelLabel = value
        opened.channel = profile.snapshots.channels[value]
      case .openedAt: opened.statedOpenedAt = instant(value)
      case .plainField: opened.fields[column.name] = value
      case .contentField: opened.contentFields[column.name] = value
      // What the next count is compared with; none has been counted where it is nought.
      case .counter where value != "0": opened.fields[column.name] = value
      case .counter, .resolvedAt, .untracked: continue
      }
    }
    let meaning = meaning(next)
    opened.status = meaning?.status
    var drafts = [Draft(payload: opened, tags: tags)]
    if let assignee {
      var tags: [String] = []
      tag(.agent, assignee, &tags)
      drafts.append(
        Draft(payload: TicketAssigned(agentId: assignee, mode: .initial), tags: tags))
    }
    // Only causes close a ticket, stop or pause its clocks; the label alone does neither.
    drafts += causes(entering: meaning, from: nil, &next, row)
    return drafts
  }

  // MARK: A later row

  private func changes(
    from previous: Snapshot, to next: inout Snapshot, _ row: SnapshotRow
  ) -> [Draft] {
    var drafts: [Draft] = []
    var late: [Draft] = []
    var untracked: [String] = []
    for (index, column) in plan.columns.enumerated() {
      let (before, after) = (previous.cells[index], next.cells[index])
      // What the store does not hold of the row before can't be compared.
      guard before != after, before != ValuePool.notRecorded else { continue }
      switch column.role {
      case .state:
        let (first, last) = stateChange(from: previous, to: &next, before, after, row)
        drafts += first
        late = last
      case .counter: drafts.append(counterChange(index, before, after))
      case .untracked: untracked.append(column.name)
      case .resolvedAt: continue
      default: drafts += change(index, column, text(index, before), text(index, after))
      }
    }
    drafts += late
    if drafts.isEmpty {
      drafts.append(Draft(payload: SourceUpdated(changedColumns: untracked)))
    }
    return drafts
  }

  /// A label's change, with what it ends before the other changes and what it causes after them.
  private func stateChange(
    from previous: Snapshot, to next: inout Snapshot, _ before: UInt32, _ after: UInt32,
    _ row: SnapshotRow
  ) -> (first: [Draft], last: [Draft]) {
    let old = meaning(previous)
    let new = meaning(next)
    var drafts = [
      Draft(
        payload: TicketStatusChanged(
          from: old?.status, to: new?.status, sourceLabel: plan.state.flatMap { text($0, after) },
          fromLabel: plan.state.flatMap { text($0, before) }))
    ]
    if let wait = previous.wait {
      let ending: WaitEnding? =
        new?.wait != nil ? .replaced : new?.status == .closed ? .closed : nil
      drafts.append(
        Draft(payload: WaitingEnded(waitId: wait.id, reason: wait.reason, ending: ending)))
      next.wait = nil
    }
    if case .leaving(let statuses)? = profile.snapshots.reopening, let left = old?.status,
      let reached = new?.status, statuses.contains(left), !statuses.contains(reached),
      reached != .closed
    {
      drafts.append(Draft(payload: TicketReopened()))
    }
    return (drafts, causes(entering: new, from: old, &next, row))
  }

  /// What a label brings about: a proposal, a wait, a close.
  private func causes(
    entering new: SnapshotRules.StateMeaning?, from old: SnapshotRules.StateMeaning?,
    _ next: inout Snapshot, _ row: SnapshotRow
  ) -> [Draft] {
    var drafts: [Draft] = []
    if new?.status == .resolved, old?.status != .resolved {
      drafts.append(Draft(payload: ResolutionProposed()))
    }
    let label = plan.state.flatMap { text($0, next.cells[$0]) }
    if let reason = new?.wait {
      // Thirty-two bits of the row's own id tell the waits of one ticket apart.
      let bits = UInt32(truncatingIfNeeded: row.identity.eventID(0, at: row.time).low)
      let digits = String(bits, radix: 16)
      let wait = Snapshot.Wait(
        id: "w" + String(repeating: "0", count: 8 - digits.count) + digits, reason: reason)
      drafts.append(
        Draft(payload: WaitingStarted(waitId: wait.id, reason: reason, sourceLabel: label)))
      next.wait = wait
    }
    if new?.status == .closed, old?.status != .closed {
      drafts.append(
        Draft(
          payload: TicketClosed(
            kind: new?.closeKind ?? .unknown, sourceLabel: label,
            statedResolvedAt: statedResolution(next, row))))
    }
    return drafts
  }

  /// When the source says that a ticket was resolved that a row closes. A time after the row's own
  /// is one that a later row carried backwards: nobody knew it yet.
  private func statedResolution(_ snapshot: Snapshot, _ row: SnapshotRow) -> Timestamp? {
    let stated = plan.resolvedAt.flatMap { text($0, snapshot.cells[$0]) }.flatMap { instant($0) }
    return stated.flatMap { $0 <= row.time ? $0 : nil }
  }

  /// One event for one changed column. Unknown to a value and back is no handoff.
  private func change(
    _ index: Int, _ column: SnapshotPlan.Column, _ before: String?, _ after: String?
  ) -> [Draft] {
    var tags: [String] = []
    switch column.role {
    case .group:
      tag(.group, before, &tags)
      tag(.group, after, &tags)
      return [
        Draft(payload: TicketGroupChanged(fromGroup: before, toGroup: after), tags: tags)
      ]
    case .assignee:
      tag(.agent, before, &tags)
      tag(.agent, after, &tags)
      guard let after else {
        return [Draft(payload: TicketUnassigned(agentId: before), tags: tags)]
      }
      return [Draft(payload: TicketAssigned(agentId: after), tags: tags)]
    case .client:
      tag(.client, before, &tags)
      tag(.client, after, &tags)
      return [
        Draft(payload: TicketClientChanged(fromClient: before, toClient: after), tags: tags)
      ]
    case .priority: return [Draft(payload: TicketPriorityChanged(from: before, to: after))]
    case .topic:
      tag(.topic, after, &tags)
      return [Draft(payload: TicketClassified(topicId: after, oldTopic: before), tags: tags)]
    case .subject where after != nil:
      return [Draft(payload: TicketSubjectChanged(oldSubject: before, newSubject: after))]
    case .contentField, .subject:
      return [
        Draft(
          payload: TicketFieldChanged(
            field: column.name, oldValue: json(before), newValue: json(after)))
      ]
    default: return [plainChange(column, before, after)]
    }
  }

  private func plainChange(
    _ column: SnapshotPlan.Column, _ before: String?, _ after: String?
  ) -> Draft {
    Draft(
      payload: TicketFieldChanged(
        field: column.name, plainOldValue: before, plainNewValue: after))
  }

  /// A count that rose is a reopening; any other change of it is a field's.
  private func counterChange(_ index: Int, _ before: UInt32, _ after: UInt32) -> Draft {
    let (old, new) = (text(index, before), text(index, after))
    let count = old.map { Int64($0) } ?? 0
    if let count, let newCount = new.flatMap({ Int64($0) }), newCount > count {
      return Draft(payload: TicketReopened())
    }
    return plainChange(plan.columns[index], old, new)
  }

  // MARK: Values

  private func text(_ index: Int, _ code: UInt32) -> String? { pools[index].text(code) }

  private func meaning(_ snapshot: Snapshot) -> SnapshotRules.StateMeaning? {
    guard let state = plan.state else { return nil }
    let code = snapshot.cells[state]
    return code < meanings.count ? meanings[Int(code)] : nil
  }

  private func instant(_ text: String) -> Timestamp? {
    let bytes = Array(text.utf8)
    let field = CSVField(start: 0, end: bytes.count)
    return profile.timeFormats.lazy.compactMap {
      $0.time(bytes, field, in: profile.zone)
    }.first
  }

  private func json(_ text: String?) -> JSONText? {
    text.map { JSONText(JSONValue.string($0).text) }
  }

  private func tag(_ kind: PersonRole, _ id: String?, _ tags: inout [String]) {
    if let id, profile.tags.contains(kind) { tags.append("\(kind.rawValue):\(id)") }
  }
}
