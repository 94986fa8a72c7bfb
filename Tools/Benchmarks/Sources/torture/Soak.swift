internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import Glibc
internal import Workload

/// Many processes on one store: eight that read, two that append, two that follow. Then how long a
/// follower takes to see an event, also while the disk is slow, and what it costs while nothing
/// happens.
struct SoakCampaign {
  private static let firstEvents = 60_000
  private static let readers = [
    "scan", "scan", "stream", "stream", "tag", "tag", "reopen", "reopen",
  ]
  private static let writers = 2
  private static let quietSeconds = 4
  private static let slowSeconds = 2
  private static let idleSeconds = 10
  /// How long a follower may take to see the last event once the writers are done.
  private static let patienceSeconds = 20
  /// The targets of performance.md; reported, never judged.
  private static let latencyMax = 60.0
  private static let idleShareMax = 0.01

  let directory: String
  let seconds: Int

  private var path: String { "\(directory)/store" }

  func run(_ journal: inout Journal) throws {
    try StoreMaker.make(path, events: SoakCampaign.firstEvents)
    try busy(&journal)
    try pausing("quiet", writer: 3, seconds: SoakCampaign.quietSeconds, &journal)
    // The moment between LMDB's commit counter and what a new snapshot sees, made 50 ms long.
    try pausing(
      "slow disk", writer: 4, seconds: SoakCampaign.slowSeconds,
      under: [
        "strace", "-f", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
        "inject=pwrite64:delay_exit=50000",
      ], &journal)
    try idle(&journal)
  }

  private func start(
    _ role: String, _ number: Int, seconds: Int, from position: Int = 0, under: [String] = [],
    _ journal: inout Journal
  ) throws -> (child: Child, output: String) {
    let output = "\(directory)/\(role)-\(number).output"
    Files.remove(output)
    Files.remove("\(path).stop")
    let seed = UInt64.random(in: 0...UInt64(UInt32.max), using: &journal.random)
    let words = [
      Child.ownPath, "role-soak", role, path, "\(seconds)", "\(seed)", "\(number)", "\(position)",
    ]
    let child = try Child(under + words, output: output)
    return (child, output)
  }

  private func busy(_ journal: inout Journal) throws {
    let followers = try ["follow", "follow-blocking"].map { role in
      let follower = try start(
        role, 0, seconds: seconds + SoakCampaign.patienceSeconds, from: SoakCampaign.firstEvents,
        &journal)
      return (name: role, child: follower.child, output: follower.output)
    }
    var children: [(name: String, child: Child, output: String)] = []
    for number in 0..<SoakCampaign.writers {
      let (child, output) = try start("append", number + 1, seconds: seconds, &journal)
      children.append(("append \(number + 1)", child, output))
    }
    for (number, role) in SoakCampaign.readers.enumerated() {
      let (child, output) = try start(role, number + 10, seconds: seconds, &journal)
      children.append(("\(role) \(number + 10)", child, output))
    }
    let pulse = try start("pulse", 30, seconds: seconds, &journal)
    children.append(("pulse", pulse.child, pulse.output))
    children += followers
    var acknowledged: [Acknowledged] = []
    for (name, child, output) in children {
      if name == "follow" { try stopFollower() }
      let end = child.wait(seconds: Double(seconds) + 40)
      let told = try Report.read(output)
      acknowledged += told.acknowledged
      if end != .exit(0) { journal.fail("\(name) ended with \(end): \(told.others.suffix(2))") }
      for failure in told.failures.prefix(5) { journal.fail("\(name): \(failure)") }
      let operations = told.others.last { $0.hasPrefix("DONE") }.map { $0.dropFirst(5) } ?? "?"
      Output.line("  \(name.padded(12)) \(operations)")
      journal.count("processes of the busy phase")
    }
    var random = journal.random
    let check = StoreCheck(path, acknowledged, random: &random)
    journal.fail(check.problems, in: "after the busy phase")
    for follower in followers {
      try compare(
        "busy, \(follower.name)", follower.output, writer: "append",
        Array(1...SoakCampaign.writers), &journal)
    }
    let pauses = try Files.lines(pulse.output).filter { $0.hasPrefix("P ") }.compactMap {
      Double($0.dropFirst(2)).map { $0 / 1e6 }
    }
    Output.line(
      "  busy: a process that only sleeps 20 ms wakes after p50 \(pauses.median.text(1)) ms, p99 "
        + "\(pauses.percentile(0.99).text(1)) ms, max \((pauses.max() ?? .nan).text(1)) ms of "
        + "\(pauses.count) times: the machine's own part")
  }

