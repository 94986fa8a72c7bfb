import CasefileInterchange
import CasefileModel
import CasefileProjections

/// The study of handovers in its forms.
struct HandoversReport {
  let study: HandoverStudy
  let breach: HandoverCase.BreachField
  /// By which knowledge it was made.
  let stamp: ReportStamp

  private var omissions: [(ReportOmission, Int)] {
    [
      (.withoutResolution, study.withoutResolutionCount),
      (.resolvedBeforeOpened, study.backwardsCount), (.withoutGroup, study.withoutGroupCount),
    ]
  }

  /// By handoffs, in two by whether a group got the ticket back.
  private var split: [HandoverStudy.Bucket] {
    zip(study.straight, study.returned).flatMap { [$0, $1] } + study.totalsByReturn
  }

  // MARK: JSON

  var json: JSONValue {
    let total = study.total
    return [
      "report": "handovers", "definitions": 1, "priority": JSONValue(study.priority),
      "priorities": .array(study.priorities.sorted().map { .string($0) }),
      "asOf": JSONValue(stamp.asOf), "position": JSONValue(stamp.position?.rawValue),
      "root": .string("\(stamp.root)"),
      "breached": ["field": .string(breach.field), "value": .string(breach.value)],
      "population": JSONValue(study.populationCount), "base": JSONValue(total.count),
      "leftOut": [
        "withoutResolution": JSONValue(study.withoutResolutionCount),
        "resolvedBeforeOpened": JSONValue(study.backwardsCount),
        "withoutGroup": JSONValue(study.withoutGroupCount),
      ],
      "rows": .array(study.all.map(json)), "total": json(total),
      "byReturn": .array(split.map(json)),
      "resolvedByFirstGroup": HandoversReport.share(study.all[0].count, of: total.count),
      "lastWithFirstGroup": HandoversReport.share(total.firstGroupCount, of: total.count),
      "handoffs": JSONValue(total.handoffCount),
      "meanHandoffs": HandoversReport.fraction(total.handoffCount, of: total.count),
      "reopened": HandoversReport.share(total.reopenedCount, of: total.count),
      "noData": .bool(total.count == 0),
    ]
  }

  /// The command that lists the tickets of a row.
  private func opens(_ bucket: HandoverStudy.Bucket) -> [String] {
    var words = ["report", "run", "handovers"]
    if let asOf = stamp.asOf { words += ["--as-of", "\(asOf)"] }
    if let claim = stamp.sourceClaim {
      words += ["--known-at-source", "\(claim)"]
    } else if let position = stamp.position {
      words += ["--position", "\(position)"]
    }
    if let priority = study.priority { words += ["--priority", priority] }
    words += ["--breached", "\(breach.field)=\(breach.value)"]
    words += ["--open", bucket.handoffs.map { "\($0)" } ?? "all"]
    return words + (bucket.isReturned.map { ["--got-back", $0 ? "yes" : "no"] } ?? [])
  }

  private func json(_ bucket: HandoverStudy.Bucket) -> JSONValue {
    [
      "handoffs": JSONValue(bucket.handoffs),
      "orMore": .bool(bucket.handoffs == HandoverStudy.handoffsMax),
      "gotBack": bucket.isReturned.map { .bool($0) } ?? .null,
      "incidents": JSONValue(bucket.count),
      "medianSeconds": bucket.medianSeconds.map { .int($0) } ?? .null,
      "medianHours": HandoversReport.hours(bucket).map { .number($0) } ?? .null,
      "breached": HandoversReport.share(bucket.breachedCount, of: bucket.assessedCount),
      "reopened": HandoversReport.share(bucket.reopenedCount, of: bucket.count),
      "opens": .string(ReportSpeech.command(opens(bucket))),
    ]
  }

  /// Part, whole and the fraction; null of nothing, never nought.
  private static func share(_ part: Int, of whole: Int) -> JSONValue {
    ["count": JSONValue(part), "of": JSONValue(whole), "share": fraction(part, of: whole)]
  }

  private static func fraction(_ part: Int, of whole: Int) -> JSONValue {
    DecimalNumber.share(part, of: whole, parts: 10_000).map {
      .number(DecimalNumber.text(Int64($0), decimals: 4, mark: "."))
    } ?? .null
  }

