public import CasefileModel

/// What an import did, or would do.
public struct ImportSummary: Sendable {
  /// A value of the source for which the profile says nothing.
  public struct Unmapped: Sendable, Hashable {
    /// The column.
    public let column: String
    /// The value as the source wrote it.
    public let value: String
  }

  /// The batch; nil where nothing was stored.
  public internal(set) var batch: String?
  /// Rows read, rejected ones included.
  public internal(set) var rows = 0
  /// Events stored, or that would be stored.
  public internal(set) var events = 0
  /// Streams of these events.
  public internal(set) var streams = 0
  /// Events of the rows that were there already.
  public internal(set) var duplicates = 0
  /// Rows that were not taken.
  public internal(set) var rejected = 0
  /// The number of `unmappedValues`.
  public var unmapped: Int { unmappedValues.count }

  /// Events stored, for each type.
  public internal(set) var eventsByType: [String: Int] = [:]
  /// Values without a mapping; they are kept as labels.
  public internal(set) var unmappedValues: [Unmapped] = []
  /// Records that the source has changed since they were imported, whatever is done about them.
  public internal(set) var changed = 0
  /// Why rows were not taken, in order of files and rows.
  public internal(set) var rejections: [ImportRejection] = []
  /// The earliest time of an event.
  public internal(set) var firstTime: Timestamp?
  /// The latest time of an event.
  public internal(set) var lastTime: Timestamp?
  /// Tickets of which the store had nothing from this source.
  public internal(set) var newTickets = 0
  /// Tickets that got more events.
  public internal(set) var extendedTickets = 0

  init() {}

  /// The fixed words of `casefile import csv --format json`.
  public var json: JSONValue {
    [
      "batch": JSONValue(batch), "rows": JSONValue(rows), "events": JSONValue(events),
      "streams": JSONValue(streams), "duplicates": JSONValue(duplicates),
      "rejected": JSONValue(rejected), "unmapped": JSONValue(unmapped),
    ]
  }

  /// The same with what `--check` tells besides.
  public var checkJSON: JSONValue {
    guard case .object(let members) = json else { return json }
    let types = eventsByType.sorted { $0.key < $1.key }.map {
      JSONValue.Member($0.key, JSONValue($0.value))
    }
    return .object(
      members + [
        .init("eventsByType", .object(types)),
        .init("firstTime", JSONValue(firstTime)), .init("lastTime", JSONValue(lastTime)),
        .init("newTickets", JSONValue(newTickets)),
        .init("extendedTickets", JSONValue(extendedTickets)),
        .init("changedRecords", JSONValue(changed)),
        .init("unmappedValues", .array(unmappedValues.map(\.json))),
        .init("rejections", .array(rejections.map(\.placeJSON))),
      ])
  }

  /// Counts an event that is or would be stored.
  mutating func count(_ event: Event) {
    events += 1
    eventsByType[event.type.name, default: 0] += 1
    firstTime = min(firstTime ?? event.occurredAt, event.occurredAt)
    lastTime = max(lastTime ?? event.occurredAt, event.occurredAt)
  }
}

extension ImportSummary.Unmapped {
  fileprivate var json: JSONValue { ["column": .string(column), "value": .string(value)] }
}

extension ImportRejection {
  /// The place and the reason, without the row.
  fileprivate var placeJSON: JSONValue {
    [
      "file": JSONValue(error.file), "line": JSONValue(error.line), "row": JSONValue(row),
      "code": .string(error.code.description), "reason": .string(error.message),
    ]
  }
}
