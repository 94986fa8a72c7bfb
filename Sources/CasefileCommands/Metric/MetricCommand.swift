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
    let known = allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("there is no \(text); there are: \(known)")
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
  @Option(help: "Only this criterion or scale.") var part: String?

  /// Whether a value is meant.
  func filter(_ reader: Reader) throws -> @Sendable (MetricSample) -> Bool {
    let period = try period.read(reader)
    let (agent, group, part) = (agent, group, part)
    let (since, until) = (period.since, period.until)
    return { sample in
      since.map { $0 <= sample.at } ?? true && until.map { sample.at < $0 } ?? true
        && agent.map { sample.agent == $0 } ?? true && group.map { sample.group == $0 } ?? true
        && part.map { sample.part == $0 } ?? true
    }
  }
}

/// `casefile metric run`.
struct MetricRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Measure all tickets, in cuts, and tell what was left out.",
    discussion: """
      A value is whose who acted or held the ticket at that instant, never who holds it now. --since \
      and --until ask for values of that time. The median and the 90th hundredth are by nearest rank.

      Example:
        casefile metric run firstReply --by agent --store ./desk
      """)

  @OptionGroup var report: ReportOptions
  @OptionGroup var options: MetricOptions
  @Option(
    help: "By what values are told apart: all, agent, group or month (UTC).",
    transform: MetricTable.Cut.word)
  var by = MetricTable.Cut.all

  func run() async throws {
    let common = report.common
    let reader = try options.moment.reading.reader(common.format)
    let filter = try options.filter(reader)
    try await common.withStore { store in
      let moment = try DeadlineMoment(options.moment, reader, in: store)
      var table = MetricTable(options.metric, by: by, where: filter)
      let head = try store.head
      try store.metric(options.metric, at: moment.now, knownAt: moment.knownAt) {
        table.add($0)
        return true
      }
      switch report.format {
      case .json:
        try reader.output.line(MetricText.json(table, at: moment.now, head: head))
        try reader.output.flush()
      case .csv:
        var writer = CSVWriter()
        for row in MetricText.csv(table) { writer.write(row) }
        try Descriptor.write(writer.take(), to: STDOUT_FILENO, name: "standard output")
      case .text:
        let kind: NameBook.Kind = by == .group ? .group : .agent
        let keys = table.rows.compactMap(\.key)
        let names = try People(store, knownAt: moment.knownAt).names(
          of: by == .agent || by == .group ? Set(keys.map { .init(kind: kind, id: $0) }) : [])
        let voice = reader.voice(names)
        try reader.show(MetricText.lines(table, voice, kind: kind, width: reader.width))
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
  @OptionGroup var size: LimitOption

  func run() async throws {
    let reader = try options.moment.reading.reader(common.format)
    let filter = try options.filter(reader)
    try await common.withStore { store in
      let moment = try DeadlineMoment(options.moment, reader, in: store)
      var listed = 0
      var lines: [String] = []
      try store.metric(options.metric, at: moment.now, knownAt: moment.knownAt) { ticket in
        for sample in ticket.samples where filter(sample) {
          if let limit = size.limit, listed >= limit { return false }
          listed += 1
          switch common.format {
          case .json: try reader.output.line(MetricText.json(sample, of: options.metric))
          case .text:
            let text = MetricText.line(sample, of: options.metric, reader.voice())
            lines += DisplayWidth.wrap(VisibleText.escape(text), to: reader.width)
          }
        }
        return true
      }
      switch common.format {
      case .json: try reader.output.flush()
      case .text: try reader.show(lines.isEmpty ? [reader.phrases.noData] : lines)
      }
    }
  }
}
