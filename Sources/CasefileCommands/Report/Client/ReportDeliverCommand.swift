import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile report deliver`.
struct ReportDeliverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deliver",
    abstract: "Record that a client company's report was given to somebody.",
    discussion: """
      It is recorded as report.delivered with the hash of the file, which must be that of a report made \
      here; report check tells of it. The same delivery is recorded once.

      Example:
        casefile report deliver march.html --to accounts@acme.example --channel email --by ag-sofia --store ./desk
      """)

  @Argument(help: "The file, as it was put out, or its sha256 in hex.") var report: String
  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions
  @Option(help: ArgumentHelp("Only a report by this agreement.", valueName: "id"))
  var agreement: String?
  @Option(help: ArgumentHelp("The address; it is kept as a content.", valueName: "address"))
  var to: String?
  @Option(help: ArgumentHelp("The person who got it.", valueName: "id")) var recipient: String?
  @Option(help: "The kind of channel, such as email.") var channel: String?
  @Option(help: ArgumentHelp("When; without it now.", valueName: "time")) var at: String?
  @Option(help: ArgumentHelp("Who gave it.", valueName: "agent")) var by: String?

  func validate() throws {
    guard to.map({ !$0.isEmpty }) ?? (recipient != nil) else {
      throw ValidationError("say to whom it was given: --to an address, or --recipient a person")
    }
    if let channel, Channel(name: channel) == nil {
      let words = Channel.names.map(\.0)
      let near = NearMatch.best(for: channel, in: words).map { "; is it \($0)?" } ?? ";"
      throw ValidationError(
        "there is no channel \(channel)\(near) there are: \(words.joined(separator: ", "))")
    }
  }

  func run() async throws {
    let reader = try reading.reader(common.format)
    let hash = try GeneratedReport.hash(ofFileOrHash: report)
    let time = try reader.time(at, option: "--at")
    try await common.withStore(readOnly: false) { store in
      let generated = try GeneratedReport.recorded(hash, by: agreement, in: store)
      let payload = ReportDelivered(
        reportId: generated.payload.reportId, customerId: generated.payload.customerId,
        outputId: generated.payload.outputId, outputSha256: hash.bytes,
        channel: channel.flatMap { Channel(name: $0) }, address: to, recipientId: recipient)
      let before = try store.deliveredReports().first { delivery in
        delivery.retractedBy == nil && delivery.payload == payload
          && time.map { $0 == delivery.at } ?? true
      }
      var position = before?.position
      if position == nil {
        var event = Event(
          payload, on: try StreamID(kind: "report", id: payload.reportId),
          at: time ?? SystemClock.now(), by: by.map { Actor(.agent, $0) } ?? Actor(.system))
        event.causation = generated.event
        position = try await store.append([event])[0].position
      }
      try write(payload, generated, hash, position, isNew: before == nil, reader)
    }
  }

  /// The address is not repeated.
  private func write(
    _ payload: ReportDelivered, _ generated: GeneratedReport, _ hash: Digest,
    _ position: Position?, isNew: Bool, _ reader: Reader
  ) throws {
    switch common.format {
    case .json:
      try reader.output.line([
        "agreement": .string(payload.reportId), "position": JSONValue(position?.rawValue),
        "new": .bool(isNew), "generated": JSONValue(generated.position.rawValue),
        "sha256": .string("\(hash)"),
        "channel": JSONValue(payload.channel?.word), "recipient": JSONValue(payload.recipientId),
      ])
      try reader.output.flush()
    case .text:
      try reader.show([
        reader.phrases.deliveredReport(
          VisibleText.escape(payload.reportId), generatedAt: "\(generated.position)",
          at: position.map { "\($0)" } ?? "", isNew: isNew)
      ])
    }
  }
}

extension GeneratedReport {
  /// The hash of a file, or the hash that is given itself.
  ///
  /// - Throws: a failure for a file that can't be read.
  static func hash(ofFileOrHash text: String) throws -> Digest {
    if text.utf8.count == 64, let digest = Digest(hex: text) { return digest }
    return try hash(of: text)
  }

  /// The hash of a file.
  ///
  /// - Throws: a failure for a file that can't be read.
  static func hash(of file: String) throws -> Digest {
    var hash = RunningHash()
    hash.add(try PublishOptions.bytes(of: file))
    return hash.digest
  }

  /// The report with a hash that was recorded last.
  ///
  /// - Throws: a failure `notFound` where there is none, or its record was retracted.
  static func recorded(
    _ hash: Digest, by agreement: String?, in store: Store
  ) throws -> GeneratedReport {
    let same = try store.generatedReports().filter { report in
      report.payload.outputSha256 == hash.bytes
        && agreement.map { report.payload.reportId == $0 } ?? true
    }
    if let report = same.last(where: { $0.retractedBy == nil }) { return report }
    if let gone = same.last, let retraction = gone.retractedBy {
      throw CommandFailure.notFound(
        "the report was recorded at position \(gone.position), and the record was retracted at "
          + "position \(retraction)")
    }
    throw CommandFailure.notFound(
      "no report with the sha256 \(hash) is recorded"
        + (agreement.map { " by agreement \($0)" } ?? "")
        + ": it was not made here, or was changed since")
  }
}
