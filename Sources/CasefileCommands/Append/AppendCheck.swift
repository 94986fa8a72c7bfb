import Casefile
import CasefileLog
import CasefileModel

/// The first pass of an append: everything that can be judged before anything is stored.
///
/// Syntax, limits, ids within the input and against the log, expected versions, whole action groups.
struct AppendCheck {
  /// A line that can't be stored.
  struct BadLine {
    let place: LinePlace
    let failure: CommandFailure
    let bytes: [UInt8]
  }

  /// The lines that can't be stored, with those that belong to their action groups.
  private(set) var badLines: [BadLine] = []
  /// How many lines can be stored.
  private(set) var goodLines = 0
  /// The ids that are in the log already, with the same event.
  private(set) var storedIDs: Set<EventID> = []
  /// The ids that stand in the input more than once, with the same event.
  private(set) var repeatedIDs: Set<EventID> = []

  private let store: Store
  private let names: [String?]
  private var seen: [EventID: (hash: Int, place: LinePlace)] = [:]
  private var versions: StreamVersions
  private var groups: Set<EventID> = []
  private var waiting: [AppendUnit] = []
  private var waitingLines = 0

  /// - Parameter names: the names of the inputs, for messages.
  init(_ store: Store, names: [String?]) {
    self.store = store
    self.names = names
    versions = StreamVersions(store)
  }

  /// Judges a unit; ids are looked up for a thousand lines at a time.
  mutating func add(_ unit: AppendUnit) throws {
    waiting.append(unit)
    waitingLines += unit.lines.count
    if waitingLines >= 1000 { try finish() }
  }

  /// Judges what still waits.
  mutating func finish() throws {
    let ids = waiting.flatMap { $0.lines.compactMap(\.line?.event.id) }
    var positions: [EventID: Position] = [:]
    for (id, position) in zip(ids, try store.positions(of: ids)) {
      if let position { positions[id] = position }
    }
    for unit in waiting { try judge(unit, positions) }
    waiting = []
    waitingLines = 0
  }

  private mutating func judge(_ unit: AppendUnit, _ positions: [EventID: Position]) throws {
    var failures: [LinePlace: CommandFailure] = [:]
    var undone: [(stream: StreamID?, id: EventID?)] = []
    if let failure = unitFailure(unit) { failures[unit.lines[0].place] = failure }
    for line in unit.lines {
      do {
        if let failure = line.failure { throw failure }
        guard let event = line.line?.event else { continue }
        try store.check(event)
        let isKnown = try identify(event, at: line.place, positions, &undone)
        if isKnown { continue }
        try checkVersion(line.line?.expectedVersion, of: event.stream)
        versions.add(event.stream)
        undone.append((event.stream, nil))
      } catch let error as LogError where FailureTable.log[error.code] != .no {
        throw error
      } catch {
        failures[line.place] = FailureTable.failure(for: error)
      }
    }
    if failures.isEmpty {
      goodLines += unit.lines.count
      return
    }
    for step in undone {
      if let stream = step.stream { versions.remove(stream) }
      if let id = step.id { seen[id] = nil }
    }
    setAside(unit, failures)
  }

  private mutating func setAside(_ unit: AppendUnit, _ failures: [LinePlace: CommandFailure]) {
    let first = failures.keys.min { ($0.source, $0.line) < ($1.source, $1.line) }
    for line in unit.lines {
      let failure =
        failures[line.place]
        ?? CommandFailure(
          "invalidGroup",
          "the line belongs to one action with line \(first?.line ?? 0), which can't be stored",
          .no)
      badLines.append(
        BadLine(
          place: line.place,
          failure: failure.at(file: names[line.place.source], line: line.place.line),
          bytes: line.bytes))
    }
  }

  private mutating func unitFailure(_ unit: AppendUnit) -> CommandFailure? {
    guard let group = unit.group else { return nil }
    if !groups.insert(group.id).inserted {
      return CommandFailure(
        "invalidGroup",
        "action group \(group.id) began further up, with other lines in between; put its lines "
          + "together, for it is stored in one commit", .no)
    }
    if unit.lines.count > Limits.eventsPerAppend || unit.sizeBytes > Limits.bytesPerAppend {
      return CommandFailure(
        "tooLarge",
        "action group \(group.id) has \(unit.lines.count) lines and \(unit.sizeBytes) bytes; the "
          + "limits are \(Limits.eventsPerAppend) and \(Limits.bytesPerAppend)", .no)
    }
    return nil
  }

  /// Whether the event is known already, from the log or from further up.
  private mutating func identify(
    _ event: Event, at place: LinePlace, _ positions: [EventID: Position],
    _ undone: inout [(stream: StreamID?, id: EventID?)]
  ) throws -> Bool {
    guard let id = event.id else { return false }
    if let position = positions[id] {
      guard try isSame(event, asStoredAt: position) else {
        throw CommandFailure(
          "idReused",
          "event id \(id) is at position \(position) already, with another event; give this one "
            + "an id of its own", .no, position: position)
      }
      storedIDs.insert(id)
      return true
    }
    if let other = seen[id] {
      guard other.hash == event.hashValue else {
        let name = names[other.place.source].map { " of \($0)" } ?? ""
        throw CommandFailure(
          "idReused",
          "event id \(id) stands on line \(other.place.line)\(name) already, with another event; "
            + "give this one an id of its own", .no)
      }
      repeatedIDs.insert(id)
      return true
    }
    seen[id] = (event.hashValue, place)
    undone.append((nil, id))
    return false
  }

  /// Both are compared as lines; an event whose content was erased is left to the log to compare.
  private func isSame(_ event: Event, asStoredAt position: Position) throws -> Bool {
    guard let stored = try store.event(at: position) else { return false }
    let json = try EventLine.json(of: stored)
    guard json["erased"] == .array([]) else { return true }
    return try EventLine(json).event == event
  }

  private mutating func checkVersion(_ expected: StreamVersion?, of stream: StreamID) throws {
    guard let expected else { return }
    let version = try versions.version(of: stream)
    guard version == expected else {
      throw CommandFailure(
        "versionConflict",
        "stream \(stream) will be at version \(version) here, the line expects \(expected); read "
          + "it again and decide anew", .no)
    }
  }
}
