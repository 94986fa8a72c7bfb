import CasefileModel
import CasefileProjections

/// The values of a report in words and figures of a language, with the times of a zone.
struct ReportSpeech {
  let phrases: any Phrases
  let zone: Zone

  init(_ language: Language, zone: Zone) {
    phrases = language.phrases
    self.zone = zone
  }

  /// A value on one line, escaped for no form yet.
  func text(_ value: ReportValue) -> String {
    switch value {
    case .noData: phrases.noData
    case .blank: ""
    case .count(let count): phrases.number(Int64(count), decimals: 0)
    case .share(let part, of: let whole):
      DecimalNumber.share(part, of: whole, parts: 1_000).map(phrases.percent) ?? phrases.noData
    case .seconds(let seconds): phrases.duration(seconds)
    case .decimal(let number, let decimals):
      phrases.number(number, decimals: decimals).replacing("-", with: "\u{2212}")
    case .change(let number, let decimals):
      ReportSpeech.sign(number)
        + phrases.number(Int64(clamping: number.magnitude), decimals: decimals)
    case .instant(let instant): time(instant)
    case .step(let from, let until, let step): self.step(from, until, step)
    case .text(let text): VisibleText.escape(text)
    case .entity(_, let id, let name):
      // A name that is the id again says nothing.
      VisibleText.escape(name.flatMap { $0 == id ? nil : "\($0) (\(id))" } ?? id)
    case .word(let word, let enumeration): phrases.word(word, of: enumeration)
    case .label(let label): phrases.label(label)
    case .part(let metric, let part): VisibleText.escape(phrases.metricPart(part, of: metric))
    case .heading(let heading): self.heading(heading)
    case .finding(let code): phrases.title(of: code)
    case .duty(let standing): phrases.standing(standing)
    case .secondsChange(let seconds):
      ReportSpeech.sign(seconds) + phrases.duration(Int64(seconds.magnitude))
    case .pointsChange(let points):
      ReportSpeech.sign(Int64(points)) + phrases.points(permille: abs(points))
    case .positions(let positions): positions.map { "#\($0)" }.joined(separator: " ")
    }
  }

  /// The sign of a change: a true minus, since a hyphen at a figure is easily overlooked.
  private static func sign(_ number: Int64) -> String {
    number == 0 ? "" : number > 0 ? "+" : "\u{2212}"
  }

  /// What stands above a column.
  func heading(_ heading: ReportHeading) -> String {
    switch heading {
    case .label(let label): phrases.label(label)
    case .agreed(let column, let wording):
      wording.map { VisibleText.escape($0) } ?? phrases.heading(of: column)
    case .metric(.reviewTotal, .share): phrases.pointsReached
    // A share is of all of them, whatever the metric is called.
    case .metric(let metric, .count) where metric.unit == .share: phrases.population(of: metric)
    case .metric(let metric, let statistic):
      // A number of its own kind needs no word for how it is made.
      statistic == .sum
        ? phrases.title(of: metric)
        : "\(phrases.title(of: metric)), \(phrases.word(for: statistic))"
    }
  }

  // MARK: Times

  /// A local date and time with its offset.
  func time(_ instant: Timestamp) -> String {
    let text = zone.text(instant)
    let parts = text.split(separator: " ")
    guard parts.count == 3, let day = CivilDay(parts[0]) else { return text }
    // Seconds that are nought say nothing.
    let clock = parts[1].hasSuffix(":00") ? parts[1].dropLast(3) : parts[1][...]
    return "\(phrases.date(day)) \(clock) \(parts[2])"
  }

  /// A part of the time: a day, a week or a month by its name, a piece of one by its days.
  func step(_ from: Timestamp, _ until: Timestamp, _ step: ReportStep) -> String {
    guard let first = day(from) else { return time(from) }
    let last = day(until.adding(microseconds: -1))
    switch step {
    case .day: return phrases.date(first)
    case .month where isWholeMonth(from, until): return phrases.month(first)
    case .week, .month:
      guard let last, last != first else { return phrases.date(first) }
      return phrases.days(from: first, to: last)
    }
  }

