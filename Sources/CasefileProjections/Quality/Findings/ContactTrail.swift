public import CasefileModel

/// What findings ask of a call, a chat or a message before or without a ticket: what happened on the
/// phone, who came about what, and to which tickets it belongs.
public struct ContactTrail: Hashable, Sendable {
  /// Its stream.
  public let stream: StreamID
  /// The tickets to which it belongs, sorted.
  public let tickets: [String]
  /// In order.
  let acts: [CallAct]
  /// Who came, where that is known.
  let turn: ClientTurn?

  /// Takes the events of contacts apart.
  ///
  /// - Parameter events: of contacts, with what corrects or retracts them, in any order.
  public static func trails(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [ContactTrail] {
    ContactRecord.records(events, schema: schema).map(\.trail)
  }

  init(stream: StreamID, tickets: [String], acts: [CallAct], turn: ClientTurn?) {
    self.stream = stream
    self.tickets = tickets
    self.acts = acts
    self.turn = turn
  }

  /// Whether there is nothing that a finding asks about.
  package var isEmpty: Bool { acts.isEmpty && turn == nil }

  func acts(at now: Timestamp) -> [CallAct] { acts.filter { $0.effectiveAt <= now } }

  /// The codes that a contact can show by itself.
  public static let codes: Set<FindingCode> = [
    .untrackedContact, .recordingMissing, .callAnsweredLate, .callAbandoned, .repeatContact,
  ]

  /// What is found on the contact itself, in the order of the codes. What is found on the calls of one
  /// that belongs to a ticket is among the ticket's findings too.
  ///
  /// - Parameters:
  ///   - now: what happened later is left out.
  ///   - ends: what it may repeat; one that belongs to a ticket repeats the close of that one alone.
  public func findings(
    at now: Timestamp, rules: FindingRules, codes: Set<FindingCode>? = nil,
    ends: TicketEnds = TicketEnds()
  ) -> [Finding] {
    guard !isEmpty else { return [] }
    let trail = CallTrail(acts: acts(at: now), rules: rules)
    return FindingCode.allCases.filter {
      ContactTrail.codes.contains($0) && codes?.contains($0) ?? true && rules.isOn($0)
    }.flatMap { code in
      if code == .repeatContact { return repeats(at: now, rules, ends) }
      return trail.found(code).map { found in
        Finding(
          code: code, ticket: nil, contact: stream.description, at: found.at,
          positions: found.positions, agent: found.agent, group: nil, details: found.details,
          clocks: [])
      }
    }
  }

  private func repeats(
    at now: Timestamp, _ rules: FindingRules, _ ends: TicketEnds
  ) -> [Finding] {
    guard let turn, turn.effectiveAt <= now else { return [] }
    let links = tickets.map { ticket in
      var details = Finding.Details()
      details.other = ticket
      return Finding(
        code: .repeatContact, ticket: nil, contact: stream.description, at: turn.at,
        positions: [turn.position], agent: nil, group: nil, details: details, clocks: [])
    }
    let check = RepeatCheck(
      ticket: nil, contact: stream.description, client: tickets.isEmpty ? turn.client : nil,
      topic: turn.topic, openedAt: turn.at, opening: turn.position, isVoid: false, links: links)
    guard case .found(let found) = check.answer(ends, rules, gap: nil) else { return [] }
    return Finding.sorted(found)
  }
}

extension ContactTrail: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(stream.description)
    writer.put(tickets)
    writer.put(acts)
    writer.put(turn)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      stream: StreamID(stored: try reader.text()), tickets: try reader.get(),
      acts: try reader.get(), turn: try reader.get())
  }
}
