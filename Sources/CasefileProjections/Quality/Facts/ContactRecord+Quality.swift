package import CasefileModel

/// What calls, chats and messages outside of tickets give metrics.
extension ContactRecord {
  /// The values at an instant, one for each metric; nil where nothing had happened.
  package func metrics(_ metrics: [Metric], at now: Timestamp) -> [TicketMetric]? {
    let entries = entries(at: now)
    guard !entries.isEmpty else { return nil }
    let ticket = ContactRecord.tickets(of: entries).first
    let name = stream.description
    let traits = TicketTraits(self)
    func agent(_ entry: TicketEntry) -> String? {
      entry.actor.kind == .agent ? entry.actor.id : nil
    }
    return metrics.map { metric in
      var result = TicketMetric()
      result.contact = name
      result.traits = traits
      if metric == .newContacts {
        // One that belongs to a ticket is that ticket's.
        guard ticket == nil, let begin = entries.first(where: ContactRecord.isFromClient) else {
          return result
        }
        result.samples = [
          MetricSample(
            ticket: nil, contact: name, at: begin.occurredAt, value: 1, part: nil,
            agent: nil, group: nil, positions: [begin.position])
        ]
        return result
      }
      let meter = CallMeter(entries, agent: agent).measured(metric)
      result.omissions = meter.omissions
      result.samples = meter.values.map { call in
        MetricSample(
          ticket: ticket, contact: name, at: call.at, value: call.value, part: call.part,
          agent: call.agent, group: nil, positions: call.positions)
      }
      return result
    }
  }

  static func isFromClient(_ entry: TicketEntry) -> Bool {
    switch entry.typeNumber {
    case CallOffered.type.number:
      guard let payload = try? entry.payload(CallOffered.self) else { return false }
      guard payload.direction == nil || payload.direction == .inbound else { return false }
      switch payload.partyRole {
      case nil, .client?, .authorised?: return true
      default: return false
      }
    case MessageReceived.type.number:
      guard let payload = try? entry.payload(MessageReceived.self) else { return false }
      switch payload.authorRole {
      case nil, .client?, .authorised?: return payload.autoSubmitted != true
      default: return false
      }
    case ChatStarted.type.number, CallAbandoned.type.number: return true
    default: return false
    }
  }

  /// All that a view keeps of a contact for metrics; nil without an event of one.
  ///
  /// - Parameter events: of one contact, with what corrects or retracts them.
  package static func qualityFacts(
    _ events: [StoredEvent], schema: EventSchema
  ) -> QualityFacts? {
    guard let stream = events.first?.envelope.stream else { return nil }
    let amendments = Amendments(events, schema: schema)
    let own = events.filter { $0.envelope.stream == stream }
    let entries = DomainOrder.sort(own.map { amendments.entry(of: $0) })
    guard let first = entries.first, let last = entries.last else { return nil }
    let record = records(events, schema: schema).first { $0.stream == stream }
    var facts = QualityFacts(
      ticket: record.flatMap { ContactRecord.tickets(of: $0.entries).first },
      contact: stream.description, version: own.map(\.envelope.version).max() ?? .none,
      begin: first.effectiveAt, end: last.effectiveAt,
      lastPosition: events.map(\.position).max() ?? last.position)
    if let record, !record.entries.isEmpty { facts.measure(record) }
    return facts
  }
}

extension TicketTraits {
  /// Reads them off a contact.
  init(_ record: ContactRecord) {
    for entry in record.entries {
      switch entry.typeNumber {
      case CallOffered.type.number, CallEnded.type.number: noteCall(entry)
      case MessageReceived.type.number:
        guard let payload = try? entry.payload(MessageReceived.self) else { continue }
        channel = channel ?? payload.channel?.word
        kind = kind ?? "message"
      case ChatStarted.type.number:
        channel = channel ?? Channel.chat.word
        kind = kind ?? "chat"
      default: continue
      }
    }
  }

  private mutating func noteCall(_ entry: TicketEntry) {
    channel = Channel.phone.word
    kind = "call"
    if let payload = try? entry.payload(CallOffered.self) {
      client = payload.clientId ?? client
      topic = payload.topicId ?? topic
    } else if let payload = try? entry.payload(CallEnded.self) {
      client = payload.clientId ?? client
      topic = payload.topicId ?? topic
    }
  }
}
