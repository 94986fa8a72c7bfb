import Casefile
import CasefileLog
import CasefileModel

/// The second pass of an append: stores what the first pass let through, in commits of up to 1,000
/// events; an action group is never divided.
struct AppendRun {
  /// The most events of a commit, but for an action group that has more.
  static let commitEvents = 1000
  /// The most bytes of lines of a commit, but for a single line or action group that has more.
  static let commitBytes = 8 << 20

  /// What became of a line.
  struct Result: Hashable {
    let appended: Appended
    let isDuplicate: Bool

    /// The line that `append` prints.
    var json: JSONValue {
      [
        "id": .string(appended.id.description),
        "position": JSONValue(appended.position.rawValue),
        "stream": .string(appended.stream.description),
        "version": JSONValue(appended.version.rawValue), "duplicate": .bool(isDuplicate),
      ]
    }

    /// The same for people.
    var text: String {
      VisibleText.escape(
        "position \(appended.position), \(appended.stream) version \(appended.version), "
          + "id \(appended.id)" + (isDuplicate ? ", stored before" : ""))
    }
  }

  private let store: Store
  private let check: AppendCheck
  private let bad: Set<LinePlace>
  private let names: [String?]
  private var versions: StreamVersions
  private var lines: [AppendLine] = []
  private var sizeBytes = 0
  private var results: [EventID: Appended] = [:]
  private var last: LinePlace?

  init(_ store: Store, check: AppendCheck, names: [String?]) {
    self.store = store
    self.check = check
    self.names = names
    bad = Set(check.badLines.map(\.place))
    versions = StreamVersions(store)
  }

  /// Takes a unit and stores what is full; `report` gets each result after its commit.
  mutating func add(_ unit: AppendUnit, _ report: (Result) throws -> Void) throws {
    guard !unit.lines.contains(where: { bad.contains($0.place) }) else { return }
    let isFull =
      lines.count + unit.lines.count > AppendRun.commitEvents
      || sizeBytes + unit.sizeBytes > AppendRun.commitBytes
    if isFull { try commit(report) }
    lines += unit.lines
    sizeBytes += unit.sizeBytes
  }

  /// Stores what still waits.
  mutating func commit(_ report: (Result) throws -> Void) throws {
    guard !lines.isEmpty else { return }
    var events: [Event] = []
    var conditions: [StreamID: StreamVersion] = [:]
    // The place in the append, or nil for a line that repeats one which was stored before it.
    var places: [Int?] = []
    var sent: Set<EventID> = []
    for line in lines {
      guard let event = line.line?.event else { continue }
      if let id = event.id, check.repeatedIDs.contains(id),
        results[id] != nil || !sent.insert(id).inserted
      {
        places.append(nil)
        continue
      }
      let isStored = event.id.map { check.storedIDs.contains($0) } ?? false
      if !isStored, line.line?.expectedVersion != nil, conditions[event.stream] == nil {
        conditions[event.stream] = try versions.version(of: event.stream)
      }
      places.append(events.count)
      events.append(event)
    }
    try store(events, conditions, places, report)
    last = lines.last?.place
    lines = []
    sizeBytes = 0
  }

  private mutating func store(
    _ events: [Event], _ conditions: [StreamID: StreamVersion], _ places: [Int?],
    _ report: (Result) throws -> Void
  ) throws {
    var appended: [Appended] = []
    if !events.isEmpty {
      let all = conditions.sorted { $0.key < $1.key }.map {
        AppendCondition.version($0.key, $0.value)
      }
      do {
        appended = try store.appendBlocking(events, if: all.isEmpty ? .any : .all(all))
      } catch {
        throw stopped(by: error)
      }
    }
    for result in appended {
      if !result.isDuplicate { versions.add(result.stream) }
      if check.repeatedIDs.contains(result.id) { results[result.id] = result }
    }
    for (line, place) in zip(lines, places) {
      if let place {
        try report(Result(appended: appended[place], isDuplicate: appended[place].isDuplicate))
      } else if let id = line.line?.event.id, let first = results[id] {
        try report(Result(appended: first, isDuplicate: true))
      }
    }
  }

  /// Only another writer or the disk can stop this pass; whoever reads it must know how far it came.
  private func stopped(by error: any Error) -> CommandFailure {
    let failure = FailureTable.failure(for: error)
    let end: String
    if let last {
      end =
        "the input is stored up to line \(last.line)"
        + (names[last.source].map { " of \($0)" } ?? "")
    } else {
      end = "nothing of the input is stored"
    }
    return CommandFailure(
      failure.code, "\(failure.message); \(end); run it again to complete it", failure.status,
      position: failure.position
    ).at(file: lines.first.flatMap { names[$0.place.source] }, line: lines.first?.place.line)
  }
}
