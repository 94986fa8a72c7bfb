import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile deadline watch`.
struct DeadlineWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Write down warnings and breaches as their time comes, each once.",
    discussion: """
      What was written stands in the log, so it may be ended and started again at any time, and two \
      may run at once.

      Example:
        casefile deadline watch --once --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions
  @OptionGroup var zones: ZoneDataOptions
  @Flag(help: "Look once and end.") var once = false
  @Option(help: ArgumentHelp("How often to look.", valueName: "seconds")) var every = 30
  @Option(help: ArgumentHelp("Who observes, as the events name it.", valueName: "id"))
  var by = "deadline-watch"

  func validate() throws {
    guard (1...86_400).contains(every) else {
      throw ValidationError("--every is \(every); give 1 to 86400 seconds")
    }
  }

  func run() async throws {
    let directory = zones.directory
    let voice = try reading.reader(common.format).voice()
    try await common.withStore(readOnly: false) { store in
      repeat {
        let book = try store.deadlineBook(zones: directory)
        let written = try await store.observeDeadlines(book: book, by: Actor(.system, by))
        let output = OutputBuffer()
        for observation in written { try output.line(observation, common.format, voice) }
        try output.flush()
        if !once { try await Task.sleep(for: .seconds(every)) }
      } while !once
    }
  }
}

extension OutputBuffer {
  fileprivate func line(
    _ observation: DeadlineObservation, _ format: OutputFormat, _ voice: Voice
  ) throws {
    let isBreach = observation.breach != nil
    switch format {
    case .json:
      try line([
        "ticket": .string(observation.ticket), "observed": isBreach ? "breach" : "warning",
        "clock": .string(observation.clock.clock.rawValue),
        "instance": JSONValue(observation.clock.instance), "dueAt": JSONValue(observation.dueAt),
        "observedAt": JSONValue(observation.observedAt),
        "policy": .string(observation.policy.id), "policyVersion": .int(observation.policy.version),
        "holder": JSONValue(
          observation.breach?.holderAgent ?? observation.warning?.holderAgent),
      ])
    case .text:
      let clock = voice.phrases.word(observation.clock.clock.rawValue, of: nil)
      try line(
        VisibleText.escape(
          voice.phrases.observed(
            isBreach, ticket: observation.ticket,
            clock: "\(clock) \(observation.clock.instance)",
            due: voice.zone.text(observation.dueAt))))
    }
  }
}
