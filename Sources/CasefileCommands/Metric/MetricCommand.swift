import ArgumentParser
import Casefile
import CasefileInterchange
import CasefileModel
import CasefileProjections
import Foundation

extension RawRepresentable<String> where Self: CaseIterable {
  /// Reads the value of an argument, which is one of the words.
  ///
  /// - Throws: what ArgumentParser reports as wrong usage.
  static func word(_ text: String) throws -> Self {
    if let value = Self(rawValue: text) { return value }
    let words = allCases.map(\.rawValue)
    let near = NearMatch.best(for: text, in: words).map { "; is it \($0)?" } ?? ";"
    throw ValidationError(
      "there is no \(text)\(near) there are: \(words.joined(separator: ", "))")
  }
}

/// `casefile metric`.
struct MetricCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metric",
    abstract: "Measure by written definitions, and open each figure down to its events.",
    subcommands: [MetricListCommand.self, MetricRunCommand.self, MetricOpenCommand.self])
}

/// `casefile metric list`.
struct MetricListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the metrics with their definitions.",
    discussion: """
      Example:
        casefile metric list --lang en
      """)

  @Option(help: "How to print: text for people, json for programs.")
  var format = OutputFormat.text
  @OptionGroup var reading: ReaderOptions

  func run() throws {
    let reader = try reading.reader(format)
    switch format {
    case .json:
      for metric in Metric.allCases {
        try reader.output.line([
          "metric": .string(metric.rawValue), "version": JSONValue(metric.version),
          "unit": .string(metric.unit.rawValue), "counts": .string(metric.counted.rawValue),
          "definition": .string(reader.phrases.definition(of: metric)),
        ])
      }
      try reader.output.flush()
    case .text:
      try reader.show(
        Metric.allCases.flatMap { metric in
          DisplayWidth.wrap(
            "\(metric.rawValue)  \(MetricText.about(metric, reader.phrases))", to: reader.width)
        })
    }
  }
}

/// Which values are meant.
struct MetricOptions: ParsableArguments {
  @Argument(help: "The metric; metric list tells which there are.", transform: Metric.word)
  var metric: Metric
  @OptionGroup var moment: MomentOptions
  @OptionGroup var period: PeriodOptions
  @Option(help: ArgumentHelp("Only what is this agent's.", valueName: "id")) var agent: String?
  @Option(help: ArgumentHelp("Only while this group had the ticket.", valueName: "id"))
  var group: String?
  @Option(help: "Only this criterion, scale or kind.") var part: String?
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only this key of a cut, such as channel=email; repeated: all of them.",
      valueName: "cut=key"))
  var keys: [String] = []

  func validate() throws { _ = try wanted() }

  private func wanted() throws -> [MetricCut: String] {
    var wanted: [MetricCut: String] = [:]
    for text in keys {
      guard let mark = text.firstIndex(of: "=") else {
        throw ValidationError("--where is \(text); give a cut and its key, such as channel=email")
      }
      let cut = try MetricCut.word(String(text[..<mark]))
      guard cut != .all,
        wanted.updateValue(String(text[text.index(after: mark)...]), forKey: cut) == nil
      else {
        throw ValidationError("--where names \(cut.rawValue), which can't be asked for twice")
      }
    }
    return wanted
  }

  /// Which values are meant.
  ///
  /// - Throws: a usage failure for a period that is empty.
  func filter(_ reader: Reader) throws -> MetricFilter {
    let period = try period.read(reader)
    return MetricFilter(
      since: period.since, until: period.until, agent: agent, group: group, part: part,
      keys: try wanted())
  }

  /// Ends with the answer no where the agent or the group is nowhere in the store: that there are no
  /// values is no answer about somebody who was mistyped.
  ///
  /// - Throws: as `FilterLookup.refuseUnknown(in:)`.
  func refuseUnknown(in store: Store) throws {
    // Of almost everybody who is asked about there are values of something.
    let unseen = try agent.flatMap { try store.hasValues(ofAgent: $0) ? nil : $0 }
    try FilterLookup(agent: unseen, group: group).refuseUnknown(in: store)
  }

  /// The zone, the companies and what the desk was like, for the cuts that need them.
  func metricKeys(
    by cut: MetricCut, _ filter: MetricFilter, knownAt: KnownAt?, in store: Store
  ) throws -> MetricKeys {
    try store.metricKeys(
      for: [cut] + filter.keys.keys, zone: moment.reading.readZone().name, knownAt: knownAt)
  }
}

