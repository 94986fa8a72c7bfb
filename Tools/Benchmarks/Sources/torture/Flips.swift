internal import Glibc
internal import Workload

/// Single flipped bits in the data file of a closed store: what is read is right or refused.
///
/// LMDB has no checksums, so a flip in one of its own pages may end the process inside LMDB: a failure
/// too, shown with the kind of page.
struct FlipCampaign {
  private static let events = 2000

  let directory: String
  let count: Int

  func run(_ journal: inout Journal) throws {
    let good = "\(directory)/good"
    try StoreMaker.make(good, events: FlipCampaign.events)
    let file = "\(good)/log/data.mdb"
    let map = try PageMap(path: file)
    let size = min(try Files.sizeBytes(file), Int(map.lastPage + 1) * PageMap.pageSize)
    let bits = (0..<count).map { _ in Int.random(in: 0..<size * 8, using: &journal.random) }
    let outcomes = try flip(bits, good)
    var table: [String: [String: Int]] = [:]
    for (bit, outcome) in zip(bits, outcomes) {
      let use = map.use(ofPage: UInt64(bit / 8 / PageMap.pageSize))
      let kind = outcome.split(separator: ":").first.map(String.init) ?? outcome
      journal.count(kind)
      table[use.description, default: [:]][kind, default: 0] += 1
      if kind == FlipOutcome.wrong {
        journal.fail("bit \(bit) (\(use), offset \(bit / 8 % PageMap.pageSize)): \(outcome)")
      } else if kind.hasPrefix("signal") || kind == "hang" || kind.hasPrefix("exit") {
        // Also where LMDB falls over a page of its own: no input may end the process.
        journal.fail(
          "bit \(bit) in \(use), offset \(bit / 8 % PageMap.pageSize), ended the process: \(outcome)"
        )
      }
    }
    for (use, kinds) in table.sorted(by: { $0.key < $1.key }) {
      let parts = kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      Output.line("  \(use.padded(20)) \(parts.joined(separator: ", "))")
    }
  }

  /// Runs all flips in child processes: one that dies is replaced, and goes on with the next bit.
  private func flip(_ bits: [Int], _ good: String) throws -> [String] {
    var outcomes: [String] = []
    while outcomes.count < bits.count {
      let path = "\(directory)/flipped"
      Files.remove(path)
      try Files.copy(good, to: path)
      let output = "\(directory)/flips-\(outcomes.count).output"
      let rest = bits[outcomes.count...]
      let list = "\(directory)/bits"
      try Files.write(Array(rest.map(String.init).joined(separator: "\n").utf8) + [10], to: list)
      let child = try Child.role(["role-flips", good, path, list], output: output)
      let end = watch(child, output)
      let told = try Files.lines(output).filter { $0.hasPrefix("O ") }
      outcomes += told.map { String($0.dropFirst(2)) }
      if end == .exit(0) {
        guard outcomes.count == bits.count else {
          throw UsageError("the flips gave \(outcomes.count) outcomes of \(bits.count)")
        }
        break
      }
      let text = try Files.lines(output).last { !$0.hasPrefix("O ") } ?? ""
      outcomes.append("\(end): \(text)")
    }
    return outcomes
  }

  /// Waits for a child and kills it when it tells nothing for ten seconds: a loop in a broken tree.
  private func watch(_ child: Child, _ output: String) -> Child.End {
    var lines = -1
    while true {
      let end = child.wait(seconds: 10, killsAfter: false)
      if end != .hang { return end }
      let now = (try? Files.sizeBytes(output)) ?? 0
      if now == lines {
        child.kill()
        _ = child.wait()
        return .hang
      }
      lines = now
    }
  }
}

/// The names of what a flip led to.
enum FlipOutcome {
  static let wrong = "WRONG"
  static let harmless = "harmless"
  static let refused = "refused when opened"
  static let foundByRead = "found by reading"
  static let foundByVerify = "found by verify only"
}
