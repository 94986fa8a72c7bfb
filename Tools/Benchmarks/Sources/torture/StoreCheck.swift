internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import Workload

/// An event that a process was told is stored.
struct Acknowledged: Hashable {
  let number: UInt64
  let position: UInt64
}

/// Checks a store against what was acknowledged.
struct StoreCheck {
  /// Everything that does not hold.
  private(set) var problems: [String] = []
  /// The number of events.
  private(set) var count: UInt64 = 0
  /// How many events each lane has.
  private(set) var lanes: [Int: Int] = [:]

  /// Where reading begins; events before it are only verified.
  private let first: UInt64

  /// Reads and verifies all; opening, reading and closing are in this process.
  ///
  /// - Parameters:
  ///   - first: the events before it are those of lane 0 that the campaign stored itself.
  ///   - sampled: how many acknowledged events are looked up by id; all are found by reading.
  ///   - appends: whether the store is written to as well.
  init(
    _ path: String, _ acknowledged: some Collection<Acknowledged>, from first: Int = 0,
    sampled: Int = 2000, appends: Bool = false, random: inout SeededRandom
  ) {
    self.first = UInt64(first)
    do {
      let store = try Store.open(at: path)
      defer { store.close() }
      try check(store, acknowledged)
      let sample =
        acknowledged.count <= sampled
        ? Array(acknowledged)
        : (0..<sampled).compactMap { _ in acknowledged.randomElement(using: &random) }
      try checkIDs(store, sample)
      let report = try store.verify()
      for problem in report.problems.prefix(5) {
        problems.append("verify: \(problem.what) at \(problem.position.map(\.description) ?? "–")")
      }
      if appends { try checkAppend(store) }
    } catch {
      problems.append("the next start failed: \(error)")
    }
  }

  private mutating func check(
    _ store: Store, _ acknowledged: some Collection<Acknowledged>
  ) throws {
    var places: [UInt64: UInt64] = [:]
    var versions: [StreamID: UInt64] = [:]
    var lastIndexes: [Int: Int] = first == 0 ? [:] : [0: Int(first) - 1]
    var found: [String] = []
    var next = first
    try store.read(EventReadOptions(from: Position(first))) { event in
      if event.position.rawValue != next { found.append("after \(next) comes \(event.position)") }
      next = event.position.rawValue + 1
      let number = SampleEvents.number(of: event.envelope.id)
      if let first = places.updateValue(event.position.rawValue, forKey: number) {
        found.append("event \(number) is at \(first) and at \(event.position)")
      }
      if let difference = SampleEvents.difference(event) { found.append(difference) }
      // Versions of lane 0 go on from those before the first event that is read.
      let version = (versions[event.envelope.stream] ?? 0) + 1
      versions[event.envelope.stream] = version
      let lane = SampleEvents.lane(of: number)
      if event.envelope.version.rawValue != version, first == 0 || lane > 0 {
        found.append("\(event.position) has version \(event.envelope.version), not \(version)")
      }
      let index = SampleEvents.index(of: number)
      if index != (lastIndexes[lane] ?? -1) + 1 {
        found.append("lane \(lane) goes from \(lastIndexes[lane] ?? -1) to \(index)")
      }
      lastIndexes[lane] = index
      return found.count < 10
    }
    count = next
    lanes = lastIndexes.mapValues { $0 + 1 }
    problems += found
    guard found.isEmpty else { return }
    var lost = 0
    for event in acknowledged where places[event.number] != event.position {
      lost += 1
      guard lost <= 5 else { continue }
      problems.append(
        "event \(event.number) was acknowledged at \(event.position), "
          + (places[event.number].map { "it is at \($0)" } ?? "it is lost"))
    }
    if lost > 5 { problems.append("\(lost) acknowledged events are not in their places") }
  }

  private mutating func checkIDs(_ store: Store, _ sample: [Acknowledged]) throws {
    guard !sample.isEmpty, problems.isEmpty else { return }
    let found = try store.positions(of: sample.map { SampleEvents.id($0.number) })
    for (event, position) in zip(sample, found) where position?.rawValue != event.position {
      problems.append(
        "event \(event.number) at \(event.position) is found by id at "
          + (position?.description ?? "no place"))
    }
  }

  /// Appends the next three events of lane 0, one of them twice.
  private mutating func checkAppend(_ store: Store) throws {
    let next = lanes[0] ?? 0
    let first = try store.appendBlocking(SampleEvents.events(next..<next + 2))
    let second = try store.appendBlocking(SampleEvents.events(next + 1..<next + 3))
    guard first.map(\.position.rawValue) == [count, count + 1],
      second.map(\.position.rawValue) == [count + 1, count + 2],
      second.map(\.isDuplicate) == [true, false]
    else {
      problems.append("appending after \(count) events gave \(first) and \(second)")
      return
    }
  }
}

/// The lines by which a child tells what it did.
///
/// `B lane first count`: an append begins. `A lane first position…`: it was acknowledged, with the
/// position of each event. `E code message`: it failed.
enum Report {
  static func begin(lane: Int, _ range: Range<Int>) {
    Output.line("B \(lane) \(range.lowerBound) \(range.count)")
  }

  static func acknowledge(lane: Int, first: Int, _ appended: [Appended]) {
    Output.line(
      "A \(lane) \(first) "
        + appended.map { String($0.position.rawValue) }.joined(separator: " "))
  }

  static func failure(_ error: any Error) {
    let code = (error as? LogError)?.code.description ?? "untyped"
    Output.line("E \(code) \(error)")
  }

  /// What the lines of a file say.
  struct Contents {
    var acknowledged: [Acknowledged] = []
    /// By lane, the last append that began.
    var lastBegun: [Int: Range<Int>] = [:]
    /// By lane, the index after the last acknowledged event.
    var end: [Int: Int] = [:]
    /// Codes with messages.
    var failures: [(code: String, message: String)] = []
    /// All other lines.
    var others: [Substring] = []
  }

  static func read(_ path: String) throws -> Contents {
    var contents = Contents()
    guard Files.exists(path) else { return contents }
    for line in try Files.lines(path) {
      let words = line.split(separator: " ")
      switch words.first {
      case "B":
        let numbers = words.dropFirst().compactMap { Int($0) }
        guard numbers.count == 3 else { continue }
        contents.lastBegun[numbers[0]] = numbers[1]..<numbers[1] + numbers[2]
      case "A":
        let numbers = words.dropFirst().compactMap { UInt64($0) }
        guard numbers.count > 2 else { continue }
        let lane = Int(numbers[0])
        let first = Int(numbers[1])
        for (offset, position) in numbers.dropFirst(2).enumerated() {
          contents.acknowledged.append(
            Acknowledged(
              number: SampleEvents.number(lane: lane, first + offset), position: position))
        }
        contents.end[lane] = first + numbers.count - 2
      case "E":
        contents.failures.append(
          (words.count > 1 ? String(words[1]) : "", words.dropFirst(2).joined(separator: " ")))
      default: contents.others.append(line)
      }
    }
    return contents
  }
}
