internal import CasefileCalendars
public import CasefileModel

extension PolicyPublished {
  /// Reads the JSON form of `Schemas/deadline-policy.schema.json`: the fields of the event, of which
  /// the version may be left out.
  ///
  /// - Throws: `ModelError` with the member's name.
  public init(parsing bytes: [UInt8]) throws {
    self = try PublishedForm.read(bytes, "policyId")
  }
}

extension CalendarPublished {
  /// Reads the JSON form of `Schemas/working-calendar.schema.json`: the fields of the event, of which
  /// the version may be left out.
  ///
  /// - Throws: `ModelError` with the member's name.
  public init(parsing bytes: [UInt8]) throws {
    self = try PublishedForm.read(bytes, "calendarId")
  }

  /// The same with the dates of published lists; a date that it gives itself stays as it is.
  ///
  /// - Parameters:
  ///   - lists: iCalendar, or the Russian production calendar in JSON or XML.
  ///   - shortBySeconds: by how much a short day ends earlier.
  /// - Throws: `CalendarError` `.invalidSource` for a list that can't be read.
  public func adding(holidays lists: [[UInt8]], shortBySeconds: Int) throws -> CalendarPublished {
    var calendar = self
    var dates = Set(exceptions.map(\.date))
    var hash = RunningHash()
    for list in lists {
      hash.add(list)
      let found = try HolidayList(reading: list)
        .exceptions(weekly: weekly, shortBySeconds: shortBySeconds)
      for exception in found where dates.insert(exception.date).inserted {
        calendar.exceptions.append(exception)
      }
    }
    if !lists.isEmpty { calendar.sourceSha256 = hash.digest.bytes }
    calendar.exceptions.sort { $0.date < $1.date }
    return calendar
  }
}

extension ReportAgreementRecorded {
  /// Reads the fields of the event from a JSON object, of which the version may be left out.
  ///
  /// - Throws: `ModelError` with the member's name.
  public init(parsing bytes: [UInt8]) throws {
    self = try PublishedForm.read(bytes, "reportId")
  }
}

/// Reads what is to be published by the schema of its event.
private enum PublishedForm {
  static func read<Payload: EventPayload>(_ bytes: [UInt8], _ key: String) throws -> Payload {
    guard bytes.count <= Limits.lineSizeBytes else {
      throw ModelError(
        .tooLarge, "the file has \(bytes.count) bytes; the limit is \(Limits.lineSizeBytes)")
    }
    let json = try JSONValue(parsing: bytes)
    guard case .object(var members) = json else {
      throw ModelError(.wrongType, "the file is \(json.kindName); it should be an object")
    }
    guard let id = json[key] else {
      throw ModelError(.missingField, "\(key) is required")
    }
    if json["version"] == nil { members.append(JSONValue.Member("version", 0)) }
    let kind = Payload.type.name.prefix { $0 != "." }
    let line: JSONValue = [
      "stream": .string("\(kind)/\(try id.asText(key))"), "type": .string(Payload.type.name),
      "occurredAt": "2026-01-01T00:00:00Z", "actor": ["kind": "system"], "data": .object(members),
    ]
    let event = try EventLine(line).event
    let values = event.contents.map {
      Content.Value(path: $0.path, subject: 0, bytes: $0.bytes)
    }
    return try Payload(from: FieldReader(body: event.body, values: values))
  }
}
