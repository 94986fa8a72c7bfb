import ArgumentParser
import Casefile
import CasefileInterchange
import CasefileModel
import CasefileProjections
import Foundation

/// The forms of a report.
enum ReportForm: String, ExpressibleByArgument, CaseIterable {
  /// For people at a terminal.
  case text
  /// One object.
  case json
  /// For spreadsheets.
  case csv
  /// A page that needs nothing besides itself.
  case html
}

/// Where a report comes from, and in which form it goes where.
struct ReportFormOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of the store; without it the environment's CASEFILE_STORE.",
      valueName: "dir"))
  var store: String?
  @Option(
    help: "How to print: text for people, json for programs, csv for spreadsheets, html to pass on."
  )
  var format = ReportForm.text
  @Option(help: ArgumentHelp("Write into this file instead of printing.", valueName: "file"))
  var output: String?
  @Option(help: ArgumentHelp("Only this table, by the name that JSON gives it.", valueName: "name"))
  var table: String?
  @OptionGroup var moment: MomentOptions

  /// The same in the form of other commands.
  var common: CommonOptions {
    var common = CommonOptions()
    common.store = store
    return common
  }

  /// Whoever reads the report. What programs read is English, as everywhere.
  func reader() throws -> Reader {
    try moment.reading.reader(format == .text || format == .html ? .text : .json)
  }

  /// Makes the report and puts it out.
  ///
  /// - Parameters:
  ///   - period: of which time.
  ///   - make: makes it of what is known at the moment.
  func run(
    _ period: PeriodOptions? = nil, _ make: (ReportQuestion) throws -> Report
  ) async throws {
    let reader = try reader()
    let period = try period?.read(reader) ?? Period()
    let asked = try moment.question(reader)
    try await common.withStore { store in
      var report = try ReportQuestion.answer(asked, period, reader, in: store, make)
      if let table {
        guard let one = report.keeping(table) else {
          throw CommandFailure.usage(
            "the report \(report.name.rawValue) has no table \(table); there are: "
              + report.tables.map(\.name.rawValue).joined(separator: ", "))
        }
        report = one
      }
      try put(report, reader)
    }
  }

  private func put(_ report: Report, _ reader: Reader) throws {
    guard format == .text, output == nil else {
      return try ReportForm.write(
        format.bytes(of: report, reader.language, zone: reader.zone), to: output)
    }
    let text = ReportText(
      report: report, speech: ReportSpeech(reader.language, zone: reader.zone), ink: reader.ink)
    try reader.show(text.lines(width: reader.width))
  }
}

extension ReportForm {
  /// The columns of a text that goes into a file, which has no width: what most terminals and pages
  /// have.
  static let fileColumns = 100

  /// A report in this form, the same bytes wherever they go.
  func bytes(of report: Report, _ language: Language, zone: Zone) -> [UInt8] {
    let speech = ReportSpeech(language, zone: zone)
    switch self {
    case .text:
      let lines = ReportText(report: report, speech: speech).lines(width: ReportForm.fileColumns)
      return Array((lines.joined(separator: "\n") + "\n").utf8)
    case .json: return Array((report.json(zone: zone).text + "\n").utf8)
    case .csv: return report.csv
    case .html: return ReportPage(report: report, speech: speech, language: language).bytes
    }
  }

  /// Writes a report to a file, or to standard output.
  static func write(_ bytes: [UInt8], to output: String?) throws {
    guard let output else {
      return try Descriptor.write(bytes, to: STDOUT_FILENO, name: "standard output")
    }
    try AtomicFile.write(bytes, to: output)
  }
}

/// What is asked of a report over a period.
struct PeriodReportOptions: ParsableArguments {
  @OptionGroup var form: ReportFormOptions
  @OptionGroup var period: PeriodOptions

  /// Makes the report and puts it out.
  func run(_ make: (ReportQuestion) throws -> Report) async throws {
    try await form.run(period, make)
  }
}