  /// One writer that pauses, and one follower.
  private func pausing(
    _ phase: String, writer number: Int, seconds: Int, under: [String] = [],
    _ journal: inout Journal
  ) throws {
    let follower = try start(
      "follow", number, seconds: seconds + SoakCampaign.patienceSeconds, from: try eventCount(),
      &journal)
    Monotonic.sleep(milliseconds: 500)
    let writer = try start("pause", number, seconds: seconds, under: under, &journal)
    for (name, child) in [("writer", writer.child), ("follower", follower.child)] {
      if name == "follower" { try stopFollower() }
      let end = child.wait(seconds: 60)
      if end != .exit(0) { journal.fail("\(phase): the \(name) ended with \(end)") }
      journal.count("processes of the phases with pauses")
    }
    try compare(phase, follower.output, writer: "pause", [number], &journal)
  }

  private func idle(_ journal: inout Journal) throws {
    let follower = try start(
      "follow", 9, seconds: SoakCampaign.idleSeconds + SoakCampaign.patienceSeconds,
      from: try eventCount(), &journal)
    Monotonic.sleep(milliseconds: 1000)
    let before = Machine.processorSeconds(of: follower.child.process) ?? .nan
    let start = Monotonic.nanoseconds()
    Monotonic.sleep(milliseconds: SoakCampaign.idleSeconds * 1000)
    let after = Machine.processorSeconds(of: follower.child.process) ?? .nan
    let share = (after - before) / (Double(Monotonic.nanoseconds() - start) / 1e9)
    try stopFollower()
    if follower.child.wait(seconds: 30) != .exit(0) { journal.fail("the idle follower failed") }
    journal.count("processes of the idle phase")
    Output.line(
      "  idle follower: \((share * 100).text(2)) % of a core over \(SoakCampaign.idleSeconds) s, "
        + "target < 1 %" + (share < SoakCampaign.idleShareMax ? "" : "  missed"))
  }

  /// Tells the follower how many events there are; it ends when it has seen them.
  private func stopFollower() throws {
    try Files.write(Array(String(try eventCount()).utf8), to: "\(path).stop")
  }

  private func eventCount() throws -> Int {
    let store = try Store.open(at: path, configuration: .init(isReadOnly: true))
    defer { store.close() }
    return try store.head.map { Int($0.rawValue) + 1 } ?? 0
  }

  /// Joins what writers and the follower wrote down: every event once, in order, and how late.
  private func compare(
    _ phase: String, _ followed: String, writer name: String, _ writers: [Int],
    _ journal: inout Journal
  ) throws {
    var times: [UInt64: UInt64] = [:]
    for writer in writers {
      for line in try Files.lines("\(directory)/\(name)-\(writer).output")
      where line.hasPrefix("T ") {
        let numbers = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
        for position in numbers.dropFirst() { times[position] = numbers[0] }
      }
    }
    var late: [Double] = []
    var next: UInt64?
    for line in try Files.lines(followed) where line.hasPrefix("F ") {
      let numbers = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
      guard numbers.count == 2 else { continue }
      if let next, numbers[1] != next {
        journal.fail("\(phase): the follower saw \(numbers[1]) where \(next) was next")
      }
      next = numbers[1] + 1
      if let time = times.removeValue(forKey: numbers[1]) {
        late.append(max(0, (Double(numbers[0]) - Double(time)) / 1e6))
      }
    }
    if !times.isEmpty {
      journal.fail(
        "\(phase): the follower never saw \(times.count) events, \(times.keys.min() ?? 0)…")
    }
    let worst = late.max() ?? .nan
    Output.line(
      "  \(phase): from acknowledgement to the follower's sight p50 \(late.median.text(1)) ms, "
        + "p99 \(late.percentile(0.99).text(1)) ms, max \(worst.text(1)) ms of \(late.count) events"
        + ", target ≤ 60 ms" + (worst <= SoakCampaign.latencyMax ? "" : "  missed"))
  }
}
