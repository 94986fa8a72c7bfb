public import CasefileModel

/// A report that was made for a client company, as it stands in the log.
public struct GeneratedReport: Sendable {
  /// What was made, corrections applied.
  public let payload: ReportGenerated
  /// The event.
  public let event: EventID
  /// Its position.
  public let position: Position
  /// The retraction that makes it not count.
  public let retractedBy: Position?

  /// The reports among events, in order of position; those that can't be read are none.
  ///
  /// - Parameters:
  ///   - events: reports with what corrects or retracts them, in any order.
  ///   - schema: knows the fields.
  public static func all(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [GeneratedReport] {
    let amendments = Amendments(events, schema: schema)
    return events.filter { $0.envelope.typeNumber == ReportGenerated.type.number }
      .sorted { $0.position < $1.position }
      .compactMap { event in
        let entry = amendments.entry(of: event)
        guard let payload = try? entry.payload(ReportGenerated.self) else { return nil }
        return GeneratedReport(
          payload: payload, event: event.envelope.id, position: event.position,
          retractedBy: entry.retractedBy)
      }
  }
}