  /// Hours with two decimals.
  private static func hours(_ bucket: HandoverStudy.Bucket) -> String? {
    bucket.medianSeconds.map {
      DecimalNumber.text(($0 + 18) / 36, decimals: 2, mark: ".")
    }
  }

  // MARK: CSV

  /// Rows with a header; the last of each part has all handoffs.
  var table: [[CSVWriter.Field]] {
    let names = [
      "gotBack", "handoffs", "incidents", "medianSeconds", "medianHours", "breached", "assessed",
      "breachedShare", "handoffsTotal", "lastWithFirstGroup", "reopened",
    ]
    return [names.map { .plain($0) }]
      + (study.all + [study.total] + split).map { bucket in
        let share = DecimalNumber.share(
          bucket.breachedCount, of: bucket.assessedCount, parts: 10_000
        ).map { DecimalNumber.text(Int64($0), decimals: 4, mark: ".") }
        return [
          .plain(bucket.isReturned.map { $0 ? "yes" : "no" } ?? "all"),
          .plain(HandoversReport.handoffs(bucket) ?? "all"), .number(Int64(bucket.count)),
          .number(bucket.medianSeconds), .plain(HandoversReport.hours(bucket)),
          .number(Int64(bucket.breachedCount)), .number(Int64(bucket.assessedCount)),
          .plain(share), .number(Int64(bucket.handoffCount)),
          .number(Int64(bucket.firstGroupCount)), .number(Int64(bucket.reopenedCount)),
        ]
      }
  }

  private static func handoffs(_ bucket: HandoverStudy.Bucket) -> String? {
    bucket.handoffs.map { $0 == HandoverStudy.handoffsMax ? "\($0)+" : "\($0)" }
  }

  // MARK: Text

  func lines(_ speech: ReportSpeech, width: Int) -> [String] {
    let phrases = speech.phrases
    let total = study.total
    let proof = speech.stamp(stamp).flatMap { DisplayWidth.wrap($0, to: width) }
    var lines = [
      phrases.handoversTitle(priorities: study.priorities.sorted().map(VisibleText.escape))
    ]
    if study.populationCount == 0, let priority = study.priority {
      lines.append(
        phrases.noPriority(
          VisibleText.escape(priority),
          known: study.knownPriorities.sorted().map(VisibleText.escape)))
    }
    if total.count > 0 {
      lines.append(phrases.handoversBase(total.count, of: study.populationCount))
    } else {
      lines.append(phrases.noData)
    }
    for (why, count) in omissions where count > 0 { lines.append(phrases.leftOut(count, why)) }
    guard total.count > 0 else {
      return lines.flatMap { DisplayWidth.wrap($0, to: width) } + proof
    }

    func percent(_ part: Int, _ whole: Int) -> String {
      DecimalNumber.share(part, of: whole, parts: 1_000).map(phrases.percent) ?? phrases.noData
    }
    func cells(_ bucket: HandoverStudy.Bucket) -> [String] {
      let hours = bucket.medianSeconds.map { seconds in
        phrases.decimal(HandoversReport.tenths(seconds), decimals: 1)
      }
      return [
        "\(bucket.count)", hours ?? phrases.noData,
        percent(bucket.breachedCount, bucket.assessedCount),
        percent(bucket.reopenedCount, bucket.count),
      ]
    }
    let columns: [ReportColumn] = [.handoffs, .tickets, .medianHours, .breached, .reopened]
    let names = columns.map { phrases.label($0) }
    lines += [""]
    lines += TextTable(columns: names, numbers: [1, 2, 3, 4]).lines(
      (study.all + [total]).map { [HandoversReport.handoffs($0) ?? phrases.all] + cells($0) })
    lines += ["", phrases.handoversByReturn]
    lines += TextTable(
      columns: [names[0], phrases.label(.gotBack)] + names.dropFirst(), numbers: [2, 3, 4, 5]
    ).lines(
      // What can't be got back, as it was handed over once at most, needs no line.
      split.filter { $0.count > 0 || $0.handoffs == nil }.map { bucket in
        [
          HandoversReport.handoffs(bucket) ?? phrases.all,
          bucket.isReturned == true ? phrases.yes : phrases.no,
        ] + cells(bucket)
      })
    let mean = DecimalNumber.share(total.handoffCount, of: total.count, parts: 100) ?? 0
    let said =
      [
        phrases.firstGroup(
          never: percent(study.all[0].count, total.count),
          ended: percent(total.firstGroupCount, total.count)),
        phrases.meanHandoffs(phrases.decimal(Int64(mean), decimals: 2)),
        phrases.reopenedShare(percent(total.reopenedCount, total.count)),
      ]
      + phrases.handoversDefinitions(
        breachField: VisibleText.escape(breach.field), value: VisibleText.escape(breach.value))
    return lines + [""] + said.flatMap { DisplayWidth.wrap($0, to: width) } + proof
  }

