internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import Glibc
internal import Workload

/// Fails or kills a small scripted program at each of its writes and syncs, one case each.
struct InjectCampaign {
  /// The scenarios: what is opened and appended, and on which store.
  enum Scenario: String, CaseIterable {
    /// A store is made, opened, and one event appended.
    case create
    /// A store whose index view is missing is opened, and three appends made.
    case append
    /// As before, where the appends make the index flush to disk.
    case flush
  }

  private struct Case {
    let scenario: Scenario
    let call: String
    let number: Int
    let fault: String
  }

  /// Events of the store of the scenario `flush`: the second append fills a block of 65,536.
  private static let flushEvents = 65_500
  private static let failing = ["pwrite64", "pwritev", "writev", "fdatasync", "fsync", "msync"]
  private static let killing =
    failing + ["write", "rename", "ftruncate", "mkdir", "unlink", "rmdir"]
  /// Right where the index view alone is concerned, which may fail at any time.
  private static let silent = "no error to the caller"
  /// Cases of a scenario in the short form; `--full` runs all.
  private static let casesMax: [Scenario: Int] = [.create: 60, .append: 60, .flush: 20]

  let directory: String
  let isFull: Bool

  func run(_ journal: inout Journal) throws {
    try StoreMaker.make("\(directory)/append.template", events: 300)
    Files.remove("\(directory)/append.template/views/index-v2")
    try StoreMaker.make("\(directory)/flush.template", events: InjectCampaign.flushEvents)
    for scenario in Scenario.allCases {
      var cases = try cases(of: scenario)
      let all = cases.count
      if !isFull, let limit = InjectCampaign.casesMax[scenario], cases.count > limit {
        cases = Array(cases.shuffled(using: &journal.random).prefix(limit))
      }
      Output.line("  \(scenario.rawValue): \(cases.count) of \(all) cases")
      for test in cases { try run(test, &journal) }
    }
  }

  /// Counts the calls of a run without faults: each thread's, since strace counts so too.
  private func cases(of scenario: Scenario) throws -> [Case] {
    let path = try prepare(scenario)
    let prefix = "\(directory)/count"
    let words = Trace.words(calls: InjectCampaign.killing, prefix: prefix)
    let output = "\(directory)/count.output"
    let end = try Child(
      words + [Child.ownPath, "role-scenario", scenario.rawValue, path], output: output
    ).wait()
    guard end == .exit(0) else { throw UsageError("the scenario itself ended with \(end)") }
    var cases: [Case] = []
    let counts = try Trace.callCounts(prefix: prefix)
    for call in InjectCampaign.killing {
      for number in 1...max(1, counts[call] ?? 0) where counts[call] ?? 0 > 0 {
        cases.append(Case(scenario: scenario, call: call, number: number, fault: "signal=KILL"))
        guard InjectCampaign.failing.contains(call) else { continue }
        for fault in ["error=EIO", "error=ENOSPC"] {
          cases.append(Case(scenario: scenario, call: call, number: number, fault: fault))
        }
      }
    }
    for name in try Files.names(in: directory) where name.hasPrefix("count.") {
      Files.remove("\(directory)/\(name)")
    }
    return cases
  }

  private func prepare(_ scenario: Scenario) throws -> String {
    let path = "\(directory)/store"
    Files.remove(path)
    if scenario != .create {
      try Files.copy("\(directory)/\(scenario.rawValue).template", to: path)
    }
    return path
  }

  private func run(_ test: Case, _ journal: inout Journal) throws {
    let path = try prepare(test.scenario)
    let output = "\(directory)/case.output"
    Files.remove(output)
    let end = try Child(
      [
        "strace", "-f", "-e", "trace=\(test.call)",
        "-e", "inject=\(test.call):\(test.fault):when=\(test.number)", "-o", "/dev/null",
        Child.ownPath, "role-scenario", test.scenario.rawValue, path,
      ], output: output
    ).wait()
    let told = try Report.read(output)
    let place = "\(test.scenario.rawValue), \(test.call) \(test.number), \(test.fault)"
    let outcome = outcome(end, told, isKill: test.fault == "signal=KILL", place, &journal)
    try checkAfter(test, path, told, place, &journal)
    let which = outcome == InjectCampaign.silent ? ", \(test.call)" : ""
    journal.count("\(test.scenario.rawValue), \(test.fault)\(which): \(outcome)")
    for name in try Files.names(in: directory) where name.hasPrefix(".") {
      Files.remove("\(directory)/\(name)")
    }
  }

  private func outcome(
    _ end: Child.End, _ told: Report.Contents, isKill: Bool, _ place: String,
    _ journal: inout Journal
  ) -> String {
    if isKill {
      if end == .signal(SIGKILL) { return "killed" }
      if end != .exit(0) { journal.fail("\(place): ended with \(end): \(told.others.suffix(2))") }
      return "not reached"
    }
    if end != .exit(0) {
      journal.fail("\(place): ended with \(end): \(told.others.suffix(2))")
      return "\(end)"
    }
    for failure in told.failures
    where !["diskFull", "ioFailed", "unknownOutcome"].contains(failure.code) {
      journal.fail("\(place): the error is \(failure.code): \(failure.message)")
    }
    guard let first = told.failures.first else { return InjectCampaign.silent }
    return first.code
  }

  private func checkAfter(
    _ test: Case, _ path: String, _ told: Report.Contents, _ place: String,
    _ journal: inout Journal
  ) throws {
    if test.scenario == .create, !Files.exists("\(path)/casefile.json") {
      if !told.acknowledged.isEmpty { journal.fail("\(place): the store is gone") }
      // Nothing was made, so making it again must work.
      do {
        try Store.create(at: path).close()
      } catch {
        journal.fail("\(place): creating it again failed: \(error)")
      }
    }
    let check = StoreCheck(
      path, told.acknowledged, from: test.scenario == .flush ? InjectCampaign.flushEvents : 0,
      appends: true, random: &journal.random)
    journal.fail(check.problems, in: place)
  }
}

/// The program that is failed or killed.
enum ScenarioRole {
  static func run(_ arguments: inout Arguments) throws {
    let name = try arguments.word("scenario")
    let path = try arguments.word("path")
    guard let scenario = InjectCampaign.Scenario(rawValue: name) else {
      throw UsageError("unknown scenario \(name)")
    }
    let store: Store
    do {
      store = scenario == .create ? try Store.create(at: path) : try Store.open(at: path)
    } catch {
      return Report.failure(error)
    }
    var next = 0
    for count in scenario == .create ? [1] : [1, 70, 300] {
      do {
        let appended = try store.appendBlocking(
          SampleEvents.events(lane: 1, next..<next + count))
        Report.acknowledge(lane: 1, first: next, appended)
        next += count
      } catch {
        Report.failure(error)
      }
    }
    store.close()
  }
}
