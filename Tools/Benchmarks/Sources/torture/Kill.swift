internal import Casefile
internal import Foundation
internal import Glibc
internal import Workload

/// SIGKILL at a random moment of a process that appends from two threads, several times on the same
/// store.
struct KillCampaign {
  private static let lanes = [1, 2]
  /// Every so many rounds the store is one whose index is about to be flushed to disk.
  private static let flushEvery = 7
  private static let flushEvents = 65_450
  /// So many rounds on one store, then a new one: the check reads all of it each time.
  private static let roundsPerStore = 5

  /// A store with what is known of it.
  private struct Victim {
    let path: String
    /// Events of lane 0 that it began with.
    let firstEvents: Int
    var acknowledged: [Acknowledged] = []
    /// By lane, the index after the last acknowledged event.
    var ends: [Int: Int] = [:]
    /// By lane, how many events are stored.
    var stored: [Int: Int] = [:]
  }

  let directory: String
  let rounds: Int

  func run(_ journal: inout Journal) throws {
    var victim = Victim(path: "", firstEvents: 0)
    var acknowledged = 0
    let template = "\(directory)/template"
    if rounds >= KillCampaign.flushEvery {
      try StoreMaker.make(template, events: KillCampaign.flushEvents)
    }
    for round in 1...rounds {
      if round.isMultiple(of: KillCampaign.flushEvery) {
        var other = Victim(
          path: "\(directory)/flush-\(round)", firstEvents: KillCampaign.flushEvents)
        try Files.copy(template, to: other.path)
        try kill(&other, round, &journal)
        Files.remove(other.path)
        acknowledged += other.acknowledged.count
      } else {
        if round % KillCampaign.roundsPerStore == 1 {
          acknowledged += victim.acknowledged.count
          victim = Victim(path: "\(directory)/store-\(round)", firstEvents: 0)
          try StoreMaker.make(victim.path, events: 0)
        }
        try kill(&victim, round, &journal)
      }
    }
    acknowledged += victim.acknowledged.count
    Output.line("  \(acknowledged) events were acknowledged")
  }

  private func kill(_ victim: inout Victim, _ round: Int, _ journal: inout Journal) throws {
    let output = "\(directory)/round-\(round).output"
    let seed = UInt64.random(in: 0...UInt64(UInt32.max), using: &journal.random)
    let starts = KillCampaign.lanes.map { "\(victim.ends[$0] ?? 0)" }
    let child = try Child.role(["role-append", victim.path, "\(seed)"] + starts, output: output)
    // Half of the kills come while the store is being opened or has just been.
    let milliseconds = Int.random(
      in: round.isMultiple(of: 2) ? 5...150 : 150...900, using: &journal.random)
    Monotonic.sleep(milliseconds: milliseconds)
    child.kill()
    let end = child.wait()
    let told = try Report.read(output)
    let place = "round \(round), killed after \(milliseconds) ms"
    if end != .signal(SIGKILL) {
      journal.fail("\(place): the child ended with \(end): \(told.failures), \(told.others)")
    }
    victim.acknowledged += told.acknowledged
    let check = StoreCheck(
      victim.path, victim.acknowledged, from: victim.firstEvents, random: &journal.random)
    journal.fail(check.problems, in: place)
    for lane in KillCampaign.lanes {
      let before = victim.stored[lane] ?? 0
      let stored = check.lanes[lane] ?? before
      victim.stored[lane] = stored
      // An append is stored as a whole or not at all.
      if let begun = told.lastBegun[lane], check.problems.isEmpty,
        stored != max(before, begun.lowerBound), stored != max(before, begun.upperBound)
      {
        journal.fail("\(place): lane \(lane) has \(stored) events, the last append was \(begun)")
      }
      // What is stored and was not acknowledged is appended again with the same ids.
      victim.ends[lane] = max(victim.ends[lane] ?? 0, told.end[lane] ?? 0)
    }
    journal.count(told.acknowledged.isEmpty ? "killed before the first append" : "killed later")
  }
}

/// Makes stores for campaigns, with events of lane 0.
enum StoreMaker {
  static func make(_ path: String, events: Int) throws {
    let store = try Store.create(at: path)
    defer { store.close() }
    for start in stride(from: 0, to: events, by: 2000) {
      _ = try store.appendBlocking(SampleEvents.events(start..<min(events, start + 2000)))
    }
  }
}

/// The process that is killed.
enum KillRoles {
  static func append(_ arguments: inout Arguments) throws {
    let path = try arguments.word("path")
    let seed: UInt64 = try arguments.numberWord("seed")
    let starts: [Int] = [
      try arguments.numberWord("start"), try arguments.numberWord("start"),
    ]
    let store = try Store.open(at: path)
    for (offset, start) in starts.enumerated() {
      Thread.detachNewThread {
        do {
          try append(store, lane: offset + 1, from: start, seed: seed &+ UInt64(offset))
        } catch {
          Report.failure(error)
          exit(3)
        }
      }
    }
    Monotonic.sleep(milliseconds: 30_000)
  }

  private static func append(_ store: Store, lane: Int, from start: Int, seed: UInt64) throws {
    var random = SeededRandom(seed)
    var next = start
    while true {
      let largest = Int.random(in: 0..<10, using: &random) == 0 ? 1500 : 60
      let range = next..<next + Int.random(in: 1...largest, using: &random)
      let events = SampleEvents.events(lane: lane, range)
      Report.begin(lane: lane, range)
      let appended = try store.appendBlocking(events)
      Report.acknowledge(lane: lane, first: next, appended)
      next = range.upperBound
    }
  }
}
