internal import CasefileModel

/// Which column of a snapshot is what: the `snapshots` member of a profile.
struct SnapshotRules: Sendable {
  /// What a label of the state column means.
  struct StateMeaning: Hashable, Sendable {
    /// The status; nil where the source itself does not know it.
    var status: TicketStatus?
    /// What the ticket waits for while it has this label.
    var wait: WaitReason?
    /// How it is closed while it has this label.
    var closeKind: CloseKind?
  }

  /// How a source says that a ticket was opened again.
  enum Reopening: Hashable, Sendable {
    /// A column that counts it: each increment is one.
    case counter(String)
    /// The state leaves one of these statuses for one that is neither.
    case leaving([TicketStatus])
  }

  /// A column that names people, and what it identifies them by.
  struct PersonColumn: Hashable, Sendable {
    let name: String
    let identity: SourceTable.Identity
  }

  /// Where a tracked column's values are kept.
  enum FieldKind: String, CaseIterable { case plain, content }

  let state: String?
  let labels: [String: StateMeaning]
  let group: String?
  let assignee: PersonColumn?
  let client: PersonColumn?
  let openedBy: PersonColumn?
  let number: String?
  let subject: String?
  let topic: String?
  let priority: String?
  let impact: String?
  let urgency: String?
  let openedAt: String?
  /// It may carry the last value backwards, so it is read where a row closes the ticket and nowhere
  /// else, and is no part of what a row is told by.
  let resolvedAt: String?
  let channel: String?
  let channels: [String: Channel]
  let ticketKind: TicketKind?
  let reopening: Reopening?
  let fields: [(column: String, kind: FieldKind)]
  let untracked: [String]

  init(_ reader: inout ProfileReader) {
    var stateReader = reader.object("state", isRequired: false)
    state = stateReader.isPresent ? stateReader.text("column", "the column of the state") : nil
    labels = stateReader.map("labels") { reader, label in
      var meaning = reader.object(label)
      defer { meaning.finish() }
      return StateMeaning(&meaning)
    }
    if stateReader.isPresent, labels.isEmpty {
      stateReader.note("labels", "it should say what each label means, such as {\"New\": …}")
    }
    stateReader.finish()
    group = reader.optionalText("group")
    assignee = reader.optionalPersonColumn("assignee")
    client = reader.optionalPersonColumn("client")
    openedBy = reader.optionalPersonColumn("openedBy")
    number = reader.optionalText("number")
    subject = reader.optionalText("subject")
    topic = reader.optionalText("topic")
    priority = reader.optionalText("priority")
    impact = reader.optionalText("impact")
    urgency = reader.optionalText("urgency")
    openedAt = reader.optionalText("openedAt")
    resolvedAt = reader.optionalText("resolvedAt")
    var channelReader = reader.object("channel", isRequired: false)
    channel =
      channelReader.isPresent ? channelReader.text("column", "the column of the channel") : nil
    channels = channelReader.map("labels") { reader, label in
      reader.enumeration(label, Channel.self)
    }
    channelReader.finish()
    ticketKind = reader.enumeration("kind", TicketKind.self)
    reopening = SnapshotRules.reopening(&reader)
    fields = reader.orderedMap("fields") { reader, column in reader.word(column, FieldKind.self) }
      .map { (column: $0.0, kind: $0.1) }
    untracked = reader.texts("untracked", "a list of columns such as [\"active\"]")
  }

  private static func reopening(_ reader: inout ProfileReader) -> Reopening? {
    var inner = reader.object("reopening", isRequired: false)
    defer { inner.finish() }
    guard inner.isPresent else { return nil }
    let counter = inner.optionalText("counter")
    let leaving = inner.enumerations("leaving", TicketStatus.self)
    switch (counter, leaving.isEmpty) {
    case (let counter?, true): return .counter(counter)
    case (nil, false): return .leaving(leaving)
    default:
      inner.note(
        "counter", "it should have either counter, a column, or leaving, a list of statuses")
      return nil
    }
  }

  /// Every column with the path of the member that names it, without doubles of meaning.
  var columns: [(path: String, column: String)] {
    var all: [(String, String)] = []
    func add(_ name: String, _ column: String?) {
      if let column { all.append(("snapshots.\(name)", column)) }
    }
    add("state.column", state)
    add("group", group)
    add("assignee.column", assignee?.name)
    add("client.column", client?.name)
    add("openedBy.column", openedBy?.name)
    add("number", number)
    add("subject", subject)
    add("topic", topic)
    add("priority", priority)
    add("impact", impact)
    add("urgency", urgency)
    add("openedAt", openedAt)
    add("resolvedAt", resolvedAt)
    add("channel.column", channel)
    if case .counter(let column)? = reopening { add("reopening.counter", column) }
    for field in fields { add("fields", field.column) }
    for column in untracked { add("untracked", column) }
    return all
  }
}

extension SnapshotRules.StateMeaning {
  /// Reads a label's meaning and checks that its parts agree, as `status` is derived from causes.
  fileprivate init(_ reader: inout ProfileReader) {
    if reader.optionalText("status") != "unknown" {
      status = reader.enumeration("status", TicketStatus.self)
      if status == nil, reader.isPresent, !reader.has("status") {
        reader.note("status", "it is required: \(TicketStatus.names.map(\.0)) or unknown")
      }
    }
    wait = reader.enumeration("waitsFor", WaitReason.self)
    closeKind = reader.enumeration("closeKind", CloseKind.self)
    let waiting: TicketStatus? = wait.map {
      $0 == .client || $0 == .clientConfirmation ? .pending : .onHold
    }
    if let waiting, status != waiting {
      reader.note(
        "status",
        "a ticket that waits for \(wait?.name ?? "") is \(waiting.name ?? ""); "
          + "write that or take waitsFor away")
    }
    if wait == nil, status == .pending || status == .onHold {
      reader.note(
        "waitsFor",
        "only a wait makes a ticket \(status?.name ?? ""); say for what it waits: "
          + WaitReason.names.map(\.0).joined(separator: ", "))
    }
    if closeKind != nil, status != .closed {
      reader.note("closeKind", "only a label whose status is closed has it")
    }
  }
}
