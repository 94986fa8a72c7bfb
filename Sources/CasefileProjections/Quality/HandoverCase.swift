public import CasefileModel

/// What a study of handovers between groups needs of one ticket.
public struct HandoverCase: Hashable, Sendable {
  /// A field that says of a ticket whether it was late, and the value with which it says so.
  public struct BreachField: Hashable, Sendable {
    /// The field's key.
    public let field: String
    /// The value of a ticket that was late.
    public let value: String

    /// Names a field and a value.
    public init(field: String, value: String) {
      self.field = field
      self.value = value
    }
  }

  /// The ticket.
  public let ticket: String
  /// The priority that it had last.
  public internal(set) var priority: String?
  /// The groups that had it, in order; one that follows itself stands once.
  public internal(set) var groups: [String] = []
  /// When it was opened: as the source states it, else by its first event.
  public let openedAt: Timestamp?
  /// When it was last resolved: as the source states it, else by its events.
  public let resolvedAt: Timestamp?
  /// Whether it was late; nil where nothing says so.
  public internal(set) var isBreached: Bool?
  /// How often it was opened again.
  public internal(set) var reopenCount = 0

  /// How often it went from one group to another.
  public var handoffs: Int { max(0, groups.count - 1) }
  /// Whether a group got it back that had had it before.
  public var isReturned: Bool { Set(groups).count < groups.count }

  init(
    ticket: String, priority: String? = nil, groups: [String] = [], openedAt: Timestamp? = nil,
    resolvedAt: Timestamp? = nil, isBreached: Bool? = nil, reopenCount: Int = 0
  ) {
    self.ticket = ticket
    self.priority = priority
    self.groups = groups
    self.openedAt = openedAt
    self.resolvedAt = resolvedAt
    self.isBreached = isBreached
    self.reopenCount = reopenCount
  }

  /// Takes it from a state in which the source always knew the ticket's status.
  public init(_ state: TicketState, _ breach: BreachField) {
    ticket = state.ticket
    priority = state.priority
    groups = state.groupSequence
    openedAt = state.statedOpenedAt ?? state.openedAt
    // A source that states when a ticket was opened and not when it was resolved does not know it:
    // what its labels say is another thing, and the two are not mixed.
    resolvedAt = state.statedOpenedAt == nil ? state.resolvedAt : state.statedResolvedAt
    isBreached = state.fields[breach.field].map { $0 == breach.json }
    reopenCount = state.reopenCount
  }

  /// Takes it from a history, without what the source showed while it did not know the ticket's
  /// status itself: a value that stood in no other row was never there.
  public init(
    _ history: TicketHistory, asOf: Timestamp? = nil, knownAt: KnownAt? = nil,
    _ breach: BreachField
  ) {
    self.init(history.state(asOf: asOf, knownAt: knownAt), breach)
    var rows = KnownRows(breach)
    for entry in history.entries(asOf: asOf, knownAt: knownAt)
    where entry.retractedBy == nil && !entry.isAmendment {
      // The fold names what can't be read; here too it changes nothing.
      try? rows.take(entry)
    }
    rows.endRow()
    groups = rows.groups
    priority = rows.last.priority
    isBreached = rows.last.breach.map { $0 == breach.json }
    reopenCount = rows.last.reopenCount
  }
}

extension HandoverCase.BreachField {
  /// The value as states hold it.
  var json: String { JSONValue.string(value).text }
}

/// Follows a ticket row by row: an action group is a row of the source, any other event one of its
/// own.
private struct KnownRows {
  struct Values {
    var group: String?
    var priority: String?
    var breach: String?
    var reopenCount = 0
  }

  private let breach: HandoverCase.BreachField
  private var values = Values()
  private var isKnown = true
  private var row: EventID?
  /// What the last row showed in which the status was known.
  private(set) var last = Values()
  private(set) var groups: [String] = []

  init(_ breach: HandoverCase.BreachField) { self.breach = breach }

  mutating func endRow() {
    guard isKnown else { return }
    last = values
    if let group = values.group, group != groups.last { groups.append(group) }
  }

  mutating func take(_ entry: TicketEntry) throws(CodecError) {
    let group = entry.event.envelope.group?.id
    if group == nil || group != row { endRow() }
    row = group
    switch entry.typeNumber {
    case TicketOpened.type.number:
      let payload = try entry.payload(TicketOpened.self)
      isKnown = !payload.hasUnknownStatus
      values.group = payload.groupId
      values.priority = payload.priority
      values.breach = payload.fields[breach.field].map { JSONValue.string($0).text }
    case TicketStatusChanged.type.number:
      isKnown = !(try entry.payload(TicketStatusChanged.self).isUnknown)
    case TicketGroupChanged.type.number:
      values.group = try entry.payload(TicketGroupChanged.self).toGroup
    case TicketPriorityChanged.type.number:
      values.priority = try entry.payload(TicketPriorityChanged.self).to
    case TicketFieldChanged.type.number:
      let payload = try entry.payload(TicketFieldChanged.self)
      guard payload.field == breach.field else { return }
      values.breach =
        payload.newValue?.text ?? payload.plainNewValue.map { JSONValue.string($0).text }
    case TicketReopened.type.number: values.reopenCount += 1
    default: break
    }
  }
}
