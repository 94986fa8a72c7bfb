package import CasefileModel

/// What of a ticket its metrics are made of: numbers, times, positions and ids, and no text.
///
/// A function of the ticket's events and of nothing else, so a view can keep it. It holds from the
/// newest event on; what depends on the instant, on other tickets or on policies is worked out from it
/// when it is asked for.
package struct QualityFacts: Hashable, Sendable {
  /// The ticket's id; of a contact the ticket's to which it belongs.
  package let ticket: String?
  /// The contact's stream; nil for a ticket.
  package let contact: String?
  /// The version of its stream.
  package let version: StreamVersion
  /// Before this instant the ticket was not there.
  package let begin: Timestamp
  /// From this instant on nothing happened.
  package let end: Timestamp
  /// The position of the newest event, of corrections from elsewhere too.
  package let lastPosition: Position
  /// False where all that it has was retracted: then no metric has it.
  package private(set) var isInForce = false
  /// By what its values are told apart.
  package private(set) var traits = TicketTraits()
  /// Nil where all that it has was retracted; of a contact also where it bears on no ticket.
  package private(set) var course: TicketCourse?
  /// The values of `Metric.stored`, in its order.
  package private(set) var metrics: [TicketMetric] = []
  /// Nil where all that it has was retracted.
  package private(set) var findings: FindingFacts?
  /// Of a contact what findings ask of it; nil of a ticket, and where all was retracted.
  package private(set) var trail: ContactTrail?
  /// By what it is found.
  package private(set) var places = QualityPlaces()
  /// What its clocks depend on; nil of a contact.
  package internal(set) var clocks: ClockFacts?

  init(
    ticket: String?, contact: String? = nil, version: StreamVersion, begin: Timestamp,
    end: Timestamp, lastPosition: Position
  ) {
    self.ticket = ticket
    self.contact = contact
    self.version = version
    self.begin = begin
    self.end = end
    self.lastPosition = lastPosition
  }

  /// Takes the ticket as it stands at its newest event.
  ///
  /// - Parameter isWhole: whether what findings are made of is wanted too, and by what it is looked up.
  mutating func measure(_ one: FindingCase, isWhole: Bool = true) {
    isInForce = true
    traits = TicketTraits(one)
    let course = TicketCourse(one)
    self.course = course
    metrics = Meter.measure(Metric.stored, of: one)
    guard isWhole else { return }
    findings = FindingFacts(one)
    places = QualityPlaces(one, metrics, course)
  }

  /// Takes a contact as it stands at its newest event.
  mutating func measure(_ record: ContactRecord) {
    isInForce = true
    traits = TicketTraits(record)
    metrics = record.metrics(Metric.stored, at: end) ?? []
    for place in metrics.indices { metrics[place].traits = TicketTraits() }
    trail = record.trail
    course = TicketCourse(record, at: end)
    places = QualityPlaces(record, metrics, course)
  }

  /// How many tickets came to agents in which hours.
  package var arrivals: [AgentHour: Int] {
    guard let place = Metric.stored.firstIndex(of: .arrivals), place < metrics.count else {
      return [:]
    }
    return metrics[place].arrivals
  }

  /// The number of a month in UTC.
  package static func month(of time: Timestamp) -> Int64 {
    let civil = CivilTime(secondsSince1970: time.seconds)
    return Int64(civil.year) * 12 + Int64(civil.month) - 1
  }

  /// The month of the last instant before one.
  package static func month(before time: Timestamp) -> Int64 {
    month(of: time.adding(microseconds: -1))
  }
}

extension TicketTraits {
  /// Reads them off a folded ticket.
  init(_ one: FindingCase) {
    let state = one.state
    channel = state.channel
    topic = state.topic
    priority = state.priority
    client = state.client
    let openings = one.all(TicketOpened.self)
    project = openings.compactMap { $0.payload.projectId ?? $0.entry.event.envelope.project }.last
    entryPoint = openings.compactMap(\.payload.entryPoint).last
    kind =
      one.all(TicketClassified.self).compactMap(\.payload.kind).last?.word
      ?? openings.compactMap(\.payload.kind).last?.word
    templates = TicketTraits.templates(one)
    closeKind = state.closedAt == nil ? nil : (state.closeKind ?? .unknown).word
    tags = state.tags
    let breaches = one.all(SLABreachExplained.self).compactMap {
      $0.payload.causeCode?.word ?? $0.payload.ownCode
    }
    let stated = one.all(CauseStated.self).filter { $0.payload.about == .breach }.compactMap {
      $0.payload.code?.word ?? $0.payload.ownCode
    }
    causes = Set(breaches + stated).sorted()
  }

  /// When the template changed by which human replies are written; one that is spoken has none.
  private static func templates(_ one: FindingCase) -> [Period] {
    let places = Set(one.facts.signals.filter { $0.kind == .reply }.map(\.position))
    guard !places.isEmpty else { return [] }
    var periods: [Period] = []
    for entry in one.entries where places.contains(entry.position) {
      var key: String?
      if entry.typeNumber == MessageSent.type.number,
        let payload = try? entry.payload(MessageSent.self), let template = payload.templateId
      {
        key = payload.templateVersion.map { "\(template) v\($0)" } ?? template
      }
      if periods.isEmpty || periods.last?.key != key {
        periods.append(Period(from: entry.effectiveAt, key: key))
      }
    }
    return periods
  }
}
