package import CasefileModel

/// By what a ticket is found where the values of an agent or of a time are wanted, or what a client
/// brought.
///
/// It holds at every instant and tells too much rather than too little: who finds a ticket by it looks
/// at the ticket itself.
package struct QualityPlaces: Hashable, Sendable {
  /// An agent whom values may name.
  package struct Agent: Hashable, Sendable {
    package let id: String
    /// The months in which the agent may be named by values, or held the ticket; sorted.
    package let months: [Int64]
    /// Since which month the agent has held it, where nothing ended that; nil else.
    package let holdsSince: Int64?
  }

  /// A client whose ticket it is or was.
  package struct Client: Hashable, Sendable {
    package let id: String
    package let openedAt: Timestamp
  }

  /// Sorted by id.
  package private(set) var agents: [Agent] = []
  /// All months in UTC, counted from the year nought, in which values may lie, sorted.
  package private(set) var months: [Int64] = []
  /// Sorted.
  package private(set) var clients: [Client] = []
  /// The tickets that somebody said it follows up, sorted.
  package private(set) var followed: [String] = []

  init() {}

  /// Reads them off a ticket as it stands at its newest event.
  init(_ one: FindingCase, _ metrics: [TicketMetric], _ course: TicketCourse) {
    months = QualityPlaces.months(one.entries, metrics)
    // At an earlier instant other agents may be named, but none who is not on the ticket at all.
    let ids = Set(one.state.responsibility.map(\.holder)).union(one.fold.acts.keys)
      .union(QualityPlaces.agents(one.entries, metrics))
    // What was closed for good has no clock that goes on.
    let isOpen =
      one.facts.mayRun(since: .latest, until: nil, at: .latest) || course.openSince != nil
    agents = ids.sorted(by: QualityPlaces.precedes).map { id in
      agent(id, one.state.responsibility.filter { $0.holder == id }, isOpen: isOpen)
    }
    let openings = one.all(TicketOpened.self)
    let named =
      openings.compactMap(\.payload.clientId)
      + one.all(TicketClientChanged.self).compactMap(\.payload.toClient)
    let times = Set(openings.map(\.entry.occurredAt)).sorted()
    clients = Set(named).sorted(by: QualityPlaces.precedes).flatMap { id in
      times.map { Client(id: id, openedAt: $0) }
    }
    followed = Set(course.follows.map(\.previous)).sorted(by: QualityPlaces.precedes)
  }

  /// Reads them off a contact as it stands at its newest event.
  init(_ record: ContactRecord, _ metrics: [TicketMetric], _ course: TicketCourse?) {
    months = QualityPlaces.months(record.entries, metrics)
    agents = QualityPlaces.agents(record.entries, metrics).sorted(by: QualityPlaces.precedes)
      .map { Agent(id: $0, months: months, holdsSince: nil) }
    if let client = course?.client, let openedAt = course?.openedAt {
      clients = [Client(id: client, openedAt: openedAt)]
    }
    followed = Set(course?.follows.map(\.previous) ?? []).sorted(by: QualityPlaces.precedes)
  }

  /// - Parameter spans: those in which the agent held the ticket.
  private func agent(_ id: String, _ spans: [TicketState.Span], isOpen: Bool) -> Agent {
    var own = Set(months)
    var holdsSince: Int64?
    for span in spans {
      let from = QualityFacts.month(of: span.from)
      let last = max(from, span.until.map { QualityFacts.month(of: $0) } ?? months.last ?? from)
      let isLong = last - from > QualityPlaces.longest
      if !isLong { own.formUnion(from...last) }
      if isLong || span.until == nil && isOpen { holdsSince = min(holdsSince ?? from, from) }
    }
    return Agent(id: id, months: own.sorted(), holdsSince: holdsSince)
  }

  /// So many months are told one by one; whoever held it for longer, by a time that is wrong, counts as
  /// one who holds it.
  private static let longest: Int64 = 600

  private static func months(_ entries: [TicketEntry], _ metrics: [TicketMetric]) -> [Int64] {
    var months: Set<Int64> = []
    for entry in entries {
      months.insert(QualityFacts.month(of: entry.occurredAt))
      months.insert(QualityFacts.month(of: entry.effectiveAt))
    }
    for metric in metrics {
      for sample in metric.samples { months.insert(QualityFacts.month(of: sample.at)) }
    }
    return months.sorted()
  }

  private static func agents(
    _ entries: [TicketEntry], _ metrics: [TicketMetric]
  ) -> Set<String> {
    var agents: Set<String> = []
    for entry in entries where entry.actor.kind == .agent {
      if let id = entry.actor.id { agents.insert(id) }
    }
    for metric in metrics {
      for sample in metric.samples {
        if let agent = sample.agent { agents.insert(agent) }
      }
    }
    return agents
  }

  private static func precedes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}

extension QualityPlaces: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(months)
    writer.put(agents)
    writer.put(clients)
    writer.put(followed)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    months = try reader.get()
    agents = try reader.get()
    clients = try reader.get()
    followed = try reader.get()
  }
}

extension QualityPlaces.Agent: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(id)
    writer.put(months)
    writer.put(holdsSince)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(id: try reader.get(), months: try reader.get(), holdsSince: try reader.get())
  }
}

extension QualityPlaces.Client: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(id)
    writer.put(openedAt)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(id: try reader.get(), openedAt: try reader.get())
  }
}