  /// The shortest name of a part of the time, for an axis.
  func tick(_ value: ReportValue) -> String {
    guard case .step(let from, _, let step) = value, let first = day(from) else {
      return text(value)
    }
    return step == .month ? phrases.month(first) : phrases.dayAndMonth(first)
  }

  private func isWholeMonth(_ from: Timestamp, _ until: Timestamp) -> Bool {
    guard let first = day(from), let next = day(until) else { return false }
    return first.day == 1 && next.day == 1 && zone.startOfDay(zone.day(from)) == from
      && zone.startOfDay(zone.day(until)) == until
  }

  private func day(_ instant: Timestamp) -> CivilDay? { CivilDay(zone.day(instant)[...]) }

  // MARK: What a report says of itself

  /// The period, the instant, the position: all that the same figures need to be made again.
  func stamp(_ stamp: ReportStamp) -> [String] {
    var lines: [String] = []
    if !stamp.isInstant {
      lines.append(
        phrases.period(since: stamp.since.map(time), until: stamp.until.map(time))
          ?? phrases.wholeTime)
    }
    if let asOf = stamp.asOf { lines.append(phrases.reportAsOf(time(asOf))) }
    if let claim = stamp.sourceClaim {
      lines.append(phrases.claimed(by: time(claim)))
    }
    if let group = stamp.group { lines.append(phrases.onlyGroup(text(group))) }
    if let agent = stamp.agent { lines.append(phrases.onlyAgent(text(agent))) }
    if let agreement = stamp.agreement {
      if let customer = agreement.customer { lines.append(phrases.onlyCompany(text(customer))) }
      if let project = agreement.project {
        lines.append(phrases.onlyProject(VisibleText.escape(project)))
      }
      lines.append(
        phrases.agreed(by: VisibleText.escape(agreement.id), version: agreement.version))
    }
    lines.append(
      phrases.provenBy(position: stamp.position.map { "\($0)" }, root: "\(stamp.root)"))
    return lines
  }

  /// How many a table tells of.
  func population(_ table: ReportTable) -> String? {
    table.population.map { phrases.population($0.count, of: $0.unit) }
  }

  /// What was left out of a table.
  func omissions(_ table: ReportTable) -> [String] {
    table.omissions.filter { $0.count > 0 }.map {
      phrases.leftOut($0.count, $0.why) + ($0.isOfAll ? phrases.notOnlyAsked : "")
    }
  }

  func note(_ note: ReportNote) -> String {
    switch note {
    case .overdueGrew(let count, let whole, let step, let first, let last, let most, let at):
      phrases.overdueGrew(
        count, of: whole, step, from: first, to: last, most: most,
        at: self.step(at, at.adding(microseconds: 1), .day))
    case .onlyKeys(let cut, let keys): phrases.onlyKeys(keys.map(text), of: cut)
    case .withheld: phrases.withheldColumns
    case .withheldLength: phrases.withheldLength
    case .before(let from, let until): phrases.compared(from: time(from), until: time(until))
    case .overdueDidNotGrow(let whole, let step, let first, let last):
      phrases.overdueDidNotGrow(in: whole, step, from: first, to: last)
    }
  }

  func definition(_ definition: ReportDefinition) -> String {
    if case .metric(let metric) = definition {
      return "\(metric.rawValue): \(MetricText.about(metric, phrases))"
    }
    return phrases.definition(definition)
  }

  /// The command that opens a cell, as it is typed.
  static func command(_ arguments: [String]) -> String {
    (["casefile"] + arguments).map { argument in
      let isPlain = argument.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || "-_./:+".utf8.contains(byte)
      }
      if isPlain, !argument.isEmpty { return argument }
      return "'" + argument.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}

/// A local date.
struct CivilDay: Hashable {
  let year: Int
  let month: Int
  let day: Int

  /// Reads `2026-03-02`.
  init?(_ text: Substring) {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return nil }
    (year, month, day) = (parts[0], parts[1], parts[2])
  }
}
