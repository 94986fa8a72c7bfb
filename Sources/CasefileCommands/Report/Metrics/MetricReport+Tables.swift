import CasefileModel
import CasefileProjections

/// The tables that reports of metrics are made of.
extension MetricReport {
  /// A row an agent, a column a figure.
  func byAgent(_ name: ReportLabel, _ columns: [ReportFigure]) -> ReportTable {
    let metrics = columns.map(\.metric)
    var table = ReportTable(
      name: name, columns: [.init(.agent, .entity)] + columns.map(\.column))
    for key in cells.keys(of: metrics) {
      // Cells of nobody have the empty key; those without a key count all together.
      guard let key else { continue }
      var row = ReportTable.Row(cells: [
        key.isEmpty ? .nobody : .entity(.agent, key, name: names.name(.agent, key, at: nil))
      ])
      for (index, column) in columns.enumerated() {
        row.cells.append(
          cells.merged(column.metric, key: key).figure(column.statistic, of: column.metric))
        if !key.isEmpty { row.opens[index + 1] = opens(column.metric, agent: key) }
      }
      table.rows.append(row)
    }
    // Nobody comes last.
    table.rows =
      table.rows.filter { $0.cells[0] != .nobody }
      + table.rows.filter {
        $0.cells[0] == .nobody
      }
    table.omissions = omissions(of: metrics)
    return table
  }

  /// A row an agent and a part, such as a criterion.
  func byAgentAndPart(
    _ name: ReportLabel, _ part: ReportLabel, _ metric: Metric, _ statistics: [ReportStatistic]
  ) -> ReportTable {
    var table = ReportTable(
      name: name,
      columns: [.init(.agent, .entity), .init(part, .term)]
        + statistics.map { ReportFigure(metric, $0).column })
    let keys = cells.keys(of: [metric]).compactMap { $0 }
    for key in keys.filter({ !$0.isEmpty }) + keys.filter(\.isEmpty) {
      for part in cells.parts(of: metric) {
        let cell = cells[.init(metric: metric, key: key, part: part)]
        guard cell.count > 0 else { continue }
        var row = ReportTable.Row(cells: [
          key.isEmpty ? .nobody : .entity(.agent, key, name: names.name(.agent, key, at: nil)),
          metric.value(ofPart: part),
        ])
        for (index, statistic) in statistics.enumerated() {
          row.cells.append(cell.figure(statistic, of: metric))
          if !key.isEmpty { row.opens[index + 2] = opens(metric, agent: key, part: part) }
        }
        table.rows.append(row)
      }
    }
    return table
  }

  /// A row a part, such as a criterion, a scale or a topic.
  func byPart(
    _ name: ReportLabel, _ label: ReportLabel, _ metric: Metric, _ statistics: [ReportStatistic]
  ) -> ReportTable {
    var table = ReportTable(
      name: name,
      columns: [.init(label, .term)] + statistics.map { ReportFigure(metric, $0).column })
    for part in cells.parts(of: metric) {
      let cell = cells[.init(metric: metric, part: part)]
      guard cell.count > 0 else { continue }
      var row = ReportTable.Row(cells: [metric.value(ofPart: part)])
      for (index, statistic) in statistics.enumerated() {
        row.cells.append(cell.figure(statistic, of: metric))
        row.opens[index + 1] = opens(metric, agent: agent, part: part)
      }
      table.rows.append(row)
    }
    table.population = .init(
      count: table.rows.isEmpty
        ? 0
        : cells.parts(of: metric).reduce(0) {
          $0 + cells[.init(metric: metric, part: $1)].count
        }, unit: metric.counted.reportUnit)
    table.omissions = omissions(of: [metric])
    return table
  }

  /// A row a part of the time, a column a figure.
  func overTime(_ columns: [ReportFigure], charts: [ReportChart]) -> ReportTable {
    var table = ReportTable(
      name: .byPeriod, columns: [.init(.period, .period)] + columns.map(\.column))
    for (index, (from, until)) in zip(boundaries, boundaries.dropFirst()).enumerated() {
      var row = ReportTable.Row(cells: [.step(from, until, step)])
      for (place, column) in columns.enumerated() {
        row.cells.append(
          cells.merged(column.metric, step: index).figure(column.statistic, of: column.metric))
        row.opens[place + 1] = opens(column.metric, from: from, until: until)
      }
      table.rows.append(row)
    }
    if !table.rows.isEmpty { table.charts = charts }
    return table
  }

