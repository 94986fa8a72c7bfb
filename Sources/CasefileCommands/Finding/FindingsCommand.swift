import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile findings`.
struct FindingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Tell what tickets' histories show of the quality of service, with the proof.",
    subcommands: [
      FindingsListCommand.self, FindingsShowCommand.self, FindingsCountCommand.self,
    ])
}

/// For which moment findings are asked, and which of them.
struct FindingOptions: ParsableArguments {
  @OptionGroup var moment: MomentOptions
  @OptionGroup var zones: ZoneDataOptions
  @Option(help: ArgumentHelp("Only this code; may be repeated.", valueName: "code"))
  var code: [String] = []

  func validate() throws {
    for word in code where FindingCode(rawValue: word) == nil {
      throw ValidationError(
        "there is no finding \(word); there are: "
          + FindingCode.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }

  /// The codes that are asked for; nil: all.
  var codes: Set<FindingCode>? {
    code.isEmpty ? nil : Set(code.compactMap { FindingCode(rawValue: $0) })
  }
}

/// What findings are made by, for one moment.
struct FindingQuestion {
  let moment: DeadlineMoment
  let rules: FindingRules
  let context: FindingContext

  /// - Parameter ticket: the only one that is asked about, where it is one.
  init(
    _ options: FindingOptions, _ reader: Reader, ticket: String? = nil, in store: Store
  ) throws {
    moment = try DeadlineMoment(options.moment, reader, in: store)
    rules = try store.findingRules(at: moment.now, knownAt: moment.knownAt)
    context = try store.findingContext(
      at: moment.now, knownAt: moment.knownAt, ticket: ticket, codes: options.codes,
      zones: options.zones.directory)
    if !rules.republished.isEmpty {
      let places = rules.republished.map { "#\($0.rawValue)" }.joined(separator: " ")
      Console.note(
        "a version of a rule set was published again, as something else, at \(places); a version "
          + "that was published stays as it was")
    }
    if !rules.unused.isEmpty {
      Console.note(
        "the rule set \(rules.ruleSet ?? "") version \(rules.version) names what is not used: "
          + rules.unused.map(VisibleText.escape).joined(separator: ", "))
    }
  }
}

extension FindingQuestion {
  /// The contacts that belong to no ticket: what is found on them is on no ticket either.
  var unlinkedContacts: [ContactTrail] { context.contacts.filter(\.tickets.isEmpty) }
}

/// `casefile findings list`.
struct FindingsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List what is found on all tickets at a moment.",
    discussion: """
      One line for each finding, with the positions that prove it; log read --from P --to P shows \
      the event at a position. --since and --until ask for those that happened or began then. Without \
      --as-of it is now, or the moment of --known-at. \
      Codes: \(FindingCode.allCases.map(\.rawValue).joined(separator: ", ")).

      Example:
        casefile findings list --code reopened --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: FindingOptions
  @OptionGroup var period: PeriodOptions
  @OptionGroup var size: LimitOption
  @Option(help: ArgumentHelp("Only on this ticket.", valueName: "id")) var ticket: String?
  @Option(help: ArgumentHelp("Only about this agent.", valueName: "id")) var agent: String?
  @Option(help: ArgumentHelp("Only while this group had the ticket.", valueName: "id"))
  var group: String?

  func run() async throws {
    let reader = try options.moment.reading.reader(common.format)
    let period = try period.read(reader)
    try await common.withStore { store in
      let question = try FindingQuestion(options, reader, ticket: ticket, in: store)
      let people = People(store, knownAt: question.moment.knownAt)
      var counts: [FindingCode: Int] = [:]
      var tickets: Set<String> = []
      var lines: [String] = []
      var listed = 0
      func take(_ findings: [Finding]) throws -> Bool {
        for finding in findings where wants(finding, period) {
          if let limit = size.limit, listed >= limit { return false }
          listed += 1
          counts[finding.code, default: 0] += 1
          if let ticket = finding.ticket { tickets.insert(ticket) }
          switch common.format {
          case .json:
            // Programs get ids, and their sentences name nobody.
            try reader.output.line(FindingJSON.json(finding, question.rules))
          case .text:
            let names = try people.names(of: FindingText.people(in: finding))
            let text = FindingText(reader.voice(names)).line(finding)
            lines += DisplayWidth.wrap(VisibleText.escape(text), to: reader.width)
          }
        }
        return true
      }
      if let ticket {
        let found = try FindingsShowCommand.findings(
          of: ticket, question, options.codes, in: store)
        _ = try take(found.findings)
      } else {
        var isMoreWanted = true
        try store.findings(
          at: question.moment.now, knownAt: question.moment.knownAt, rules: question.rules,
          context: question.context, codes: options.codes, onlyFound: true
        ) {
          isMoreWanted = try take($0.findings)
          return isMoreWanted
        }
        for contact in question.unlinkedContacts where isMoreWanted {
          isMoreWanted = try take(
            contact.findings(
              at: question.moment.now, rules: question.rules, codes: options.codes,
              ends: question.context.ends))
        }
      }
      if listed == 0, size.limit != 0 {
        try FilterLookup(agent: agent, group: group).refuseUnknown(in: store)
      }
      switch common.format {
      case .json: try reader.output.flush()
      case .text:
        let phrases = reader.phrases
        let sums = FindingCode.allCases.compactMap { code in
          counts[code].map { "\(phrases.title(of: code)) \($0)" }
        }
        lines.append(phrases.findingsFound(listed, tickets: tickets.count))
        if !sums.isEmpty {
          lines += DisplayWidth.wrap(sums.joined(separator: ", "), to: reader.width)
        }
        lines += DisplayWidth.wrap(
          VisibleText.escape(FindingText.rules(question.rules, phrases)), to: reader.width)
        try reader.show(lines)
      }
      DeadlineNotes.report(question.context)
    }
  }

  private func wants(_ finding: Finding, _ period: Period) -> Bool {
    period.contains(finding.at) && agent.map { finding.agent == $0 } ?? true
      && group.map { finding.group == $0 } ?? true
  }
}

extension DeadlineNotes {
  /// Published versions of policies and calendars that can't be used.
  static func report(_ context: FindingContext) {
    if let book = context.book { report(book) }
  }
}

/// `casefile findings show`.
struct FindingsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Tell for every finding whether it is so on a ticket, is not, or can't be told.",
    discussion: """
      Not assessable: the source does not record what would show it. Acts on clocks come with the \
      verdict with the act and without it.

      Example:
        casefile findings show 4711 --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: FindingOptions
  @Argument(help: "The ticket's id.") var id: String

  func run() async throws {
    let reader = try options.moment.reading.reader(common.format)
    try await common.withStore { store in
      let question = try FindingQuestion(options, reader, ticket: id, in: store)
      let findings = try FindingsShowCommand.findings(
        of: id, question, options.codes, in: store)
      switch common.format {
      case .json:
        try reader.output.line(FindingJSON.json(findings))
        try reader.output.flush()
      case .text:
        let people = findings.findings.reduce(into: Set<People.Key>()) {
          $0.formUnion(FindingText.people(in: $1))
        }
        let names = try People(store, knownAt: question.moment.knownAt).names(of: people)
        try reader.show(
          FindingText(reader.voice(names)).lines(findings, width: reader.width))
      }
      DeadlineNotes.report(question.context)
    }
  }

  /// - Throws: not found for a ticket that is not there, or was not there yet.
  static func findings(
    of id: String, _ question: FindingQuestion, _ codes: Set<FindingCode>?, in store: Store
  ) throws -> TicketFindings {
    let lookup = TicketLookup(store)
    let events = try lookup.events(of: id)
    let (now, knownAt) = (question.moment.now, question.moment.knownAt)
    let found = try store.ticket(id)?.findings(
      at: now, knownAt: knownAt, rules: question.rules, context: question.context, codes: codes)
    guard let found else {
      throw try lookup.nothingKnown(events, of: id, TicketQuestion(asOf: now, knownAt: knownAt))
    }
    return found
  }
}

/// `casefile findings count`.
struct FindingsCountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count",
    abstract: "Count for every finding on how many tickets it is so, is not, or can't be told.",
    discussion: """
      Those that can't be told are no part of a rate: they are counted apart.

      Example:
        casefile findings count --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: FindingOptions

  private struct Count {
    var findings = 0
    var found = 0
    var notFound = 0
    var notAssessable = 0
    /// Contacts that belong to no ticket, with such a finding.
    var contacts = 0

    mutating func add(_ answer: FindingAnswer) {
      switch answer {
      case .found(let some):
        findings += some.count
        found += 1
      case .notFound: notFound += 1
      case .notAssessable: notAssessable += 1
      }
    }
  }

  func run() async throws {
    let reader = try options.moment.reading.reader(common.format)
    try await common.withStore { store in
      let question = try FindingQuestion(options, reader, in: store)
      var counts: [FindingCode: Count] = [:]
      var progress = Progress("tickets")
      var tickets = 0
      try store.findings(
        at: question.moment.now, knownAt: question.moment.knownAt, rules: question.rules,
        context: question.context, codes: options.codes
      ) { ticket in
        tickets += 1
        progress.update(UInt64(tickets), of: nil)
        for one in ticket.answers { counts[one.code, default: Count()].add(one.answer) }
        return true
      }
      progress.finish()
      for contact in question.unlinkedContacts {
        let found = contact.findings(
          at: question.moment.now, rules: question.rules, codes: options.codes,
          ends: question.context.ends)
        for code in Set(found.map(\.code)) {
          counts[code, default: Count()].contacts += 1
          counts[code, default: Count()].findings += found.count { $0.code == code }
        }
      }
      let codes = FindingCode.allCases.filter { options.codes?.contains($0) ?? true }
      switch common.format {
      case .json:
        for code in codes {
          let count = counts[code] ?? Count()
          try reader.output.line([
            "code": .string(code.rawValue), "findings": JSONValue(count.findings),
            "tickets": JSONValue(count.found), "notFound": JSONValue(count.notFound),
            "notAssessable": JSONValue(count.notAssessable),
            "contacts": JSONValue(count.contacts),
            "rules": FindingJSON.json(question.rules),
          ])
        }
        try reader.output.flush()
      case .text: try reader.show(text(codes, counts, tickets, question.rules, reader.phrases))
      }
      DeadlineNotes.report(question.context)
    }
  }

  private func text(
    _ codes: [FindingCode], _ counts: [FindingCode: Count], _ tickets: Int, _ rules: FindingRules,
    _ phrases: any Phrases
  ) -> [String] {
    guard tickets > 0 else { return [phrases.noData] }
    let rows = codes.map { code in
      let count = counts[code] ?? Count()
      // Of nothing that can be told there is no share.
      let share = DecimalNumber.share(count.found, of: count.found + count.notFound, parts: 1_000)
      return [
        phrases.title(of: code), "\(count.findings)", "\(count.found)", "\(count.notFound)",
        "\(count.notAssessable)", "\(count.contacts)",
        share.map(phrases.percent) ?? phrases.noData,
      ]
    }
    return [phrases.countOfTickets(tickets)]
      + TextTable(columns: phrases.findingColumns, numbers: [1, 2, 3, 4, 5, 6]).lines(rows)
      + [VisibleText.escape(FindingText.rules(rules, phrases))]
  }
}