/// `casefile metric run`.
struct MetricRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Measure all tickets, in cuts, and tell what was left out.",
    discussion: """
      A value is whose who acted or held the ticket at that instant, never who holds it now; topic, \
      priority, tags, client and project are the ticket's as they stand. --since and --until ask for \
      values of that time; days, weeks and hours are those of --zone. The median and the 90th \
      hundredth are by nearest rank.

      tenure tells days since the agent was hired, release days since the last release, of the \
      ticket's project where the release names one. shift is the group and the hour in which the \
      agent's shift then began. hours tells whether it was working time of the calendar by which the \
      ticket's policy counted. template is that of the last human reply before. What is not known \
      has the key unknown.

      Example:
        casefile metric run firstReply --by agent --store ./desk
        casefile metric run newContacts --by hour --zone Europe/Moscow --where channel=email
      """)

  @OptionGroup var report: ReportOptions
  @OptionGroup var options: MetricOptions
  @Option(
    help: """
      By what values are told apart: all, agent, group, channel, topic, tag, priority, client, \
      company, project, kind, entryPoint, template, tenure, shift, release, hours, closeKind, cause, \
      day, week, month, weekday or hour.
      """,
    transform: MetricCut.word)
  var by = MetricCut.all

  func run() async throws {
    let common = report.common
    let reader = try options.moment.reading.reader(common.format)
    let filter = try options.filter(reader)
    try await common.withStore { store in
      let moment = try DeadlineMoment(options.moment, reader, in: store)
      let metricKeys = try options.metricKeys(by: by, filter, knownAt: moment.knownAt, in: store)
      var table = MetricTable(options.metric, by: by, filter: filter, keys: metricKeys)
      let known = try store.head.map {
        try ReportQuestion.newest(moment.knownAt, head: $0, in: store)
      }
      table = try store.fill([table], at: moment.now, knownAt: moment.knownAt)[0]
      if table.rows.isEmpty { try options.refuseUnknown(in: store) }
      switch report.format {
      case .json:
        try reader.output.line(MetricText.json(table, at: moment.now, known: known))
        try reader.output.flush()
      case .csv:
        var writer = CSVWriter()
        for row in MetricText.csv(table) { writer.write(row) }
        try Descriptor.write(writer.take(), to: STDOUT_FILENO, name: "standard output")
      case .text:
        let rows = table.rows
        let names = try People(store, knownAt: moment.knownAt).names(
          of: MetricText.named(rows, in: by))
        try reader.show(
          MetricText.lines(table, rows, reader.voice(names), width: reader.width))
      }
    }
  }
}

/// `casefile metric open`.
struct MetricOpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "List the values behind a figure, each with its ticket and its events.",
    discussion: """
      Example:
        casefile metric open firstReply --agent ag-anna --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: MetricOptions
  @Option(
    help: "Only this value, in the unit that programs read: a mark, seconds, a number, 1 for yes.")
  var value: Int64?
  @OptionGroup var size: LimitOption

  func run() async throws {
    let reader = try options.moment.reading.reader(common.format)
    let filter = try options.filter(reader)
    try await common.withStore { store in
      let moment = try DeadlineMoment(options.moment, reader, in: store)
      let metricKeys = try options.metricKeys(by: .all, filter, knownAt: moment.knownAt, in: store)
      var listed = 0
      var lines: [String] = []
      try store.samples(
        of: options.metric, at: moment.now, knownAt: moment.knownAt, filter: filter,
        keys: metricKeys
      ) { sample in
        if let value, sample.value != value { return true }
        if let limit = size.limit, listed >= limit { return false }
        listed += 1
        switch common.format {
        case .json: try reader.output.line(MetricText.json(sample, of: options.metric))
        case .text:
          let text = MetricText.line(sample, of: options.metric, reader.voice())
          lines += DisplayWidth.wrap(VisibleText.escape(text), to: reader.width)
        }
        return true
      }
      if listed == 0, size.limit != 0 { try options.refuseUnknown(in: store) }
      switch common.format {
      case .json: try reader.output.flush()
      // Of nothing that was asked for there is nothing to say.
      case .text:
        try reader.show(lines.isEmpty && size.limit != 0 ? [reader.phrases.noData] : lines)
      }
    }
  }
}
