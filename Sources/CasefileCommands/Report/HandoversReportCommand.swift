import ArgumentParser
import Casefile
import CasefileInterchange
import CasefileModel
import CasefileProjections
import Foundation

/// `casefile report run handovers`.
struct HandoversReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handovers",
    abstract: "Tell how long tickets take by how often they went from one group to another.",
    discussion: """
      --priority takes a priority as the source writes it, or what stands before its first " - ": 3 \
      means 3 - Moderate. --breached names the field that says of a ticket that it was late. The \
      definitions are printed with the figures.

      Example:
        casefile report run handovers --priority 3 --store ./desk
      """)

  @OptionGroup var report: ReportOptions
  @OptionGroup var moment: MomentOptions
  @Option(help: "Only tickets that have this priority last.") var priority: String?
  @Option(
    help: ArgumentHelp(
      "The field, and the value that it has where a ticket was late.", valueName: "field=value"))
  var breached = "made_sla=false"

  func validate() throws {
    if breachField == nil {
      throw ValidationError(
        "--breached is \(breached); give a field and a value, such as made_sla=false")
    }
  }

  private var breachField: HandoverCase.BreachField? {
    let parts = breached.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    return HandoverCase.BreachField(field: String(parts[0]), value: String(parts[1]))
  }

  func run() async throws {
    guard let breachField else { return }
    let common = report.common
    let reader = try moment.reading.reader(common.format)
    let question = try moment.question(reader)
    try await common.withStore { store in
      try TicketLookup(store).refuseUnknownMoment(question.knownAt)
      let head = try store.head
      let study = try store.handoverStudy(
        priority: priority, breach: breachField, asOf: question.asOf, knownAt: question.knownAt)
      let answer = HandoversReport(study: study, breach: breachField)
      switch report.format {
      case .json:
        try reader.output.line(answer.json(asOf: question.asOf, head: head))
        try reader.output.flush()
      case .csv:
        var writer = CSVWriter()
        for row in answer.table { writer.write(row) }
        try Descriptor.write(writer.take(), to: STDOUT_FILENO, name: "standard output")
      case .text: try reader.show(answer.lines(reader.phrases, width: reader.width))
      }
    }
  }
}
