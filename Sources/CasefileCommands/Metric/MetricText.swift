import CasefileInterchange
import CasefileModel
import CasefileProjections

/// Metrics in their three forms.
enum MetricText {
  /// The definition with its unit and what it counts.
  static func about(_ metric: Metric, _ phrases: any Phrases) -> String {
    phrases.about(
      phrases.definition(of: metric), unit: metric.unit, counted: metric.counted,
      version: metric.version)
  }

  // MARK: For programs

  static func json(_ table: MetricTable, at now: Timestamp, head: Position?) -> JSONValue {
    let metric = table.metric
    return [
      "metric": .string(metric.rawValue), "version": JSONValue(metric.version),
      "unit": .string(metric.unit.rawValue), "counts": .string(metric.counted.rawValue),
      "definition": .string(EnglishPhrases().definition(of: metric)),
      "by": .string(table.cut.rawValue), "evaluatedAt": JSONValue(now),
      "position": JSONValue(head?.rawValue), "tickets": JSONValue(table.ticketCount),
      "leftOut": .object(
        Metric.Omission.allCases.compactMap { why in
          table.omissions[why].map { .init(why.rawValue, JSONValue($0)) }
        }),
      "rows": .array(
        table.rows.map { row in
          [
            "key": JSONValue(row.key), "part": JSONValue(row.part), "count": JSONValue(row.count),
            "tickets": JSONValue(row.ticketCount), "sum": .int(row.sum),
            "mean": mean(row).map { .number($0) } ?? .null,
            "median": row.quantile(permille: 500).map { .int($0) } ?? .null,
            "p90": row.quantile(permille: 900).map { .int($0) } ?? .null,
          ]
        }),
      "noData": .bool(table.rows.isEmpty),
    ]
  }

  static func json(_ sample: MetricSample, of metric: Metric) -> JSONValue {
    [
      "metric": .string(metric.rawValue), "ticket": .string(sample.ticket),
      "at": JSONValue(sample.at), "value": .int(sample.value), "part": JSONValue(sample.part),
      "agent": JSONValue(sample.agent), "group": JSONValue(sample.group),
      "positions": .array(sample.positions.map { JSONValue($0.rawValue) }),
    ]
  }

  static func csv(_ table: MetricTable) -> [[CSVWriter.Field]] {
    let names = ["metric", "key", "part", "count", "tickets", "sum", "mean", "median", "p90"]
    return [names.map { .plain($0) }]
      + table.rows.map { row in
        [
          .plain(table.metric.rawValue), .text(row.key), .text(row.part),
          .number(Int64(row.count)), .number(Int64(row.ticketCount)), .number(row.sum),
          .plain(mean(row)), .number(row.quantile(permille: 500)),
          .number(row.quantile(permille: 900)),
        ]
      }
  }

  /// With four decimals, rounded to the nearest.
  private static func mean(_ row: MetricTable.Row) -> String? {
    tenThousandths(row).map { DecimalNumber.text($0, decimals: 4, mark: ".") }
  }

  private static func tenThousandths(_ row: MetricTable.Row) -> Int64? {
    DecimalNumber.share(Int(row.sum), of: row.count, parts: 10_000).map { Int64($0) }
  }

  // MARK: For people

  static func lines(
    _ table: MetricTable, _ voice: Voice, kind: NameBook.Kind, width: Int
  ) -> [String] {
    let phrases = voice.phrases
    let metric = table.metric
    var lines = DisplayWidth.wrap(about(metric, phrases), to: width)
    let rows = table.rows
    if rows.isEmpty {
      lines.append(phrases.noData)
    } else {
      let hasKey = table.cut != .all
      let hasPart = rows.contains { $0.part != nil }
      let columns = phrases.metricColumns(table.cut)
      let kept = columns.indices.filter { ($0 != 0 || hasKey) && ($0 != 1 || hasPart) }
      let cells = rows.map { row -> [String] in
        let key = row.key.map { key in
          table.cut == .month ? key : voice.names.text(kind, key, at: nil)
        }
        let all =
          [key ?? phrases.nobody, row.part ?? ""].map { VisibleText.escape($0) }
          + ["\(row.count)", "\(row.ticketCount)", value(tenThousandths(row), metric, phrases)]
          + [500, 900].map {
            value(row.quantile(permille: $0).map { $0 * 10_000 }, metric, phrases)
          }
        return kept.map { all[$0] }
      }
      let words = kept.count - 5
      lines += TextTable(
        columns: kept.map { columns[$0] }, numbers: Set(words..<(words + 5))
      ).lines(cells)
    }
    let left = Metric.Omission.allCases.compactMap { why in
      table.omissions[why].map { phrases.leftOut($0, why) }
    }
    lines.append(phrases.measured(table.ticketCount))
    return lines + left.flatMap { DisplayWidth.wrap($0, to: width) }
  }

  /// A value in ten thousandths of its unit.
  private static func value(
    _ number: Int64?, _ metric: Metric, _ phrases: any Phrases
  ) -> String {
    guard let number else { return phrases.noData }
    switch metric.unit {
    case .seconds: return phrases.duration((number + 5_000) / 10_000)
    case .share: return phrases.percent(permille: Int((number + 5) / 10))
    case .mark: return phrases.decimal(number, decimals: 4)
    case .count: return phrases.decimal((number + 50) / 100, decimals: 2)
    }
  }

  static func line(_ sample: MetricSample, of metric: Metric, _ voice: Voice) -> String {
    let places = sample.positions.map { "#\($0.rawValue)" }
    let number =
      metric.unit == .seconds
      ? voice.phrases.duration(sample.value) : "\(sample.value)"
    let texts =
      [sample.ticket, voice.zone.text(sample.at), number]
      + [sample.part, sample.agent].compactMap { $0 } + places
    return texts.joined(separator: "  ")
  }
}
