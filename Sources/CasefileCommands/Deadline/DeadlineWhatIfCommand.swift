import ArgumentParser
import Casefile
import CasefileCalendars
import CasefileModel
import CasefileProjections

/// `casefile deadline what-if`.
struct DeadlineWhatIfCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "Judge the same events under another policy or calendar; nothing is stored.",
    discussion: """
      The policy or calendar of the file takes the place of all versions of the one with its id. \
      Without a ticket all tickets that were opened in the period are judged, and those that differ \
      are listed.

      Example:
        casefile deadline what-if --policy gold.json --opened-from 2026-03-01 --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var moment: MomentOptions
  @OptionGroup var zones: ZoneDataOptions
  @Argument(help: "A ticket; without it all of them.") var id: String?
  @Option(help: ArgumentHelp("A policy to try.", valueName: "file")) var policy: String?
  @Option(help: ArgumentHelp("A calendar to try.", valueName: "file")) var calendar: String?
  @Option(help: ArgumentHelp("Only tickets opened at it or later.", valueName: "time"))
  var openedFrom: String?
  @Option(help: ArgumentHelp("Only tickets opened before it.", valueName: "time"))
  var openedTo: String?

  func validate() throws {
    if policy == nil, calendar == nil {
      throw ValidationError("nothing is tried; give --policy FILE, --calendar FILE or both")
    }
  }

  func run() async throws {
    let reader = try moment.reading.reader(common.format)
    let from = try reader.time(openedFrom, option: "--opened-from")
    let to = try reader.time(openedTo, option: "--opened-to")
    try await common.withStore { store in
      let moment = try DeadlineMoment(self.moment, reader, in: store)
      let trial = try self.trial(at: moment.now)
      let actual = try store.deadlineBook(knownAt: moment.knownAt, zones: zones.directory)
      let tried = try store.deadlineBook(
        knownAt: moment.knownAt, zones: zones.directory, trying: trial)
      try trial.policy?.check(calendars: Set(tried.calendars.keys))
      let output = reader.output
      if let id {
        let deadlines = try moment.deadlines(of: id, by: tried, in: store)
        switch common.format {
        case .json: try output.line(deadlines.json())
        case .text:
          let names = try People(store, knownAt: moment.knownAt)
            .names(of: DeadlineText.people(in: deadlines))
          let voice = reader.voice(names, schema: store.schema)
          try reader.show(
            DeadlineText(deadlines, voice: voice, only: nil, ink: reader.ink)
              .lines(width: reader.width))
        }
      } else {
        var report = WhatIfReport(from: from, to: to)
        try store.compareDeadlines(
          at: moment.now, knownAt: moment.knownAt, book: actual, trying: tried
        ) { before, after in
          report.add(before, after)
          return true
        }
        try report.write(reader, common.format)
      }
      try output.flush()
      DeadlineNotes.report(tried)
    }
  }

  private func trial(at now: Timestamp) throws -> DeadlineBook.Trial {
    var trial = DeadlineBook.Trial()
    if let policy {
      trial.policy = try read(policy) { bytes in
        var payload = try PolicyPublished(parsing: bytes)
        payload.version = max(1, payload.version)
        return try DeadlinePolicy(payload, publishedAt: now, position: nil)
      }
    }
    if let calendar {
      trial.calendar = try read(calendar) { bytes in
        var payload = try CalendarPublished(parsing: bytes)
        payload.version = max(1, payload.version)
        // It is tried for all of the past.
        payload.effectiveFrom = nil
        let calendar = try WorkingCalendar(payload, position: nil)
        _ = try zones.directory.rules(of: calendar.timeZone)
        return calendar
      }
    }
    return trial
  }

  private func read<Value>(_ path: String, _ body: ([UInt8]) throws -> Value) throws -> Value {
    let bytes = try PublishOptions.bytes(of: path)
    do {
      return try body(bytes)
    } catch {
      throw FailureTable.failure(for: error).at(file: path, line: nil)
    }
  }
}

/// What would be otherwise.
struct WhatIfReport {
  private struct Change {
    let ticket: String
    let clock: ClockName
    let instance: Int
    let before: ClockVerdict?
    let after: ClockVerdict?
  }

  private let from: Timestamp?
  private let to: Timestamp?
  private var tickets = 0
  private var before: [ClockName: [String: Int]] = [:]
  private var after: [ClockName: [String: Int]] = [:]
  private var changes: [Change] = []

  init(from: Timestamp?, to: Timestamp?) {
    self.from = from
    self.to = to
  }

  mutating func add(_ actual: TicketDeadlines, _ tried: TicketDeadlines) {
    if from != nil || to != nil {
      let openedAt = (actual.clocks + tried.clocks).map(\.startedAt).min()
      guard let openedAt, from.map({ $0 <= openedAt }) ?? true, to.map({ openedAt < $0 }) ?? true
      else { return }
    }
    tickets += 1
    for verdict in actual.clocks {
      before[verdict.clock, default: [:]][verdict.verdict.name ?? "unknown", default: 0] += 1
    }
    for verdict in tried.clocks {
      after[verdict.clock, default: [:]][verdict.verdict.name ?? "unknown", default: 0] += 1
    }
    for clock in ClockName.allCases {
      let old = actual.clocks.filter { $0.clock == clock }
      let new = tried.clocks.filter { $0.clock == clock }
      for index in 0..<max(old.count, new.count) {
        let before = index < old.count ? old[index] : nil
        let after = index < new.count ? new[index] : nil
        guard before?.verdict != after?.verdict else { continue }
        changes.append(
          Change(
            ticket: actual.ticket, clock: clock, instance: index + 1, before: before,
            after: after))
      }
    }
  }

  func write(_ reader: Reader, _ format: OutputFormat) throws {
    let output = reader.output
    switch format {
    case .json:
      try output.line([
        "hypothetical": true, "tickets": JSONValue(tickets), "before": json(before),
        "after": json(after), "changes": JSONValue(changes.count),
      ])
      for change in changes {
        try output.line([
          "hypothetical": true, "ticket": .string(change.ticket),
          "clock": .string(change.clock.rawValue), "instance": JSONValue(change.instance),
          "before": json(change.before), "after": json(change.after),
        ])
      }
    case .text:
      let phrases = reader.phrases
      var texts = [
        phrases.hypothetical, phrases.tried(tickets: tickets, differences: changes.count),
      ]
      for clock in ClockName.allCases where before[clock] != nil || after[clock] != nil {
        texts.append(
          "\(phrases.word(clock.rawValue, of: nil)): \(text(before[clock], phrases)) → "
            + text(after[clock], phrases))
      }
      for change in changes {
        texts.append(
          "\(change.ticket)  \(phrases.word(change.clock.rawValue, of: nil)) "
            + "\(change.instance)  \(text(change.before, phrases)) → "
            + text(change.after, phrases))
      }
      try reader.show(
        texts.flatMap { DisplayWidth.wrap(VisibleText.escape($0), to: reader.width) })
    }
  }

  private func json(_ counts: [ClockName: [String: Int]]) -> JSONValue {
    .object(
      ClockName.allCases.compactMap { clock in
        counts[clock].map { counts in
          .init(
            clock.rawValue,
            .object(counts.sorted { $0.key < $1.key }.map { .init($0.key, JSONValue($0.value)) }))
        }
      })
  }

  private func json(_ verdict: ClockVerdict?) -> JSONValue {
    guard let verdict else { return .null }
    return [
      "verdict": JSONValue(verdict.verdict.name), "policy": .string(verdict.policy),
      "policyVersion": .int(verdict.policyVersion), "dueAt": JSONValue(verdict.dueAt),
      "targetSec": .int(verdict.targetSeconds), "elapsedSec": .int(verdict.elapsedSeconds),
    ]
  }

  private func text(_ counts: [String: Int]?, _ phrases: any Phrases) -> String {
    guard let counts, !counts.isEmpty else { return phrases.noVerdicts }
    return counts.sorted { $0.key < $1.key }
      .map { "\($0.value) \(phrases.word($0.key, of: "Verdict"))" }
      .joined(separator: ", ")
  }

  private func text(_ verdict: ClockVerdict?, _ phrases: any Phrases) -> String {
    guard let verdict else { return phrases.noClockYet }
    let used = phrases.used(
      DeadlineText.duration(verdict.elapsedSeconds, phrases),
      of: DeadlineText.duration(verdict.targetSeconds, phrases))
    return "\(phrases.word(verdict.verdict.word, of: "Verdict")) (\(used))"
  }
}
