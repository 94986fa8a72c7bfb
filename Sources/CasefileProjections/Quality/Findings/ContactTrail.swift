public import CasefileModel

/// What findings ask of a call, a chat or a message before or without a ticket: what happened on the
/// phone, and to which tickets it belongs.
public struct ContactTrail: Hashable, Sendable {
  /// Its stream.
  public let stream: StreamID
  /// The tickets to which it belongs, sorted.
  public let tickets: [String]
  /// In order.
  let acts: [CallAct]

  /// Takes the events of contacts apart.
  ///
  /// - Parameter events: of contacts, with what corrects or retracts them, in any order.
  public static func trails(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [ContactTrail] {
    ContactRecord.records(events, schema: schema).map(\.trail)
  }

  init(stream: StreamID, tickets: [String], acts: [CallAct]) {
    self.stream = stream
    self.tickets = tickets
    self.acts = acts
  }

  /// Whether there is nothing that a finding asks about.
  package var isEmpty: Bool { acts.isEmpty }

  func acts(at now: Timestamp) -> [CallAct] { acts.filter { $0.effectiveAt <= now } }

  /// The codes that a contact can show by itself.
  public static let codes: Set<FindingCode> = [
    .untrackedContact, .recordingMissing, .callAnsweredLate, .callAbandoned,
  ]

  /// What is found on the contact itself, in the order of the codes. What is found on one that belongs
  /// to a ticket is among the ticket's findings too.
  ///
  /// - Parameter now: what happened later is left out.
  public func findings(
    at now: Timestamp, rules: FindingRules, codes: Set<FindingCode>? = nil
  ) -> [Finding] {
    guard !acts.isEmpty else { return [] }
    let trail = CallTrail(acts: acts(at: now), rules: rules)
    return FindingCode.allCases.filter {
      ContactTrail.codes.contains($0) && codes?.contains($0) ?? true && rules.isOn($0)
    }.flatMap { code in
      trail.found(code).map { found in
        Finding(
          code: code, ticket: nil, contact: stream.description, at: found.at,
          positions: found.positions, agent: found.agent, group: nil, details: found.details,
          clocks: [])
      }
    }
  }
}

extension ContactTrail: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(stream.description)
    writer.put(tickets)
    writer.put(acts)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      stream: StreamID(stored: try reader.text()), tickets: try reader.get(),
      acts: try reader.get())
  }
}
