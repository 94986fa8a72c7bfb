internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import Glibc
internal import Synchronization
internal import Workload

/// What each process of a soak does until its time is over.
enum SoakRoles {
  static func run(_ arguments: inout Arguments) async throws {
    let role = try arguments.word("role")
    var process = SoakProcess(
      path: try arguments.word("path"),
      deadline: Monotonic.nanoseconds() + (try arguments.numberWord("seconds")) * 1_000_000_000,
      random: SeededRandom(try arguments.numberWord("seed")),
      number: try arguments.numberWord("number"))
    let first: UInt64 = try arguments.numberWord("position")
    switch role {
    case "append": try process.append(pauseMilliseconds: 1...8, largest: 40)
    case "pause": try process.append(pauseMilliseconds: 20...90, largest: 1)
    case "scan": process.repeatReading { try $0.scan($1) }
    case "stream": process.repeatReading { try $0.readStream($1) }
    case "tag": process.repeatReading { try $0.readTag($1) }
    case "reopen": process.reopen()
    case "pulse": process.pulse()
    case "follow": try await process.follow(from: first)
    case "follow-blocking": try process.followBlocking(from: first)
    default: throw UsageError("unknown role \(role)")
    }
    Output.line("DONE \(process.operations) operations, \(process.events) events")
  }
}

/// One process of a soak.
struct SoakProcess {
  let path: String
  let deadline: UInt64
  var random: SeededRandom
  let number: Int
  var operations = 0
  var events = 0
  /// What was seen before and must not shrink.
  private var headBefore: UInt64 = 0
  private var countsBefore: [String: Int] = [:]

  init(path: String, deadline: UInt64, random: SeededRandom, number: Int) {
    self.path = path
    self.deadline = deadline
    self.random = random
    self.number = number
  }

  private var isTime: Bool { Monotonic.nanoseconds() < deadline }

  // MARK: Writing

  mutating func append(pauseMilliseconds: ClosedRange<Int>, largest: Int) throws {
    let store = try Store.open(at: path)
    defer { store.close() }
    var next = 0
    while isTime {
      let range = next..<next + Int.random(in: 1...largest, using: &random)
      let events = SampleEvents.events(lane: number, range)
      do {
        let appended = try store.appendBlocking(events, if: condition(range))
        let time = Monotonic.nanoseconds()
        Report.acknowledge(lane: number, first: next, appended)
        Output.line(
          "T \(time) " + appended.map { String($0.position.rawValue) }.joined(separator: " "))
        next = range.upperBound
        operations += 1
        self.events += events.count
      } catch {
        Report.failure(error)
      }
      Monotonic.sleep(milliseconds: Int.random(in: pauseMilliseconds, using: &random))
    }
  }

  /// A condition that holds, since nobody else writes to this lane's streams.
  private mutating func condition(_ range: Range<Int>) -> AppendCondition {
    let first = SampleEvents.number(lane: number, range.lowerBound)
    let index = range.lowerBound % 1500
    return switch Int.random(in: 0..<3, using: &random) {
    case 0: .any
    case 1: .version(SampleEvents.stream(first), StreamVersion(UInt64(index / 100)))
    default: .unchanged(since: nil, EventQuery(streams: [SampleEvents.stream(lane: 99, 0)]))
    }
  }

  // MARK: Reading

  /// Reads with one store that stays open, which every second process opens for reading only.
  mutating func repeatReading(_ body: (inout SoakProcess, Store) throws -> Void) {
    do {
      let store = try Store.open(
        at: path, configuration: .init(isReadOnly: number.isMultiple(of: 2)))
      defer { store.close() }
      while isTime {
        do { try body(&self, store) } catch { Report.failure(error) }
        operations += 1
      }
    } catch {
      Report.failure(error)
    }
  }

  mutating func scan(_ store: Store) throws {
    var next: UInt64 = 0
    var gap: String?
    let isBackward = Bool.random(using: &random)
    let end = try store.head.map { $0.rawValue + 1 } ?? 0
    if end < headBefore { gap = "the head went from \(headBefore) back to \(end)" }
    headBefore = max(headBefore, end)
    let options = EventReadOptions(
      through: end == 0 ? nil : Position(end - 1), isBackward: isBackward)
    try store.read(options) { event in
      let wanted = isBackward ? end - 1 - next : next
      if event.position.rawValue != wanted { gap = "\(event.position) came, not \(wanted)" }
      next += 1
      return gap == nil
    }
    events += Int(next)
    if gap == nil, next != end { gap = "\(next) events were read of \(end)" }
    if let gap { Output.line("E scan \(gap)") }
  }

  /// Reads a stream of the store's first events or of a writer.
  mutating func readStream(_ store: Store) throws {
    let lane = Int.random(in: 0...2, using: &random)
    let count = lane == 0 ? 4000 : 200
    let stream = SampleEvents.stream(lane: lane, Int.random(in: 0..<count, using: &random))
    let found = try store.events(of: stream)
    events += found.count
    for (index, event) in found.enumerated()
    where event.envelope.version.rawValue != UInt64(index + 1) || event.envelope.stream != stream {
      Output.line("E stream \(stream) has version \(event.envelope.version) at place \(index)")
    }
    grow(stream.description, found.count)
    if lane == 0, found.count != SampleEvents.eventsPerStream {
      Output.line("E stream \(stream) has \(found.count) events")
    }
  }

