import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile report run client`.
struct ClientReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Make a client company's report as it was agreed, and record that it was made.",
    discussion: """
      Rows, columns, headings and cuts are those of the agreement; everything else is withheld. Zone \
      and language are the agreement's unless others are named. What is put out is recorded as \
      report.generated with its hash before it is written; report check makes it again. Where the \
      agreement says how often it is made, --until may be left out.

      Example:
        casefile report run client --agreement acme-monthly --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @Option(
    help: ArgumentHelp(
      "The directory of the store; without it the environment's CASEFILE_STORE.",
      valueName: "dir"))
  var store: String?
  @Option(help: ArgumentHelp("The agreement that it obeys.", valueName: "id")) var agreement: String
  @OptionGroup var period: PeriodOptions
  @Option(help: ArgumentHelp("What was true at this time.", valueName: "time")) var asOf: String?
  @Option(help: "What was recorded up to this position, included.") var position: UInt64?
  @Option(
    help: "How to print: text for people, json for programs, csv for spreadsheets, html to pass on."
  )
  var format = ReportForm.text
  @Option(help: ArgumentHelp("Only this table, by the name that JSON gives it.", valueName: "name"))
  var table: String?
  @Option(help: ArgumentHelp("Write into this file instead of printing.", valueName: "file"))
  var output: String?
  @Option(help: "The zone of dates and of the times that are shown; without it the agreement's.")
  var zone: String?
  @Option(help: "The language, en or ru; without it the agreement's.") var lang: Language?
  @Option(help: ArgumentHelp("Who makes it.", valueName: "agent")) var by: String?
  @Flag(help: "Only look: record nothing, and change nothing in the store.") var noRecord = false

  func run() async throws {
    var common = CommonOptions()
    common.store = store
    try await common.withStore(readOnly: noRecord) { store in
      let request = try request(in: store)
      let made = try request.make(in: store)
      let phrases = request.language.phrases
      if noRecord {
        Console.note(phrases.unrecordedReport(hash: "\(made.hash)"))
      } else {
        // First the record: nothing is handed out of which the log does not tell.
        let record = try await record(made, request, in: store)
        Console.note(
          phrases.recordedReport(
            hash: "\(made.hash)", at: "\(record.position)", isNew: record.isNew))
      }
      try ReportForm.write(made.bytes, to: output)
    }
  }

  private func request(in store: Store) throws -> ClientReportRequest {
    var request = ClientReportRequest(agreement: agreement)
    request.position = position.map { Position($0) }
    let known = request.position.map { KnownAt.position($0) }
    try TicketLookup(store).refuseUnknownMoment(known)
    let agreed = try ClientReportRequest.agreement(agreement, knownAt: known, in: store).agreed
    request.zone = try (zone ?? agreed.timeZone).map { try Zone(named: $0) } ?? .utc
    request.language = lang ?? agreed.language.flatMap { Language(rawValue: $0) } ?? .en
    request.form = format
    request.table = table
    let reader = Reader(zone: request.zone, language: request.language)
    request.asOf = try reader.time(asOf, option: "--as-of")
    request.period = try period.read(reader)
    if let since = request.period.since, request.period.until == nil {
      request.period.until = try agreed.period?.end(from: since, in: request.zone)
    }
    return request
  }

  /// Records what is put out; the same bytes are recorded once.
  private func record(
    _ made: ClientReportRequest.Made, _ request: ClientReportRequest, in store: Store
  ) async throws -> (position: Position, isNew: Bool) {
    let hash = made.hash.bytes
    let before = try store.generatedReports().first {
      $0.payload.reportId == agreement && $0.payload.outputSha256 == hash && $0.retractedBy == nil
    }
    if let before { return (before.position, false) }
    let payload = ReportGenerated(
      reportId: agreement, customerId: made.agreement.customer,
      columns: made.agreement.columns.map(\.rawValue), periodFrom: made.stamp.since,
      periodTo: made.stamp.until,
      asOfPosition: made.stamp.position.map { Int64(clamping: $0.rawValue) },
      outputSha256: hash, version: made.agreement.version, format: request.form.rawValue,
      rowCount: Int64(made.rowCount), asOf: made.stamp.asOf,
      agreementEventId: made.agreementEvent, rootHash: made.stamp.root.bytes,
      timeZone: request.zone.name, language: request.language.rawValue, table: request.table)
    let event = Event(
      payload, on: try StreamID(kind: "report", id: agreement), at: SystemClock.now(),
      by: by.map { Actor(.agent, $0) } ?? Actor(.system))
    return (try await store.append([event])[0].position, true)
  }
}

/// `casefile report check`.
struct ReportCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Tell whether a client company's report is one that was made here, and make it again.",
    discussion: """
      Exit status 1 where no report with the file's hash is recorded, and where what was known then \
      gives other bytes.

      Example:
        casefile report check march.html --store ./desk
      """)

  @Argument(help: "The file, as it was put out.") var file: String
  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions
  @Option(help: ArgumentHelp("Only a report by this agreement.", valueName: "id"))
  var agreement: String?

  func run() async throws {
    let reader = try reading.reader(common.format)
    let digest = try GeneratedReport.hash(of: file)
    try await common.withStore { store in
      let report = try GeneratedReport.recorded(digest, by: agreement, in: store)
      let answer = try ReportCheck(report, digest, in: store)
      switch common.format {
      case .json:
        try reader.output.line(answer.json)
        try reader.output.flush()
      case .text: try reader.show(answer.lines(reader))
      }
      if !answer.isSame { throw SilentFailure(status: .no) }
    }
  }
}

/// A recorded report beside what the log gives.
struct ReportCheck {
  let report: GeneratedReport
  let hash: Digest
  /// What making it again gave; nil where it can't be made again.
  private(set) var made: Digest?
  /// Why not.
  private(set) var failure: CommandFailure?
  /// Whether the log up to its position is the one by which it was made.
  let isSameLog: Bool
  /// To whom it was given.
  let deliveries: [DeliveredReport]

  /// - Parameter hash: of the file.
  init(_ report: GeneratedReport, _ hash: Digest, in store: Store) throws {
    self.report = report
    self.hash = hash
    let payload = report.payload
    deliveries = try store.deliveredReports().filter {
      $0.retractedBy == nil && $0.payload.reportId == payload.reportId
        && $0.payload.outputSha256 == hash.bytes
    }
    guard let known = payload.asOfPosition.flatMap({ UInt64(exactly: $0) }),
      Position(known) < report.position,
      let form = payload.format.flatMap({ ReportForm(rawValue: $0) })
    else {
      isSameLog = true
      failure = .notFound(
        "the record at position \(report.position) does not say by which position and in which form "
          + "the report was made")
      return
    }
    isSameLog = try payload.rootHash == store.root(through: Position(known)).bytes
    var request = ClientReportRequest(agreement: payload.reportId)
    request.period = Period(since: payload.periodFrom, until: payload.periodTo)
    request.asOf = payload.asOf
    request.position = Position(known)
    request.form = form
    request.table = payload.table
    do {
      request.zone = try payload.timeZone.map { try Zone(named: $0) } ?? .utc
      request.language = payload.language.flatMap { Language(rawValue: $0) } ?? .en
      made = try request.make(in: store).hash
    } catch let error as CommandFailure {
      failure = error
    }
  }

  var isSame: Bool { made == hash && isSameLog }

  var json: JSONValue {
    [
      "agreement": .string(report.payload.reportId),
      "position": JSONValue(report.position.rawValue),
      "asOfPosition": report.payload.asOfPosition.map { .int($0) } ?? .null,
      "format": JSONValue(report.payload.format), "sha256": .string("\(hash)"),
      "made": JSONValue(made.map { "\($0)" }), "sameLog": .bool(isSameLog),
      "same": .bool(isSame), "problem": JSONValue(failure?.message),
      "deliveries": .array(
        deliveries.map {
          [
            "position": JSONValue($0.position.rawValue), "at": JSONValue($0.at),
            "channel": JSONValue($0.payload.channel?.word),
            "recipient": JSONValue($0.payload.recipientId),
          ]
        }),
    ]
  }

  func lines(_ reader: Reader) -> [String] {
    let phrases = reader.phrases
    let head = phrases.checkedReport(
      VisibleText.escape(report.payload.reportId), at: "\(report.position)",
      known: report.payload.asOfPosition.map { "\($0)" } ?? phrases.noData, isSame: isSame)
    let more = [isSameLog ? nil : phrases.otherRoot, failure?.message].compactMap { $0 }
    let given = deliveries.map { delivery in
      phrases.delivery(
        reader.zone.text(delivery.at),
        channel: delivery.payload.channel.map { phrases.word($0.word, of: "Channel") },
        recipient: delivery.payload.recipientId, position: "\(delivery.position)")
    }
    return ([head] + (more + given).map(VisibleText.escape)).flatMap {
      DisplayWidth.wrap($0, to: reader.width)
    }
  }
}
