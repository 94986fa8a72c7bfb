import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile report agree`.
struct ReportAgreeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agree",
    abstract: "Record what a client company's report shows, from a JSON file.",
    discussion: """
      The file has the fields of report.agreementRecorded; its version may be left out and is then the \
      next one. The last version is in force. What can't be obeyed, or is not covered by the contract in \
      force with the company, is refused with the field.

      Example:
        casefile report agree acme.json --by ag-sofia --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var publish: PublishOptions

  func run() async throws {
    let agreement = try publish.reading { try ReportAgreementRecorded(parsing: $0) }
    try await common.withStore(readOnly: publish.check) { store in
      let checked = try publish.reading { _ in try store.checked(agreement) }
      let position =
        publish.check ? nil : try await store.record(agreement, by: publish.actor).position
      try PublishAnswer(
        kind: "agreement", id: checked.reportId, version: checked.version ?? 0, position: position
      ).write(common.format)
    }
  }
}

/// `casefile report agreements`.
struct ReportAgreementsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agreements",
    abstract: "List every version of every agreement on a client company's report.",
    discussion: """
      Example:
        casefile report agreements --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions

  func run() async throws {
    let reader = try reading.reader(common.format)
    try await common.withStore { store in
      let all = try store.clientAgreements()
      let last = Dictionary(
        all.filter { $0.retractedBy == nil }.map { ($0.payload.reportId, $0.position) },
        uniquingKeysWith: max)
      let listed = try all.map {
        try ListedAgreement($0, isLast: last[$0.payload.reportId] == $0.position, in: store)
      }
      switch common.format {
      case .json:
        for agreement in listed { try reader.output.line(agreement.json) }
        try reader.output.flush()
      case .text:
        let phrases = reader.phrases
        guard !listed.isEmpty else { return try reader.show([phrases.noAgreements]) }
        let columns: [AgreementColumn] = [
          .agreement, .version, .company, .project, .payment, .columns, .state, .position,
        ]
        let table = TextTable(
          columns: columns.map { phrases.heading(of: $0) }, numbers: [1, 5, 7])
        try reader.show(
          table.lines(listed.map { $0.cells(phrases) })
            + listed.compactMap(\.problem).flatMap { DisplayWidth.wrap($0, to: reader.width) })
      }
    }
  }
}

/// An agreement as a list shows it.
private struct ListedAgreement {
  let recorded: RecordedAgreement
  let state: AgreementState
  /// Why it can't be obeyed.
  let problem: String?

  init(_ recorded: RecordedAgreement, isLast: Bool, in store: Store) throws {
    self.recorded = recorded
    var problem: String?
    do {
      let agreed = try recorded.checked()
      if isLast { try store.checkContract(of: agreed, at: SystemClock.now()) }
    } catch let error as ClientAgreementError {
      problem = "#\(recorded.position): \(error.message)"
    }
    self.problem = recorded.retractedBy == nil && isLast ? problem : nil
    state =
      recorded.retractedBy != nil
      ? .retracted : !isLast ? .replaced : problem == nil ? .inForce : .unusable
  }

  var json: JSONValue {
    let payload = recorded.payload
    func list(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
    return [
      "agreement": .string(payload.reportId),
      "version": payload.version.map { .int($0) } ?? .null,
      "customer": JSONValue(payload.customerId), "project": JSONValue(payload.projectId),
      "columns": list(payload.columns), "cuts": list(payload.cuts),
      "paymentBasis": JSONValue(payload.paymentBasis?.word), "purposes": list(payload.purposes),
      "period": JSONValue(payload.period), "timeZone": JSONValue(payload.timeZone),
      "language": JSONValue(payload.language), "position": JSONValue(recorded.position.rawValue),
      "inForce": .bool(state == .inForce), "retractedBy": JSONValue(recorded.retractedBy?.rawValue),
      "problem": JSONValue(problem),
    ]
  }

  func cells(_ phrases: any Phrases) -> [String] {
    let payload = recorded.payload
    return [
      VisibleText.escape(payload.reportId), payload.version.map { "\($0)" } ?? "",
      VisibleText.escape(payload.customerId ?? ""), VisibleText.escape(payload.projectId ?? ""),
      payload.paymentBasis.map { phrases.word($0.word, of: "PaymentBasis") } ?? "",
      "\(payload.columns.count)", phrases.word(for: state), "\(recorded.position)",
    ]
  }
}
