import ArgumentParser
import CasefileModel
import CasefileProjections

/// For which moment and by which knowledge something is asked.
struct MomentOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What was true at this time.", valueName: "time"))
  var asOf: String?

  @Option(help: ArgumentHelp("What was true at the last instant of this day.", valueName: "date"))
  var asOfEnd: String?

  @Option(help: ArgumentHelp("What was recorded by this time.", valueName: "time"))
  var knownAt: String?

  @Option(
    help: ArgumentHelp(
      "What its source says it had written by this time: a claim, not a proof.",
      valueName: "time"))
  var knownAtSource: String?

  @Option(help: "What was recorded up to this position, included.")
  var position: UInt64?

  @OptionGroup var reading: ReaderOptions

  func validate() throws {
    if asOf != nil, asOfEnd != nil {
      throw ValidationError("--as-of and --as-of-end both say which moment; give one of them")
    }
    let known = [
      position.map { _ in "--position" }, knownAt.map { _ in "--known-at" },
      knownAtSource.map { _ in "--known-at-source" },
    ].compactMap { $0 }
    if known.count > 1 {
      throw ValidationError(
        "\(known.joined(separator: " and ")) each say what was known; give one of them")
    }
  }

  /// The question; which instant a date means is told on standard error.
  func question(_ reader: Reader, _ audience: AudienceArgument = .all) throws -> TicketQuestion {
    var question = TicketQuestion()
    question.asOf =
      try reader.time(asOf, option: "--as-of")
      ?? reader.time(asOfEnd, option: "--as-of-end", atEnd: true)
    if let position { question.knownAt = .position(Position(position)) }
    if let time = try reader.time(knownAt, option: "--known-at") {
      question.knownAt = .recorded(time)
    }
    if let time = try reader.time(knownAtSource, option: "--known-at-source") {
      question.knownAt = .sourceClaim(time)
    }
    question.isPublic = audience == .public
    return question
  }
}

/// Which rows of a case are shown, and how.
struct RowOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Only what happened at this time or later.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Only what happened before this time.", valueName: "time"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "Only rows about messages, calls, responsibility, deadlines, changes or corrections; several "
        + "with commas or repeated.", valueName: "topics"))
  var only: [String] = []

  @Option(help: "What may be seen: all, or only what is public.")
  var visibility = AudienceArgument.all

  @Option(help: "How much of the texts is shown: full, short or none.")
  var text = TextLength.full

  @Option(help: "Show with it the linked tickets and contacts, or all tickets of the client.")
  var with: CaseLookup.Company?

  func validate() throws { _ = try topics() }

  /// Refuses `--text` where a program reads.
  func refuseShortTexts(in format: OutputFormat) throws {
    if format == .json, text != .full {
      throw ValidationError("--text shortens what people read; JSON has texts whole, leave it out")
    }
  }

  private func topics() throws -> [EventTopic] {
    var topics: [EventTopic] = []
    for word in only.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      guard let topic = EventTopic(rawValue: String(word)) else {
        let known = EventTopic.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--only has “\(word)”; there are: \(known)")
      }
      if !topics.contains(topic) { topics.append(topic) }
    }
    return topics
  }

  /// The selection; which instant a date means is told on standard error.
  func selection(_ reader: Reader) throws -> RowSelection {
    var selection = RowSelection()
    selection.since = try reader.time(since, option: "--since")
    selection.until = try reader.time(until, option: "--until")
    selection.topics = try topics()
    if let since = selection.since, let until = selection.until, since >= until {
      throw CommandFailure.usage(
        "--since is \(since) and --until is \(until): nothing is between them")
    }
    return selection
  }
}
