import ArgumentParser
import CasefileModel
import Foundation

/// In which zone and language people are shown an answer, and how: every command that prints for
/// people shares these options.
struct ReaderOptions: ParsableArguments {
  @Option(help: "The zone of dates and of the times that are shown.")
  var zone: String?

  @Option(help: "The language, en or ru; without it the locale's.")
  var lang: Language?

  @Flag(help: "Don't show long output page by page.")
  var noPager = false

  /// The zone that is named, else UTC.
  ///
  /// - Throws: a usage failure for a zone that there is not.
  func readZone() throws -> Zone { try zone.map { try Zone(named: $0) } ?? .utc }

  /// Whoever reads the answer.
  ///
  /// - Throws: a usage failure for a zone that there is not.
  func reader(_ format: OutputFormat) throws -> Reader {
    let environment = ProcessInfo.processInfo.environment
    // JSON is English whatever the locale, and so is what goes with it.
    let language = format == .json ? .en : lang ?? .ofLocale(environment)
    return Reader(
      zone: try readZone(), language: language, environment: environment, wantsPager: !noPager)
  }
}

/// How many are listed: shared by the commands whose lists have an order of their own.
struct LimitOption: ParsableArguments {
  @Option(help: "At most so many.")
  var limit: Int?

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit \(limit) is below nought") }
  }
}

/// A time within which things are counted or shown.
struct PeriodOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What happened at this time or later.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("What happened before this time.", valueName: "time"))
  var until: String?

  /// The instants; which one a date means is told on standard error.
  ///
  /// - Throws: a usage failure for a time that is none, and for a period that is empty.
  func read(_ reader: Reader) throws -> Period {
    let since = try reader.time(since, option: "--since")
    let until = try reader.time(until, option: "--until")
    if let since, let until, until <= since {
      throw CommandFailure.usage(
        "--until \(until) is not after --since \(since); --until itself is not counted")
    }
    return Period(since: since, until: until)
  }
}

/// From an instant, included, to another, not included.
struct Period {
  var since: Timestamp?
  var until: Timestamp?

  /// Whether nothing is left out.
  var isAll: Bool { since == nil && until == nil }

  /// Whether an instant belongs to it.
  func contains(_ instant: Timestamp) -> Bool {
    since.map { $0 <= instant } ?? true && until.map { instant < $0 } ?? true
  }
}
