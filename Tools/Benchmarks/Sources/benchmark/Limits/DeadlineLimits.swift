internal import Casefile
internal import CasefileModel
internal import CasefileProjections
internal import Dispatch
internal import Foundation
internal import Synchronization
internal import Workload

/// How fast tickets of `DeadlineRounds` can be judged here: a program that knows their one policy and
/// their one calendar.
///
/// It reads a row of numbers for each ticket by LMDB's own functions, walks its events once with the
/// three clocks beside each other, and keeps of each instance when it was due and what was used,
/// by a table of the calendar's days. What it leaves out: other policies and their changes, waits of
/// other kinds, holders, duties, positions, reopenings, and all texts.
struct DeadlineLimits {
  /// What is compared with ours, so that both did the same work.
  struct Sums: Hashable, Sendable {
    var verdicts = 0
    var breached = 0
    var elapsedSeconds: Int64 = 0

    mutating func add(_ other: Sums) {
      verdicts += other.verdicts
      breached += other.breached
      elapsedSeconds += other.elapsedSeconds
    }
  }

  enum Kind: UInt8, Sendable {
    case opened, sent, waiting, received, proposed
  }

  private static let targetSeconds: Int64 = 4 * 3600
  private static let signalSizeBytes = 9

  private let rows: RawLMDB
  private let days: WorkDays
  private let ticketCount: Int

  init(at path: String, tickets: [[(kind: Kind, at: Int64)]], until end: Int64) throws {
    rows = try RawLMDB(at: path)
    ticketCount = tickets.count
    let first = tickets.lazy.compactMap { $0.first?.at }.min() ?? end
    days = WorkDays(from: first - 86_400, until: end + 86_400)
    try rows.append(
      tickets.map { signals in
        var row: [UInt8] = []
        for signal in signals {
          row.append(signal.kind.rawValue)
          withUnsafeBytes(of: signal.at.littleEndian) { row.append(contentsOf: $0) }
        }
        return row
      }[...])
  }

  /// Judges all tickets on two cores.
  func judge(at now: Int64) throws -> Sums {
    let results = Mutex<[Result<Sums, any Error>]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { half in
      let result = Result {
        var judge = Judge(days: days, now: now)
        try rows.forEach(in: half * ticketCount / 2..<(half + 1) * ticketCount / 2) {
          judge.read($0)
        }
        return judge.sums
      }
      results.withLock { $0.append(result) }
    }
    return try results.withLock { $0 }.reduce(into: Sums()) { $0.add(try $1.get()) }
  }

  /// One instance of a clock.
  private struct Instance {
    /// Since when it runs; nil while it is paused.
    var since: Int64?
    var used: Int64 = 0
    var dueAt: Int64 = 0

    mutating func run(from time: Int64, _ days: WorkDays) {
      since = time
      dueAt = days.instant(after: DeadlineLimits.targetSeconds - used, from: time)
    }

    mutating func rest(at time: Int64, _ days: WorkDays) {
      guard let since else { return }
      used += days.total(before: time) - days.total(before: since)
      self.since = nil
    }
  }

  private struct Verdict {
    let dueAt: Int64
    let elapsed: Int64
    let isBreached: Bool
  }

  private struct Judge {
    let days: WorkDays
    let now: Int64
    var sums = Sums()
    private var verdicts: [Verdict] = []

    init(days: WorkDays, now: Int64) {
      self.days = days
      self.now = now
    }

    mutating func read(_ row: UnsafeRawBufferPointer) {
      var firstReply: Instance?
      var nextReply: Instance?
      var resolution: Instance?
      var hasReplied = false
      verdicts.removeAll(keepingCapacity: true)
      for start in stride(from: 0, to: row.count, by: DeadlineLimits.signalSizeBytes) {
        let time = Int64(
          littleEndian: row.loadUnaligned(fromByteOffset: start + 1, as: Int64.self))
        switch Kind(rawValue: row[start]) {
        case .opened:
          firstReply = begun(at: time)
          resolution = begun(at: time)
        case .sent:
          end(&firstReply, at: time)
          end(&nextReply, at: time)
          hasReplied = true
        case .waiting:
          firstReply?.rest(at: time, days)
          nextReply?.rest(at: time, days)
          resolution?.rest(at: time, days)
        case .received:
          if firstReply?.since == nil { firstReply?.run(from: time, days) }
          if nextReply?.since == nil { nextReply?.run(from: time, days) }
          if resolution?.since == nil { resolution?.run(from: time, days) }
          if hasReplied, nextReply == nil { nextReply = begun(at: time) }
        case .proposed: end(&resolution, at: time)
        case nil: continue
        }
      }
      end(&firstReply, at: now)
      end(&nextReply, at: now)
      end(&resolution, at: now)
      for verdict in verdicts {
        sums.verdicts += 1
        sums.breached += verdict.isBreached ? 1 : 0
        sums.elapsedSeconds += verdict.elapsed
      }
    }

    private func begun(at time: Int64) -> Instance {
      var instance = Instance()
      instance.run(from: time, days)
      return instance
    }

    private mutating func end(_ instance: inout Instance?, at time: Int64) {
      guard var ended = instance else { return }
      ended.rest(at: time, days)
      verdicts.append(
        Verdict(
          dueAt: ended.dueAt, elapsed: ended.used,
          isBreached: ended.used > DeadlineLimits.targetSeconds))
      instance = nil
    }
  }
}

/// Monday to Friday from 9 to 18 in Berlin, as a table of days of UTC, none of which has two
/// intervals.
private struct WorkDays: Sendable {
  private struct Day {
    let start: Int64
    let end: Int64
    /// The working seconds before the day.
    let before: Int64
  }

  private static let secondsPerDay: Int64 = 86_400
  private let first: Int64
  private let days: [Day]

  init(from start: Int64, until end: Int64) {
    let zone = TimeZone(identifier: "Europe/Berlin") ?? .gmt
    first = start / WorkDays.secondsPerDay
    var days: [Day] = []
    var before: Int64 = 0
    for day in first...end / WorkDays.secondsPerDay + 7 {
      let midnight = day * WorkDays.secondsPerDay
      // At noon the day's hours are those of its working time: clocks change on Sundays.
      let shift = Int64(
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(midnight + 43_200))))
      // The first day of 1970 was a Thursday.
      let isWorking = (day + 3) % 7 < 5
      let open = midnight + 9 * 3600 - shift
      let close = isWorking ? open + 9 * 3600 : open
      days.append(Day(start: open, end: close, before: before))
      before += close - open
    }
    self.days = days
  }

  /// The working seconds before an instant.
  func total(before time: Int64) -> Int64 {
    let day = days[Int(time / WorkDays.secondsPerDay - first)]
    return day.before + min(max(time, day.start), day.end) - day.start
  }

  /// When so many working seconds have passed.
  func instant(after seconds: Int64, from time: Int64) -> Int64 {
    let wanted = total(before: time) + max(0, seconds)
    var place = Int(time / WorkDays.secondsPerDay - first)
    while place + 1 < days.count, days[place + 1].before < wanted { place += 1 }
    return days[place].start + wanted - days[place].before
  }
}