  // MARK: A page

  /// The same as tables.
  var report: Report {
    var report = Report(name: .handovers, stamp: stamp)
    if study.priority != nil {
      report.notes = [.onlyKeys(.priority, study.priorities.sorted().map { .text($0) })]
    }
    report.tables = [byHandoffs, byReturn, totals]
    report.definitions = [.handovers(breach)]
    return report
  }

  private static let columns: [ReportTable.Column] = [
    .init(.ticketCount, .tickets), .init(.medianHours, .figure), .init(.lateShare, .share),
    .init(.reopenedShare, .share),
  ]

  private func row(
    _ bucket: HandoverStudy.Bucket, _ names: [ReportValue]
  ) -> ReportTable.Row {
    let hours: ReportValue? = bucket.medianSeconds.map {
      .decimal(HandoversReport.tenths($0), decimals: 1)
    }
    let opens = opens(bucket)
    return ReportTable.Row(
      cells: names + [
        .count(bucket.count), hours ?? .noData,
        .part(bucket.breachedCount, of: bucket.assessedCount),
        .part(bucket.reopenedCount, of: bucket.count),
      ],
      opens: Dictionary(uniqueKeysWithValues: (0..<4).map { (names.count + $0, opens) }),
      isTotal: bucket.handoffs == nil)
  }

  private static func name(_ bucket: HandoverStudy.Bucket) -> ReportValue {
    handoffs(bucket).map { .text($0) } ?? .label(.all)
  }

  private var byHandoffs: ReportTable {
    var table = ReportTable(
      name: .byHandoffs, columns: [.init(.handoffs, .term)] + HandoversReport.columns)
    if study.total.count > 0 {
      table.rows = (study.all + [study.total]).map {
        row($0, [HandoversReport.name($0)])
      }
    }
    table.population = .init(count: study.populationCount, unit: .tickets)
    table.omissions = omissions.map { .init(why: .handovers($0), count: $1) }
    return table
  }

  private var byReturn: ReportTable {
    var table = ReportTable(
      name: .byReturn,
      columns: [.init(.handoffs, .term), .init(.returned, .term)] + HandoversReport.columns)
    guard study.total.count > 0 else { return table }
    table.rows = split.filter { $0.count > 0 || $0.handoffs == nil }.map {
      row(
        $0, [HandoversReport.name($0), .label($0.isReturned == true ? .yes : .no)])
    }
    return table
  }

  private var totals: ReportTable {
    var table = ReportTable(
      name: .totals,
      columns: [
        .init(.firstGroup, .share), .init(.lastWithFirstGroup, .share),
        .init(.meanHandoffs, .figure), .init(.reopenedShare, .share),
      ])
    let total = study.total
    guard total.count > 0 else { return table }
    let mean = DecimalNumber.share(total.handoffCount, of: total.count, parts: 100) ?? 0
    table.rows = [
      .init(
        cells: [
          .part(study.all[0].count, of: total.count), .part(total.firstGroupCount, of: total.count),
          .decimal(Int64(mean), decimals: 2), .part(total.reopenedCount, of: total.count),
        ],
        opens: Dictionary(uniqueKeysWithValues: (0..<4).map { ($0, opens(total)) }))
    ]
    return table
  }

  /// Tenths of hours; of two that are equally near the smaller one, as the published figures have it.
  private static func tenths(_ seconds: Int64) -> Int64 { (seconds * 10 + 1_799) / 3_600 }
}