  mutating func readTag(_ store: Store) throws {
    let tag = SampleEvents.clientTag(UInt64.random(in: 0..<97, using: &random))
    var last: UInt64?
    var count = 0
    let from = Position(UInt64.random(in: 0..<60_000, using: &random) / 1000 * 1000)
    let isBackward = Bool.random(using: &random)
    var isWrong = false
    let options = EventReadOptions(
      from: from, query: EventQuery(tags: [tag]), isBackward: isBackward)
    try store.read(options) { event in
      let isInOrder = last.map { ($0 < event.position.rawValue) != isBackward } ?? true
      if !event.envelope.tags.contains(tag) || !isInOrder || event.position < from {
        isWrong = true
      }
      last = event.position.rawValue
      count += 1
      return true
    }
    events += count
    if isWrong { Output.line("E tag \(tag) gave another event or another order") }
    grow("\(tag) from \(from)", count)
  }

  private mutating func grow(_ name: String, _ count: Int) {
    if let before = countsBefore[name], count < before {
      Output.line("E shrunk \(name) had \(before) events, now \(count)")
    }
    countsBefore[name] = count
  }

  /// Opens, looks and closes, as a command does.
  mutating func reopen() {
    while isTime {
      do {
        let store = try Store.open(
          at: path, configuration: .init(isReadOnly: operations.isMultiple(of: 3)))
        defer { store.close() }
        let head = try store.head?.rawValue ?? 0
        let place = Position(UInt64.random(in: 0...head, using: &random))
        guard let event = try store.event(at: place) else {
          Output.line("E reopen nothing at \(place), the head is \(head)")
          continue
        }
        if let difference = SampleEvents.difference(event) {
          Output.line("E reopen \(difference)")
        }
        if try store.positions(of: [event.envelope.id]) != [place] {
          Output.line("E reopen the id of \(place) is not found there")
        }
        let stream = try store.events(of: event.envelope.stream)
        if !stream.contains(event) { Output.line("E reopen \(place) is not in its stream") }
        events += 1 + stream.count
      } catch {
        Report.failure(error)
      }
      operations += 1
      Monotonic.sleep(milliseconds: 5)
    }
  }

  /// Sleeps as long as a follower's watcher and writes down how late it wakes: what the machine
  /// alone adds to a follower's latency.
  mutating func pulse() {
    while isTime {
      let start = Monotonic.nanoseconds()
      Monotonic.sleep(milliseconds: 20)
      Output.line("P \(Monotonic.nanoseconds() - start)")
      operations += 1
    }
  }

  // MARK: Following

  mutating func follow(from first: UInt64) async throws {
    let store = try Store.open(at: path, configuration: .init(isReadOnly: true))
    defer { store.close() }
    let seen = Progress(first)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // Written down at the end: a file that is written to waits for the journal while the writers
        // sync, and the next event would be seen late for that.
        var lines: [(time: UInt64, position: UInt64)] = []
        defer { for line in lines { Output.line("F \(line.time) \(line.position)") } }
        for try await event in store.follow(from: Position(first)) {
          lines.append((Monotonic.nanoseconds(), event.position.rawValue))
          seen.next.store(event.position.rawValue + 1, ordering: .relaxed)
        }
      }
      while isTime {
        try await Task.sleep(for: .milliseconds(200))
        if let end = stopCount, seen.next.load(ordering: .relaxed) >= end { break }
      }
      group.cancelAll()
      do { try await group.waitForAll() } catch { Report.failure(error) }
    }
    events = Int(seen.next.load(ordering: .relaxed) - first)
    operations = events
  }

  mutating func followBlocking(from first: UInt64) throws {
    let store = try Store.open(at: path, configuration: .init(isReadOnly: true))
    defer { store.close() }
    var lines: [(time: UInt64, position: UInt64)] = []
    defer { for line in lines { Output.line("F \(line.time) \(line.position)") } }
    var stopAsked: UInt64 = 0
    try store.followBlocking(
      from: Position(first),
      while: {
        // The file is looked for as seldom as by the other follower.
        let now = Monotonic.nanoseconds()
        guard now - stopAsked > 200_000_000 else { return true }
        stopAsked = now
        let end = stopCount
        return isTime && end.map { UInt64(lines.count) + first < $0 } ?? true
      }
    ) { events in
      for event in events { lines.append((Monotonic.nanoseconds(), event.position.rawValue)) }
      return true
    }
    events = lines.count
    operations = events
  }

  /// How many events the parent says there are, once nobody writes any more.
  private var stopCount: UInt64? {
    guard let bytes = try? Files.read("\(path).stop") else { return nil }
    return UInt64(String(decoding: bytes, as: UTF8.self))
  }
}

/// How far a follower has come.
private final class Progress: Sendable {
  let next: Atomic<UInt64>

  init(_ first: UInt64) { next = Atomic(first) }
}
