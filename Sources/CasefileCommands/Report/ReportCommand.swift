import ArgumentParser

/// `casefile report`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make reports whose every number has a written definition.",
    subcommands: [
      ReportRunCommand.self, ReportAgreeCommand.self, ReportAgreementsCommand.self,
      ReportCheckCommand.self, ReportDeliverCommand.self,
    ])
}

/// `casefile report run`.
struct ReportRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a report by its name.",
    subcommands: [
      SLAReportCommand.self, AgentsReportCommand.self, FiguresReportCommand.self,
      SatisfactionReportCommand.self, ReviewsReportCommand.self, ShiftHandoverReportCommand.self,
      CallsReportCommand.self, ReasonsReportCommand.self, HandoversReportCommand.self,
      ClientReportCommand.self,
    ])
}

/// How a report prints.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  /// For people.
  case text
  /// One object.
  case json
  /// A table.
  case csv
}

/// Where the store is and how a report prints.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of the store; without it the environment's CASEFILE_STORE.",
      valueName: "dir"))
  var store: String?

  @Option(help: "How to print: text for people, json for programs, csv for spreadsheets.")
  var format = ReportFormat.text

  /// The same in the form of other commands.
  var common: CommonOptions {
    var common = CommonOptions()
    common.store = store
    // What programs read is English.
    common.format = format == .text ? .text : .json
    return common
  }
}
