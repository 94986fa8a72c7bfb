import ArgumentParser
import Casefile
import CasefileInterchange
import CasefileModel
import CasefileProjections

/// `casefile report run handovers`.
struct HandoversReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handovers",
    abstract: "Tell how long tickets take by how often they went from one group to another.",
    discussion: """
      --priority takes a priority as the source writes it, or what stands before its first " - ": 3 \
      means 3 - Moderate. --breached names the field that says of a ticket that it was late. The \
      definitions are printed with the figures. --open lists the tickets of a row instead.

      Example:
        casefile report run handovers --priority 3 --store ./desk
        casefile report run handovers --priority 3 --open 2 --got-back yes --store ./desk
      """)

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
  @OptionGroup var moment: MomentOptions
  @Option(help: "Only tickets that have this priority last.") var priority: String?
  @Option(
    help: ArgumentHelp(
      "The field, and the value that it has where a ticket was late.", valueName: "field=value"))
  var breached = "made_sla=false"
  @Option(
    help: ArgumentHelp(
      "List the tickets of a row: a number of handoffs, the last of which has those with more too, or "
        + "all.", valueName: "handoffs"))
  var open: String?
  @Option(help: "Of those that are listed only what a group got back: yes or no.")
  var gotBack: HandoverList.Answer?

  func validate() throws {
    if breachField == nil {
      throw ValidationError(
        "--breached is \(breached); give a field and a value, such as made_sla=false")
    }
    if let open {
      guard HandoverList.row(open) != nil else {
        throw ValidationError(
          "--open is \(open); give 0 to \(HandoverStudy.handoffsMax), or all")
      }
      guard format == .text || format == .json, output == nil else {
        throw ValidationError("--open lists tickets as text or JSON, and into no file")
      }
    } else if gotBack != nil {
      throw ValidationError("--got-back says which tickets --open lists; give --open too")
    }
  }

  private var breachField: HandoverCase.BreachField? {
    let parts = breached.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    return HandoverCase.BreachField(field: String(parts[0]), value: String(parts[1]))
  }

  func run() async throws {
    guard let breachField else { return }
    var common = CommonOptions()
    common.store = store
    // What programs read is English.
    let reader = try moment.reading.reader(format == .text || format == .html ? .text : .json)
    let asked = try moment.question(reader)
    try await common.withStore { store in
      if let open {
        try TicketLookup(store).refuseUnknownMoment(asked.knownAt)
        let list = HandoverList(
          row: open, gotBack: gotBack, study: HandoverStudy(priority: priority))
        return try list.put(breachField, asked, reader, format, in: store)
      }
      var answer: HandoversReport?
      _ = try ReportQuestion.answer(asked, Period(), reader, in: store) { question in
        var stamp = question.stamp
        // Without a moment nothing is left out, whatever time it states.
        stamp.asOf = asked.asOf
        let made = HandoversReport(
          study: try store.handoverStudy(
            priority: priority, breach: breachField, asOf: asked.asOf, knownAt: question.knownAt),
          breach: breachField, stamp: stamp)
        answer = made
        return made.report
      }
      if let answer { try put(answer, reader) }
    }
  }

  private func put(_ answer: HandoversReport, _ reader: Reader) throws {
    let speech = ReportSpeech(reader.language, zone: reader.zone)
    if format == .text, output == nil {
      return try reader.show(answer.lines(speech, width: reader.width))
    }
    let bytes: [UInt8]
    switch format {
    case .text:
      let lines = answer.lines(speech, width: ReportForm.fileColumns)
      bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    case .json: bytes = Array((answer.json.text + "\n").utf8)
    case .csv:
      var writer = CSVWriter()
      for row in answer.table { writer.write(row) }
      bytes = writer.take()
    case .html:
      bytes = ReportForm.html.bytes(of: answer.report, reader.language, zone: reader.zone)
    }
    try ReportForm.write(bytes, to: output)
  }
}
