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
      DeadlineExplainCommand.self, DeadlineListCommand.self, DeadlineWhatIfCommand.self,
      DeadlineWatchCommand.self,
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
    let zone = try moment.readZone()
    try await common.withStore { store in
      let moment = try DeadlineMoment(self.moment, zone, in: store)
      let book = try store.deadlineBook(knownAt: moment.knownAt, zones: zones.directory)
      guard
        let deadlines = try store.deadlines(
          of: id, at: moment.now, knownAt: moment.knownAt, book: book)
      else { throw CommandFailure.notFound("there is no ticket \(id) in this store") }
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(deadlines.json(only: clock))
      case .text:
        for line in DeadlineText(deadlines, zone: zone, only: clock).lines { try output.line(line) }
        if let picture = DeadlinePicture(deadlines, zone: zone, only: clock) {
          try output.line("")
          for line in picture.lines(width: output.columns) { try output.line(line) }
        }
      }
      try output.flush()
      if let svg { try write(deadlines, zone, to: svg) }
      DeadlineNotes.report(book)
    }
  }

  private func write(_ deadlines: TicketDeadlines, _ zone: Zone, to path: String) throws {
    guard let picture = DeadlinePicture(deadlines, zone: zone, only: clock) else {
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
      takes seconds, and means running ones whose deadline is not yet past.

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
    let zone = try moment.readZone()
    try await common.withStore { store in
      let moment = try DeadlineMoment(self.moment, zone, in: store)
      let book = try store.deadlineBook(knownAt: moment.knownAt, zones: zones.directory)
      let output = OutputBuffer()
      var counts: [Verdict: Int] = [:]
      try store.deadlines(at: moment.now, knownAt: moment.knownAt, book: book) { deadlines in
        for verdict in deadlines.clocks where isWanted(verdict, moment.now) {
          counts[verdict.verdict, default: 0] += 1
          try output.line(deadlines.ticket, verdict, common.format, zone)
        }
        return true
      }
      try output.flush()
      if common.format == .text {
        let text = counts.sorted { $0.key.rawValue < $1.key.rawValue }
          .map { "\($0.value) \($0.key.name ?? "unknown")" }.joined(separator: ", ")
        Console.note(text.isEmpty ? "no deadline" : text)
      }
      DeadlineNotes.report(book)
    }
  }

  private func isWanted(_ verdict: ClockVerdict, _ now: Timestamp) -> Bool {
    if let clock, verdict.clock != clock { return false }
    if !state.isEmpty, !state.contains(verdict.state.name ?? "") { return false }
    if !self.verdict.isEmpty, !self.verdict.contains(verdict.verdict.name ?? "") { return false }
    guard let dueWithin else { return true }
    guard verdict.state == .running, let due = verdict.dueAt else { return false }
    return due >= now && due <= now.adding(microseconds: dueWithin * 1_000_000)
  }
}

extension OutputBuffer {
  /// A line of a list of deadlines.
  fileprivate func line(
    _ ticket: String, _ verdict: ClockVerdict, _ format: OutputFormat, _ zone: Zone
  ) throws {
    switch format {
    case .json:
      guard case .object(let members) = verdict.json else { return }
      try line(.object([.init("ticket", .string(ticket))] + members.filter { $0.name != "spans" }))
    case .text:
      let due = verdict.dueAt.map { "due \(zone.text($0))" } ?? "no due time"
      let holder = verdict.breaches.last.map { ", held by \($0.holder ?? "nobody")" } ?? ""
      try line(
        VisibleText.escape(
          "\(ticket)  \(verdict.clock.rawValue) \(verdict.instance)  "
            + "\(verdict.verdict.name ?? "unknown") (\(verdict.state.name ?? "unknown"))  \(due), "
            + "used \(DeadlineText.duration(verdict.elapsedSeconds)) of "
            + "\(DeadlineText.duration(verdict.targetSeconds))\(holder)"))
    }
  }
}
