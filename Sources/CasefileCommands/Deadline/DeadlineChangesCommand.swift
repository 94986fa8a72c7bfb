import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile deadline changes`.
struct DeadlineChangesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes",
    abstract: "Tell which events changed what was said of a ticket's deadlines.",
    discussion: """
      Compares what was said by an earlier knowledge with what is said of the same instant now, or \
      by --known-at or --position, and names each event that made a difference to a verdict, to whose \
      time it was or to whether they were at work: late, corrected and retracted ones, policies and \
      calendars that were published meanwhile, shifts and absences. Without --as-of the instant is \
      that of the earlier knowledge.

      Example:
        casefile deadline changes 4711 --since-known 2026-03-02T12:30:00Z --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var moment: MomentOptions
  @OptionGroup var zones: ZoneDataOptions
  @Argument(help: "The ticket's id.") var id: String
  @Option(help: ArgumentHelp("As it was known at this time.", valueName: "time"))
  var sinceKnown: String?
  @Option(help: ArgumentHelp("As it was known at this position.", valueName: "position"))
  var sincePosition: UInt64?

  func validate() throws {
    guard (sinceKnown == nil) != (sincePosition == nil) else {
      throw ValidationError(
        "give --since-known TIME or --since-position POSITION: the knowledge to compare with")
    }
    guard moment.knownAtSource == nil else {
      throw ValidationError(
        "--known-at-source is a claim of the source and no point of the log; give --known-at")
    }
  }

  func run() async throws {
    let reader = try moment.reading.reader(common.format)
    let question = try moment.question(reader)
    var earlier = TicketQuestion(asOf: question.asOf)
    if let sincePosition { earlier.knownAt = .position(Position(sincePosition)) }
    if let time = try reader.time(sinceKnown, option: "--since-known") {
      earlier.knownAt = .recorded(time)
    }
    let asked = earlier
    try await common.withStore { store in
      let from = try DeadlineMoment(asked, in: store)
      guard let before = from.knownAt else { return }
      // The later knowledge is checked in the same way.
      _ = try DeadlineMoment(question, in: store)
      try refuseBackwards(before, question.knownAt, store)
      guard
        let changes = try store.deadlineChanges(
          of: id, at: from.now, from: before, to: question.knownAt, zones: zones.directory)
      else {
        throw CommandFailure.notFound(
          "there is no ticket \(id) in this store" + (try TicketLookup(store).hint(id)))
      }
      switch common.format {
      case .json:
        try reader.output.line(changes.json)
        try reader.output.flush()
      case .text:
        let text = DeadlineChangesText(
          changes, from: before, to: question.knownAt, reader.voice(schema: store.schema))
        try reader.show(text.lines(width: reader.width))
      }
    }
  }

  /// Refuses a later knowledge that is the earlier one.
  private func refuseBackwards(_ earlier: KnownAt, _ later: KnownAt?, _ store: Store) throws {
    guard let later else { return }
    let end: Bool
    switch (earlier, later) {
    case (.position(let first), .position(let last)): end = last < first
    case (.recorded(let first), .recorded(let last)): end = last < first
    case (.position(let first), .recorded):
      end = try store.event(at: first).map { !later.contains($0.envelope) } ?? false
    case (.recorded, .position(let last)):
      end = try store.event(at: last).map { earlier.contains($0.envelope) } ?? false
    default: end = false
    }
    if end {
      throw CommandFailure.usage(
        "what is compared with was known later than --known-at or --position; change the two")
    }
  }
}

/// What changed for people.
struct DeadlineChangesText {
  private let changes: DeadlineChanges
  private let earlier: KnownAt
  private let later: KnownAt?
  private let voice: Voice
  private var phrases: any Phrases { voice.phrases }

  init(_ changes: DeadlineChanges, from earlier: KnownAt, to later: KnownAt?, _ voice: Voice) {
    self.changes = changes
    self.earlier = earlier
    self.later = later
    self.voice = voice
  }

  func lines(width: Int) -> [String] {
    var texts = [
      phrases.deadlinesTitle(
        changes.before.ticket, at: voice.zone.text(changes.before.evaluatedAt))
    ]
    texts.append(known(earlier) + ":")
    texts += verdicts(changes.before)
    for step in changes.steps {
      texts.append(
        phrases.changed(
          by: "#\(step.position)", phrases.title(of: step.type) ?? step.type,
          of: "\(step.stream)", recorded: voice.zone.text(step.recordedAt)) + ":")
      texts += step.changes.flatMap { change in
        let (before, after) = (text(change.before, change), text(change.after, change))
        return [before == after ? "  \(after)" : "  \(before) → \(after)"] + held(change)
      }
    }
    if changes.steps.isEmpty { texts.append(phrases.nothingChanged) }
    texts.append((later.map(known) ?? phrases.knownNow) + ":")
    texts += verdicts(changes.after)
    return texts.flatMap { text in
      let indent = String(text.prefix { $0 == " " })
      return DisplayWidth.wrap(
        VisibleText.escape(String(text.dropFirst(indent.count))),
        to: max(20, width - indent.count)
      ).map { indent + $0 }
    }
  }

  private func known(_ known: KnownAt) -> String {
    switch known {
    case .position(let position): phrases.known(byPosition: "\(position)")
    case .recorded(let time), .sourceClaim(let time): phrases.known(by: voice.zone.text(time))
    }
  }

  private func verdicts(_ deadlines: TicketDeadlines) -> [String] {
    if deadlines.clocks.isEmpty { return ["  " + phrases.noDeadlines] }
    return deadlines.clocks.map { "  " + DeadlineText.line($0, voice) }
  }

  private func text(_ verdict: ClockVerdict?, _ change: DeadlineChanges.Change) -> String {
    guard let verdict else {
      return "\(phrases.word(change.clock.rawValue, of: nil)) \(change.instance): "
        + phrases.noClockYet
    }
    return DeadlineText.line(verdict, voice)
  }
}

extension DeadlineChangesText {
  /// Whose time it was and whether they were at work, where another thing is said of that.
  private func held(_ change: DeadlineChanges.Change) -> [String] {
    let pairs = [
      (change.before.flatMap(shares), change.after.flatMap(shares)),
      (change.before.flatMap(breach), change.after.flatMap(breach)),
    ]
    return pairs.compactMap { before, after in
      guard before != after, before != nil || after != nil else { return nil }
      return "    \(before ?? "–") → \(after ?? "–")"
    }
  }

  private func shares(_ verdict: ClockVerdict) -> String? {
    guard !verdict.shares.isEmpty else { return nil }
    return phrases.byHolder(
      verdict.shares.map { share in
        let holder = share.holder.map { voice.names.text(.agent, $0, at: nil) }
        let duty = share.duty == .unknown ? "" : " (\(phrases.standing(share.duty)))"
        return (holder ?? phrases.unassigned) + duty + " "
          + DeadlineText.duration(share.seconds, phrases)
      })
  }

  private func breach(_ verdict: ClockVerdict) -> String? {
    verdict.breaches.last.map { breach in
      phrases.heldAtBreach(
        by: breach.holder.map { voice.names.text(.agent, $0, at: breach.at) },
        standing: phrases.standing(breach.standing.kind), offer: nil)
    }
  }
}

extension DeadlineChanges {
  /// One object, every key present.
  fileprivate var json: JSONValue {
    [
      "ticket": .string(before.ticket), "evaluatedAt": JSONValue(before.evaluatedAt),
      "before": .array(before.clocks.map { $0.summaryJSON() }),
      "after": .array(after.clocks.map { $0.summaryJSON() }),
      "changes": .array(changes.map(\.json)),
      "steps": .array(
        steps.map { step in
          [
            "position": JSONValue(step.position.rawValue), "type": .string(step.type),
            "stream": .string("\(step.stream)"), "recordedAt": JSONValue(step.recordedAt),
            "changes": .array(step.changes.map(\.json)),
          ]
        }),
    ]
  }
}

extension DeadlineChanges.Change {
  fileprivate var json: JSONValue {
    [
      "clock": .string(clock.rawValue), "instance": JSONValue(instance),
      "before": before?.summaryJSON() ?? .null, "after": after?.summaryJSON() ?? .null,
    ]
  }
}
