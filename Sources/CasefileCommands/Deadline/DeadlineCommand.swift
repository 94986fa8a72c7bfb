import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections
import Foundation

/// `casefile deadline`.
struct DeadlineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deadline",
    abstract: "Tell which deadlines were kept, why, and what would be under other rules.",
    subcommands: [
      DeadlineExplainCommand.self, DeadlineListCommand.self, DeadlineChangesCommand.self,
      DeadlineWhatIfCommand.self, DeadlineWatchCommand.self,
    ])
}

/// `casefile deadline explain`.
struct DeadlineExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain every deadline of a ticket: each span, by which event, whose time.",
    discussion: """
      Without --as-of it is now, or the moment of --known-at. The same prefix of the log always \
      gives the same answer.

      Example:
        casefile deadline explain 4711 --zone Europe/Moscow --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var moment: MomentOptions
  @OptionGroup var zones: ZoneDataOptions
  @Argument(help: "The ticket's id.") var id: String
  @Option(help: "Only this clock.", transform: ClockName.read) var clock: ClockName?
  @Option(help: ArgumentHelp("Write a picture of the clocks over time as SVG.", valueName: "file"))
  var svg: String?

  func run() async throws {
    let reader = try moment.reading.reader(common.format)
    try await common.withStore { store in
      let moment = try DeadlineMoment(self.moment, reader, in: store)
      let book = try store.deadlineBook(knownAt: moment.knownAt, zones: zones.directory)
      let deadlines = try moment.deadlines(of: id, by: book, in: store)
      switch common.format {
      case .json:
        try reader.output.line(deadlines.json(only: clock))
        try reader.output.flush()
      case .text:
        let names = try People(store, knownAt: moment.knownAt)
          .names(of: DeadlineText.people(in: deadlines))
        let voice = reader.voice(names, schema: store.schema)
        let text = DeadlineText(deadlines, voice: voice, only: clock, ink: reader.ink)
        var lines = text.lines(width: reader.width)
        if let picture = DeadlinePicture(deadlines, voice: voice, only: clock) {
          lines += [""] + picture.lines(width: reader.width)
        }
        try reader.show(lines)
      }
      if let svg { try write(deadlines, reader.voice(), to: svg) }
      DeadlineNotes.report(book)
    }
  }

  private func write(_ deadlines: TicketDeadlines, _ voice: Voice, to path: String) throws {
    guard let picture = DeadlinePicture(deadlines, voice: voice, only: clock) else {
      throw CommandFailure.notFound("no clock of the ticket \(id) has run: there is no picture")
    }
    do {
      try Data(picture.svg.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure.file(path, "the picture can't be written: \(error.localizedDescription)")
    }
  }
}

/// `casefile deadline list`.
struct DeadlineListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the deadlines of all tickets at a moment.",
    discussion: """
      One line for each instance of a clock. --state and --verdict may be repeated; --due-within \
      takes seconds, and means running ones whose deadline is not yet past. --since and --until ask \
      for those decided then: kept when they stopped, missed when the deadline passed, and running \
      ones that began before --until. --priority, --group and --agent are those of that moment; the \
      empty text means without one.

      Example:
        casefile deadline list --verdict breached --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var moment: MomentOptions
  @OptionGroup var zones: ZoneDataOptions
  @Option(help: "Only this clock.", transform: ClockName.read) var clock: ClockName?
  @Option(help: "Only running, paused, stopped or cancelled ones.") var state: [String] = []
  @Option(help: "Only pending, met, breached, cancelled or notAssessable ones.")
  var verdict: [String] = []
  @Option(help: ArgumentHelp("Only those due within so many seconds.", valueName: "seconds"))
  var dueWithin: Int64?
  @OptionGroup var cut: DeadlineCutOptions

  func validate() throws {
    for word in state where ClockState(name: word) == nil {
      throw ValidationError("--state is \(word); give running, paused, stopped or cancelled")
    }
    for word in verdict where Verdict(name: word) == nil {
      throw ValidationError(
        "--verdict is \(word); give pending, met, breached, cancelled or notAssessable")
    }
    if let dueWithin, !(0...3_000_000_000).contains(dueWithin) {
      throw ValidationError("--due-within is \(dueWithin); give seconds from 0")
    }
  }

  func run() async throws {
    let reader = try moment.reading.reader(common.format)
    let cut = try self.cut.read(reader)
    try await common.withStore { store in
      let moment = try DeadlineMoment(self.moment, reader, in: store)
      let book = try store.deadlineBook(knownAt: moment.knownAt, zones: zones.directory)
      let people = People(store, knownAt: moment.knownAt)
      let choice = Choice(
        clock: clock, states: state.compactMap { ClockState(name: $0) },
        verdicts: verdict.compactMap { Verdict(name: $0) }, now: moment.now,
        end: dueWithin.map { moment.now.adding(microseconds: $0 * 1_000_000) })
      var counts: [Verdict: Int] = [:]
      var lines: [String] = []
      func take(_ ticket: String, _ verdict: ClockVerdict) throws {
        counts[verdict.verdict, default: 0] += 1
        switch common.format {
        case .json:
          try reader.output.line(DeadlineListCommand.json(ticket, verdict))
        case .text:
          let holder = verdict.breaches.last?.holder
          let names = try people.names(of: Set([holder].compactMap { $0.map { .agent($0) } }))
          let text = DeadlineListCommand.text(ticket, verdict, reader.voice(names))
          lines += DisplayWidth.wrap(VisibleText.escape(text), to: reader.width)
        }
      }
      // By what was known earlier other tickets may have been open.
      let firsts =
        choice.isOfOpenTickets && moment.knownAt == nil
        ? try store.placesOfOpenTickets(at: moment.now) : nil
      if let cut {
        try store.clockOutcomes(
          at: moment.now, knownAt: moment.knownAt, book: book, of: firsts
        ) { outcomes in
          for outcome in outcomes where choice.wants(outcome.judged) && cut.wants(outcome) {
            try take(outcome.ticket, outcome.judged)
          }
          return true
        }
      } else {
        try store.deadlines(
          at: moment.now, knownAt: moment.knownAt, book: book, of: firsts
        ) { deadlines in
          for verdict in deadlines.clocks where choice.wants(verdict) {
            try take(deadlines.ticket, verdict)
          }
          return true
        }
      }
      if counts.isEmpty, let cut { try cut.refuseUnknown(in: store) }
      switch common.format {
      case .json: try reader.output.flush()
      case .text:
        let phrases = reader.phrases
        let text = counts.sorted { $0.key.rawValue < $1.key.rawValue }
          .map { "\($0.value) \(phrases.word($0.key.word, of: "Verdict"))" }
          .joined(separator: ", ")
        try reader.show(lines + [text.isEmpty ? phrases.noDeadlines : text])
      }
      DeadlineNotes.report(book)
    }
  }

  /// Which verdicts are listed.
  private struct Choice {
    let clock: ClockName?
    let states: [ClockState]
    let verdicts: [Verdict]
    let now: Timestamp
    let end: Timestamp?

    /// Whether only deadlines of tickets are wanted that nobody closed: no others run.
    var isOfOpenTickets: Bool {
      end != nil || (!states.isEmpty && states.allSatisfy { $0 == .running || $0 == .paused })
    }

    func wants(_ verdict: ClockVerdict) -> Bool {
      if let clock, verdict.clock != clock { return false }
      if !states.isEmpty, !states.contains(verdict.state) { return false }
      if !verdicts.isEmpty, !verdicts.contains(verdict.verdict) { return false }
      guard let end else { return true }
      guard verdict.state == .running, let due = verdict.dueAt else { return false }
      return due >= now && due <= end
    }
  }
}

extension DeadlineListCommand {
  /// A line in JSON: the verdict without its derivation.
  fileprivate static func json(_ ticket: String, _ verdict: ClockVerdict) -> JSONValue {
    guard case .object(let members) = verdict.summaryJSON() else { return .null }
    return .object([.init("ticket", .string(ticket))] + members)
  }

  /// A line in words.
  fileprivate static func text(_ ticket: String, _ verdict: ClockVerdict, _ voice: Voice) -> String
  {
    let phrases = voice.phrases
    let said = DeadlineText.line(verdict, voice)
    let held = verdict.breaches.last.map { breach in
      ", "
        + phrases.heldAtBreach(
          by: breach.holder.map { voice.names.text(.agent, $0, at: breach.at) },
          standing: DutyWords(voice: voice).text(breach.standing), offer: nil)
    }
    return "\(ticket)  \(said)\(held ?? "")"
  }
}
