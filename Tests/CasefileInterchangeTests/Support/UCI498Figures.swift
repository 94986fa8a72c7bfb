import CasefileModel

/// Figures of UCI 498 folded from stored events alone, in the order of the log.
struct UCI498Figures {
  /// How often a column went from unknown to a value, back, and from one value to another.
  struct Moves: Equatable {
    var gained = 0
    var lost = 0
    var passed = 0

    mutating func count(_ before: String?, _ after: String?) {
      switch (before, after) {
      case (nil, _?): gained += 1
      case (_?, nil): lost += 1
      case (let before?, let after?) where before != after: passed += 1
      default: return
      }
    }
  }

  // 2016-05-16T09:00Z.
  private static let instant = Timestamp(seconds: 1_463_389_200)
  private static let eight: Set = [
    "ticket.opened", "ticket.statusChanged", "ticket.assigned", "ticket.unassigned",
    "ticket.groupChanged", "ticket.priorityChanged", "ticket.reopened",
  ]

  var types: [String: Int] = [:]
  var fields: [String: Int] = [:]
  var assignments = Moves()
  var groups = Moves()
  var initialAssignments = 0
  var indirectHandoffs = 0
  var priorityTickets: Set<String> = []
  var slaLost = 0
  /// The last value of made_sla of each ticket: that of its opening, then of each change.
  var madeSLA: [String: String] = [:]
  /// Tickets whose opening says when the source opened them.
  var statedOpenings = 0
  /// What the closes state as the time of the resolution, by ticket.
  var statedResolutions: [String: Timestamp] = [:]
  var reopenedTickets: Set<String> = []
  /// The rows by their group: whether one of the eight columns changed in them.
  var rows: [EventID: Bool] = [:]
  var quietRows = 0
  var quietWords: Set<String> = []
  /// Events that come before their ticket's opening, or against its order key.
  var disorders = 0
  var firstLabels: [String: Int] = [:]
  var labels: [String: String] = [:]
  var labelsAtInstant: [String: Int] = [:]
  var waitedTickets: Set<String> = []
  var waitedSeconds: Int64 = 0
  var openWaits: [String: Timestamp] = [:]
  /// Label changes whose former label or group is not the one before.
  var unmatchedStates = 0

  private var holders: [String: String] = [:]
  private var lastHolders: [String: String] = [:]
  private var ticketGroups: [String: String] = [:]
  private var sequences: [String: Int64] = [:]
  private var effective: [String: Timestamp] = [:]
  private var atInstant: [String: String] = [:]
  private var wordsOfRows: [EventID: Set<String>] = [:]

  mutating func take(_ event: StoredEvent) throws {
    let name = EventSchema.builtIn.typeName(of: event.envelope)
    let ticket = event.envelope.stream.id
    types[name, default: 0] += 1
    try takeOrder(event, ticket, name)
    if let it = try event.payload(as: TicketOpened.self) {
      firstLabels[it.sourceLabel ?? "?", default: 0] += 1
      labels[ticket] = it.sourceLabel
      ticketGroups[ticket] = it.groupId
      madeSLA[ticket] = it.fields["made_sla"]
      if it.statedOpenedAt != nil { statedOpenings += 1 }
    } else if let it = try event.payload(as: TicketStatusChanged.self) {
      if labels[ticket] != it.fromLabel { unmatchedStates += 1 }
      labels[ticket] = it.sourceLabel
    } else if let it = try event.payload(as: TicketGroupChanged.self) {
      if ticketGroups[ticket] != it.fromGroup { unmatchedStates += 1 }
      groups.count(ticketGroups[ticket], it.toGroup)
      ticketGroups[ticket] = it.toGroup
    } else if let it = try event.payload(as: TicketClosed.self) {
      if let stated = it.statedResolvedAt { statedResolutions[ticket] = stated }
    } else if try event.payload(as: TicketPriorityChanged.self) != nil {
      priorityTickets.insert(ticket)
    } else if try event.payload(as: TicketReopened.self) != nil {
      reopenedTickets.insert(ticket)
    } else if let it = try event.payload(as: TicketFieldChanged.self) {
      fields[it.field, default: 0] += 1
      let isLoss = it.plainOldValue == "true" && it.plainNewValue == "false"
      if it.field == "made_sla", isLoss { slaLost += 1 }
      if it.field == "made_sla" { madeSLA[ticket] = it.plainNewValue }
    }
    try takeHolder(event, ticket)
    try takeWait(event, ticket)
    if Self.instant >= effective[ticket] ?? .latest { atInstant[ticket] = labels[ticket] }
  }

  private mutating func takeOrder(_ event: StoredEvent, _ ticket: String, _ name: String) throws {
    let sequence = event.envelope.origin?.sequence ?? -1
    if (sequences[ticket] == nil) != (name == "ticket.opened") { disorders += 1 }
    if sequence < sequences[ticket] ?? 0 { disorders += 1 }
    sequences[ticket] = sequence
    effective[ticket] = max(effective[ticket] ?? .earliest, event.envelope.occurredAt)
    guard let group = event.envelope.group else {
      disorders += 1
      return
    }
    var isOfEight = Self.eight.contains(name)
    if let it = try event.payload(as: TicketFieldChanged.self) {
      isOfEight = ["impact", "urgency", "made_sla"].contains(it.field)
    }
    rows[group.id] = rows[group.id] ?? false || isOfEight
    wordsOfRows[group.id, default: []].insert(name)
  }

  private mutating func takeHolder(_ event: StoredEvent, _ ticket: String) throws {
    if let it = try event.payload(as: TicketAssigned.self) {
      if it.mode == .initial {
        initialAssignments += 1
      } else {
        assignments.count(holders[ticket], it.agentId)
        if holders[ticket] == nil, let last = lastHolders[ticket], last != it.agentId {
          indirectHandoffs += 1
        }
      }
      holders[ticket] = it.agentId
    } else if let it = try event.payload(as: TicketUnassigned.self) {
      assignments.count(it.agentId, nil)
      if holders[ticket] != it.agentId { unmatchedStates += 1 }
      lastHolders[ticket] = it.agentId
      holders[ticket] = nil
    }
  }

  private mutating func takeWait(_ event: StoredEvent, _ ticket: String) throws {
    if let it = try event.payload(as: WaitingStarted.self) {
      if openWaits[ticket + it.waitId] != nil { unmatchedStates += 1 }
      openWaits[ticket + it.waitId] = event.envelope.occurredAt
      if it.reason == .client { waitedTickets.insert(ticket) }
    } else if let it = try event.payload(as: WaitingEnded.self) {
      guard let start = openWaits.removeValue(forKey: ticket + it.waitId) else {
        unmatchedStates += 1
        return
      }
      guard it.reason == .client else { return }
      waitedSeconds += event.envelope.occurredAt.seconds - start.seconds
    }
  }

  mutating func finish() {
    for label in atInstant.values { labelsAtInstant[label, default: 0] += 1 }
    for (row, isOfEight) in rows where !isOfEight {
      quietRows += 1
      quietWords.formUnion(wordsOfRows[row] ?? [])
    }
  }
}
