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

  /// - Parameter known: the newest event that is known.
  static func json(_ table: MetricTable, at now: Timestamp, known: Position?) -> JSONValue {
    let metric = table.metric
    let rows = table.rows
    return [
      "metric": .string(metric.rawValue), "version": JSONValue(metric.version),
      "unit": .string(metric.unit.rawValue), "counts": .string(metric.counted.rawValue),
      "definition": .string(EnglishPhrases().definition(of: metric)),
      "by": .string(table.cut.rawValue), "evaluatedAt": JSONValue(now),
      "position": JSONValue(known?.rawValue), "tickets": JSONValue(table.ticketCount),
      "contacts": JSONValue(table.contactCount),
      "leftOut": .object(
        Metric.Omission.allCases.compactMap { why in
          table.omissions[why].map { .init(why.rawValue, JSONValue($0)) }
        }), "leftOutOfAll": .bool(table.filter.isAny && !table.omissions.isEmpty),
      "rows": .array(
        rows.map { row in
          [
            "key": JSONValue(row.key), "part": JSONValue(row.part), "count": JSONValue(row.count),
            "tickets": JSONValue(row.ticketCount), "sum": .int(row.sum),
            "mean": mean(row, metric).map { .number($0) } ?? .null,
            "median": row.quantile(permille: 500).map { .int($0) } ?? .null,
            "p90": row.quantile(permille: 900).map { .int($0) } ?? .null,
          ]
        }),
      "noData": .bool(rows.isEmpty),
    ]
  }

  static func json(_ sample: MetricSample, of metric: Metric) -> JSONValue {
    [
      "metric": .string(metric.rawValue), "ticket": JSONValue(sample.ticket),
      "contact": JSONValue(sample.contact),
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
          .plain(mean(row, table.metric)), .number(row.quantile(permille: 500)),
          .number(row.quantile(permille: 900)),
        ]
      }
  }

  /// With four decimals, rounded to the nearest.
  private static func mean(_ row: MetricTable.Row, _ metric: Metric) -> String? {
    tenThousandths(row, metric).map { DecimalNumber.text($0, decimals: 4, mark: ".") }
  }

  private static func tenThousandths(_ row: MetricTable.Row, _ metric: Metric) -> Int64? {
    let count = metric.isSummedByTicket ? row.ticketCount : row.count
    return DecimalNumber.share(Int(row.sum), of: count, parts: 10_000).map { Int64($0) }
  }

  // MARK: For people

  /// A key of a cut taken apart: what of it has a name, and what follows. Clients stay ids, and words and
  /// times have no name; an entry point is a name already.
  private struct NamedKey {
    let named: People.Key
    /// The version of a template, or the hour of a shift, with the space before it.
    let rest: String

    init?(_ key: String, in cut: MetricCut) {
      switch cut {
      case .agent: self.init(.agent(key))
      case .group: self.init(.group(key))
      case .topic: self.init(.topic(key))
      case .template: self.init(.template, key, before: " v")
      case .shift: self.init(.group, key, before: " ")
      default: return nil
      }
    }

    private init(_ named: People.Key, _ rest: String = "") {
      self.named = named
      self.rest = rest
    }

    /// What stands before the last mark is the id, where a number follows the mark.
    private init(_ kind: NameBook.Kind, _ key: String, before mark: String) {
      if let place = key.ranges(of: mark).last, Int(key[place.upperBound...]) != nil {
        self.init(
          People.Key(kind: kind, id: String(key[..<place.lowerBound])),
          String(key[place.lowerBound...]))
      } else {
        self.init(People.Key(kind: kind, id: key))
      }
    }
  }

  /// What the keys of a table name.
  static func named(_ rows: [MetricTable.Row], in cut: MetricCut) -> Set<People.Key> {
    Set(rows.compactMap { $0.key.flatMap { NamedKey($0, in: cut)?.named } })
  }

  static func lines(
    _ table: MetricTable, _ rows: [MetricTable.Row], _ voice: Voice, width: Int
  ) -> [String] {
    let phrases = voice.phrases
    let metric = table.metric
    var lines = DisplayWidth.wrap(about(metric, phrases), to: width)
    if rows.isEmpty {
      lines.append(phrases.noData)
    } else {
      let hasKey = table.cut != .all
      let hasPart = rows.contains { $0.part != nil }
      let columns = phrases.metricColumns(table.cut)
      // In the middle of yes and no there is nothing, and in that of acts nothing of a ticket.
      let hasQuantiles =
        metric.unit != .share && metric.unit != .balance && !metric.isSummedByTicket
      let kept = columns.indices.filter {
        ($0 != 0 || hasKey) && ($0 != 1 || hasPart) && ($0 < columns.count - 2 || hasQuantiles)
      }
      let cells = rows.map { row -> [String] in
        let key = row.key.map { text(ofKey: $0, in: table.cut, voice) }
        let part = row.part.map { text(ofPart: $0, of: metric, voice) }
        let all =
          [key ?? phrases.nobody, part ?? ""].map { VisibleText.escape($0) }
          + [
            "\(row.count)", "\(row.ticketCount)",
            value(tenThousandths(row, metric), metric, phrases),
          ]
          + [500, 900].map { value(row.quantile(permille: $0).map(whole), metric, phrases) }
        return kept.map { all[$0] }
      }
      let numbers = kept.count - (hasQuantiles ? 5 : 3)..<kept.count
      lines += TextTable(columns: kept.map { columns[$0] }, numbers: Set(numbers)).lines(cells)
    }
    let left = Metric.Omission.allCases.compactMap { why in
      table.omissions[why].map {
        // What is no value has no time and is nobody's, so that no filter can tell it apart.
        phrases.leftOut($0, why) + (table.filter.isAny ? phrases.notOnlyAsked : "")
      }
    }
    lines.append(phrases.measured(table.ticketCount, contacts: table.contactCount))
    return lines + left.flatMap { DisplayWidth.wrap($0, to: width) }
  }

  /// A key as people read it.
  static func text(ofKey key: String, in cut: MetricCut, _ voice: Voice) -> String {
    if cut == .weekday, let number = Int(key) {
      return voice.phrases.weekday(max(1, number) - 1)
    }
    guard let part = NamedKey(key, in: cut),
      let name = voice.names.name(part.named.kind, part.named.id, at: nil)
    else { return voice.phrases.metricKey(key, in: cut) }
    return "\(name) (\(part.named.id))\(part.rest)"
  }

  /// A part as people read it.
  static func text(ofPart part: String, of metric: Metric, _ voice: Voice) -> String {
    metric == .reasons
      ? voice.names.text(.topic, part, at: nil) : voice.phrases.metricPart(part, of: metric)
  }

  /// A value in ten thousandths of its unit; at the end of what a number can be it stays there.
  static func whole(_ value: Int64) -> Int64 {
    let (product, isOver) = value.multipliedReportingOverflow(by: 10_000)
    return isOver ? (value > 0 ? .max : .min) : product
  }

  /// A number in ten thousandths of a metric's unit; no data for nil.
  static func value(_ number: Int64?, _ metric: Metric, _ phrases: any Phrases) -> String {
    guard let number else { return phrases.noData }
    func rounded(_ parts: Int64) -> Int64 {
      number / parts + (number % parts * 2 >= parts ? 1 : number % parts * 2 <= -parts ? -1 : 0)
    }
    switch metric.unit {
    case .seconds: return phrases.duration(rounded(10_000))
    case .share, .balance: return phrases.percent(permille: Int(rounded(10)))
    case .permille: return phrases.percent(permille: Int(rounded(10_000)))
    case .points: return phrases.points(permille: Int(rounded(10_000)))
    case .mark: return phrases.decimal(number, decimals: 4)
    case .count: return phrases.decimal(rounded(100), decimals: 2)
    }
  }

  static func line(_ sample: MetricSample, of metric: Metric, _ voice: Voice) -> String {
    let places = sample.positions.map { "#\($0.rawValue)" }
    let number =
      metric.unit == .seconds
      ? voice.phrases.duration(sample.value) : "\(sample.value)"
    let texts =
      [sample.ticket ?? sample.contact ?? "", voice.zone.text(sample.at), number]
      + [sample.part.map { text(ofPart: $0, of: metric, voice) }, sample.agent].compactMap { $0 }
      + places
    return texts.joined(separator: "  ")
  }
}
