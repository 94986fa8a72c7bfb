import CasefileModel
import CasefileProjections

extension Report {
  /// One object, every documented member present.
  ///
  /// - Parameter zone: for the days that sentences name.
  func json(zone: Zone = .utc) -> JSONValue {
    let english = ReportSpeech(.en, zone: zone)
    return [
      "report": .string(name.rawValue), "since": JSONValue(stamp.since),
      "until": JSONValue(stamp.until), "asOf": JSONValue(stamp.asOf),
      "position": JSONValue(stamp.position?.rawValue), "root": .string("\(stamp.root)"),
      "knownAtSource": JSONValue(stamp.sourceClaim), "group": Report.id(stamp.group),
      "agent": Report.id(stamp.agent), "agreement": Report.json(stamp.agreement),
      "tables": .array(tables.map(\.json)),
      "notes": .array(notes.map { .string(english.note($0)) }),
      "definitions": .array(definitions.map { .string(english.definition($0)) }),
      "noData": .bool(isEmpty),
    ]
  }

  private static func json(_ agreement: ReportAgreement?) -> JSONValue {
    guard let agreement else { return .null }
    return [
      "id": .string(agreement.id), "version": agreement.version.map { .int($0) } ?? .null,
      "event": .string("\(agreement.event)"), "customer": id(agreement.customer),
      "project": JSONValue(agreement.project),
    ]
  }

  private static func id(_ value: ReportValue?) -> JSONValue {
    guard case .entity(_, let id, name: _)? = value else { return .null }
    return .string(id)
  }
}

extension ReportTable {
  fileprivate var json: JSONValue {
    [
      "table": .string(name.rawValue),
      "columns": .array(
        columns.map {
          [
            "column": .string($0.heading.name), "unit": .string($0.unit.rawValue),
            "heading": JSONValue($0.heading.wording),
          ]
        }),
      "population": population.map {
        ["count": JSONValue($0.count), "of": .string($0.unit.rawValue)]
      } ?? .null,
      "leftOut": .array(
        omissions.filter { $0.count > 0 }.map {
          ["why": .string($0.why.word), "count": JSONValue($0.count)]
        }),
      "leftOutOfAll": .bool(omissions.contains { $0.count > 0 && $0.isOfAll }),
      "rows": .array(rows.indices.map(json)),
      "charts": .array(charts.map(json)),
    ]
  }

  private func json(row index: Int) -> JSONValue {
    let row = rows[index]
    var members: [JSONValue.Member] = []
    for (column, value) in zip(columns, row.cells) {
      members += zip(ReportFields.names(column), ReportFields.values(value, column)).map {
        JSONValue.Member($0, $1)
      }
    }
    members.append(.init("total", .bool(row.isTotal)))
    members.append(
      .init("positions", .array(row.positions.map { JSONValue($0.rawValue) })))
    let opens = columns.indices.compactMap { column in
      row.opens[column].map {
        JSONValue.Member(
          columns[column].heading.name, .string(ReportSpeech.command($0)))
      }
    }
    members.append(.init("opens", .object(opens)))
    return .object(members)
  }

  private func json(_ chart: ReportChart) -> JSONValue {
    [
      "chart": .string(chart.title.rawValue), "style": .string(chart.style.rawValue),
      "axis": .string(columns[chart.axis].heading.name),
      "series": .array(chart.series.map { .string(columns[$0].heading.name) }),
      "growth": JSONValue(chart.growth.map { columns[$0].heading.name }),
    ]
  }
}

extension ReportOmissionCount.Why {
  /// The word that programs read.
  var word: String {
    switch self {
    case .cancelled: "cancelled"
    case .notAssessable: "notAssessable"
    case .deleted: "deleted"
    case .notListed: "notListed"
    case .noLength: "noLength"
    case .notEnded: "notEnded"
    case .handovers(let why): why.rawValue
    case .metric(let metric, let omission): "\(metric.rawValue).\(omission.rawValue)"
    }
  }
}
