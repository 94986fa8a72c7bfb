public import CasefileModel

/// That a report was given to a client company, as it stands in the log.
public struct DeliveredReport: Sendable {
  /// What was delivered, corrections applied.
  public let payload: ReportDelivered
  /// The event.
  public let event: EventID
  /// Its position.
  public let position: Position
  /// When it was delivered, corrections applied.
  public let at: Timestamp
  /// The retraction that makes it not count.
  public let retractedBy: Position?

  /// The deliveries among events, in order of position; those that can't be read are none.
  ///
  /// - Parameters:
  ///   - events: deliveries with what corrects or retracts them, in any order.
  ///   - schema: knows the fields.
  public static func all(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [DeliveredReport] {
    let amendments = Amendments(events, schema: schema)
    return events.filter { $0.envelope.typeNumber == ReportDelivered.type.number }
      .sorted { $0.position < $1.position }
      .compactMap { event in
        let entry = amendments.entry(of: event)
        guard let payload = try? entry.payload(ReportDelivered.self) else { return nil }
        return DeliveredReport(
          payload: payload, event: event.envelope.id, position: event.position,
          at: entry.occurredAt, retractedBy: entry.retractedBy)
      }
  }
}
