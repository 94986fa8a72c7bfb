internal import Glibc
internal import Workload

/// Attacks on a store, each followed by a check of everything that was acknowledged.
@main
enum Torture {
  private static let usage = """
    usage: Tools/torture CAMPAIGN [options] [--seed S] [--dir DIR] [--keep]
      kill    [--rounds N]    SIGKILL at random moments while two threads append (20)
      soak    [--seconds N]   8 readers, 2 writers, 1 follower, each a process (30)
      enospc  [--rounds N]    a disk that fills up; needs root for a small tmpfs (6)
      inject  [--full]        EIO, ENOSPC and SIGKILL at every write and sync, by strace
      flips   [--count N]     single flipped bits in data.mdb of a closed store (400)
      all                     all of these in their short forms
    A campaign that fails prints its seed; the same seed repeats it. Exit 1: something was lost,
    wrong, or ended by a signal.
    """

  static func main() async {
    do {
      var arguments = Arguments()
      if arguments.flag("--help") { return Output.line(usage) }
      let name = try arguments.word("the campaign")
      if try await role(name, &arguments) { return }
      exit(try await campaign(name, &arguments) ? 0 : 1)
    } catch let error as UsageError {
      Output.error("\(error)\n\(usage)")
    } catch {
      Output.error("\(error)")
    }
    exit(2)
  }

  /// What children of a campaign do; false for other words.
  private static func role(_ name: String, _ arguments: inout Arguments) async throws -> Bool {
    switch name {
    case "role-append": try KillRoles.append(&arguments)
    case "role-soak": try await SoakRoles.run(&arguments)
    case "role-fill": try FillRole.run(&arguments)
    case "role-scenario": try ScenarioRole.run(&arguments)
    case "role-flips": try FlipRole.run(&arguments)
    default: return false
    }
    return true
  }

  private static func campaign(_ name: String, _ arguments: inout Arguments) async throws -> Bool {
    let seed = try arguments.number("--seed", default: UInt64.random(in: 1...999_999))
    let parent = try arguments.option("--dir")
    let isKept = arguments.flag("--keep")
    let names = name == "all" ? ["kill", "soak", "enospc", "inject", "flips"] : [name]
    var isGood = true
    for name in names {
      let scratch = try Scratch(in: parent, isKept: isKept)
      var journal = Journal(campaign: name, seed: seed)
      switch name {
      case "kill":
        let rounds = try arguments.number("--rounds", default: 20)
        try arguments.finish()
        try KillCampaign(directory: scratch.path, rounds: rounds).run(&journal)
      case "soak":
        let seconds = try arguments.number("--seconds", default: 30)
        try arguments.finish()
        try SoakCampaign(directory: scratch.path, seconds: seconds).run(&journal)
      case "enospc":
        let rounds = try arguments.number("--rounds", default: 6)
        try arguments.finish()
        try FullDiskCampaign(directory: scratch.path, rounds: rounds).run(&journal)
      case "inject":
        let isFull = arguments.flag("--full")
        try arguments.finish()
        try InjectCampaign(directory: scratch.path, isFull: isFull).run(&journal)
      case "flips":
        let count = try arguments.number("--count", default: 400)
        try arguments.finish()
        try FlipCampaign(directory: scratch.path, count: count).run(&journal)
      default: throw UsageError("unknown campaign \(name)")
      }
      journal.finish()
      isGood = isGood && journal.failures == 0
      if isKept { Output.line("kept: \(scratch.path)") }
    }
    return isGood
  }
}

/// What a campaign found.
struct Journal {
  let campaign: String
  let seed: UInt64
  var random: SeededRandom
  private(set) var cases = 0
  private(set) var failures = 0
  private var counts: [String: Int] = [:]
  private let start = Monotonic.nanoseconds()
  private static let printedMax = 20

  init(campaign: String, seed: UInt64) {
    self.campaign = campaign
    self.seed = seed
    random = SeededRandom(seed)
  }

  mutating func count(_ outcome: String) {
    cases += 1
    counts[outcome, default: 0] += 1
  }

  mutating func fail(_ text: String) {
    failures += 1
    if failures <= Journal.printedMax { Output.line("  FAIL \(text)") }
  }

  mutating func fail(_ texts: [String], in place: String) {
    for text in texts { fail("\(place): \(text)") }
  }

  func finish() {
    for (outcome, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      Output.line("  \(String(count).paddedLeft(6)) \(outcome)")
    }
    let seconds = Double(Monotonic.nanoseconds() - start) / 1e9
    Output.line(
      "\(campaign): \(cases) cases, \(failures) failures, seed \(seed), \(seconds.text(1)) s")
  }
}