/// What a report is made of: the store, the moment, and the period.
struct ReportQuestion {
  let store: Store
  /// The instant for which the report is true.
  let now: Timestamp
  /// By which knowledge; nil: all.
  let knownAt: KnownAt?
  var period: Period
  let zone: Zone
  /// Of what the report tells, as it prints it.
  var stamp: ReportStamp

  /// Asks, and asks once more by the knowledge of the beginning where the log grew meanwhile: a report
  /// knows exactly the events up to the position that it prints.
  static func answer(
    _ asked: TicketQuestion, _ period: Period, _ reader: Reader, in store: Store,
    _ make: (ReportQuestion) throws -> Report
  ) throws -> Report {
    let head = try store.head
    let report = try make(ReportQuestion(asked, period, reader, head: head, in: store))
    let newest = try store.head
    guard newest != head, asked.knownAt == nil || asked.knownAt == head.map({ .position($0) }),
      let head
    else { return report }
    var pinned = asked
    pinned.knownAt = .position(head)
    return try make(
      ReportQuestion(pinned, period, reader, head: newest, in: store))
  }

  /// - Parameter head: the newest event when it was asked.
  init(
    _ asked: TicketQuestion, _ period: Period, _ reader: Reader, head: Position?, in store: Store
  ) throws {
    let lookup = TicketLookup(store)
    try lookup.refuseUnknownMoment(asked.knownAt)
    self.store = store
    self.period = period
    zone = reader.zone
    // All that there is: rows of views tell it sooner than the log.
    knownAt = asked.knownAt == head.map { .position($0) } ? nil : asked.knownAt
    stamp = ReportStamp(since: period.since, until: period.until)
    if case .sourceClaim(let time)? = asked.knownAt { stamp.sourceClaim = time }
    guard let head else {
      now = asked.asOf ?? period.until ?? Timestamp(seconds: 0)
      stamp.root = try store.root(through: nil)
      return
    }
    let newest = try ReportQuestion.newest(asked.knownAt, head: head, in: store)
    stamp.position = newest
    stamp.root = try store.root(through: newest)
    now = try asked.asOf ?? ReportQuestion.moment(asked.knownAt, newest, period, in: store)
    stamp.asOf = now
  }

  /// The newest event that is known.
  static func newest(
    _ known: KnownAt?, head: Position, in store: Store
  ) throws -> Position {
    switch known {
    case .position(let position)?: position
    case .recorded(let instant)?: try store.newestPosition(recordedBy: instant) ?? head
    case .sourceClaim?, nil: head
    }
  }

  /// Without `--as-of` the last instant of the period, and never later than what was recorded last: the
  /// time of asking would give other bytes each time.
  private static func moment(
    _ known: KnownAt?, _ newest: Position, _ period: Period, in store: Store
  ) throws -> Timestamp {
    let recorded: Timestamp
    if case .recorded(let instant)? = known {
      recorded = instant
    } else {
      recorded = try store.event(at: newest)?.envelope.recordedAt ?? Timestamp(seconds: 0)
    }
    guard let until = period.until else { return recorded }
    return min(recorded, until.adding(microseconds: -1))
  }

  /// Where what is told of over time begins and ends: the period as far as it is known.
  func span(from first: Timestamp?) -> (from: Timestamp, until: Timestamp)? {
    guard let begin = period.since ?? first else { return nil }
    let end = min(period.until ?? .latest, now.adding(microseconds: 1))
    return begin < end ? (begin, end) : nil
  }

  /// The arguments that let another command tell of an instant by the same knowledge.
  func momentArguments(_ instant: Timestamp? = nil) -> [String] {
    let moment = ["--as-of", "\(instant ?? now)"]
    if let claim = stamp.sourceClaim { return moment + ["--known-at-source", "\(claim)"] }
    return moment + (stamp.position.map { ["--position", "\($0)"] } ?? [])
  }

  /// The arguments of the period.
  var periodArguments: [String] {
    (period.since.map { ["--since", "\($0)"] } ?? [])
      + (period.until.map { ["--until", "\($0)"] } ?? [])
  }
}