  /// One row for all.
  func totals(_ name: ReportLabel, _ columns: [ReportFigure]) -> ReportTable {
    let metrics = columns.map(\.metric)
    var table = ReportTable(name: name, columns: columns.map(\.column))
    table.omissions = omissions(of: metrics)
    guard metrics.contains(where: { cells.merged($0).count > 0 }) else { return table }
    var row = ReportTable.Row(cells: [])
    for (index, column) in columns.enumerated() {
      row.cells.append(cells.merged(column.metric).figure(column.statistic, of: column.metric))
      row.opens[index] = opens(column.metric, agent: agent)
    }
    table.rows = [row]
    return table
  }

  /// How many of each mark there are, scale by scale.
  func distribution(of metric: Metric) -> ReportTable {
    var table = ReportTable(
      name: .distribution,
      columns: [
        .init(.scale, .term), .init(.score, .mark), .init(.number, metric.counted.reportUnit),
        .init(.share, .share),
      ])
    let parts = cells.parts(of: metric)
    for part in parts {
      let values = cells[.init(metric: metric, part: part)].values.sorted
      let counts = Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
      for (score, count) in counts.sorted(by: { $0.key < $1.key }) {
        let all = opens(metric, agent: agent, part: part)
        table.rows.append(
          .init(
            cells: [
              metric.value(ofPart: part), .decimal(score, decimals: 0), .count(count),
              .part(count, of: values.count),
            ], opens: [2: all + ["--value", "\(score)"], 3: all]))
      }
    }
    // Marks of one scale make a picture; those of several don't stand on one axis.
    if parts.count == 1, !table.rows.isEmpty {
      table.charts = [ReportChart(title: .distribution, style: .columns, axis: 1, series: [2])]
    }
    return table
  }

  /// A row a part of the time and a part of the metric; a picture where there is one part only.
  func overTime(by metric: Metric, _ label: ReportLabel, _ statistics: [ReportStatistic])
    -> ReportTable
  {
    var table = ReportTable(
      name: .byPeriod,
      columns: [.init(.period, .period), .init(label, .term)]
        + statistics.map { ReportFigure(metric, $0).column })
    let parts = cells.parts(of: metric)
    for (index, (from, until)) in zip(boundaries, boundaries.dropFirst()).enumerated() {
      for part in parts {
        let cell = cells[.init(metric: metric, part: part, step: index)]
        var row = ReportTable.Row(cells: [
          .step(from, until, step), metric.value(ofPart: part),
        ])
        for (place, statistic) in statistics.enumerated() {
          row.cells.append(cell.figure(statistic, of: metric))
          row.opens[place + 2] =
            opens(metric, from: from, until: until) + (part.map { ["--part", $0] } ?? [])
        }
        table.rows.append(row)
      }
    }
    if parts.count == 1, !table.rows.isEmpty {
      table.charts = [
        ReportChart(title: .marksOverTime, style: .columns, axis: 0, series: [2]),
        ReportChart(title: .meanOverTime, style: .line, axis: 0, series: [3]),
      ]
    }
    return table
  }

  /// How many there are of one metric in each part of the time.
  func inAll(_ metric: Metric, chart: ReportLabel) -> ReportTable {
    overTime(
      [.init(metric, .sum)],
      charts: [ReportChart(title: chart, style: .columns, axis: 0, series: [1])])
  }

  /// Topics with their names, the most frequent first.
  func byTopic() throws -> ReportTable {
    let parts = cells.parts(of: .reasons)
    let whole = cells.merged(.reasons).count
    let names = try People(question.store, knownAt: question.knownAt).names(
      of: Set(parts.compactMap { $0.map { .topic($0) } }))
    var table = ReportTable(
      name: .byTopic,
      columns: [
        .init(.topic, .entity), ReportFigure(.reasons, .sum).column, .init(.share, .share),
      ])
    let counts = parts.map { ($0, cells[.init(metric: .reasons, part: $0)].count) }
      .filter { $0.1 > 0 }
    // The sort of equal counts by id keeps the bytes the same.
    for (part, count) in counts.sorted(by: { ($1.1, $0.0 ?? "") < ($0.1, $1.0 ?? "") }) {
      var row = ReportTable.Row(cells: [
        part.map { .entity(.topic, $0, name: names.name(.topic, $0, at: nil)) } ?? .nobody,
        .count(count), .part(count, of: whole),
      ])
      row.opens[1] = opens(.reasons, agent: agent, part: part)
      table.rows.append(row)
    }
    table.population = .init(count: whole, unit: .tickets)
    table.omissions = omissions(of: [.reasons])
    return table
  }

  private func opens(_ metric: Metric, from: Timestamp, until: Timestamp) -> [String] {
    ["metric", "open", metric.rawValue] + question.momentArguments() + filters(agent)
      + ["--since", "\(from)", "--until", "\(until)"]
  }
}
