import CasefileModel
import Foundation

/// Plays a help desk and writes what was asked for.
package struct SimulationRun {
  /// What came of it.
  package struct Summary: Sendable {
    package var tickets = 0
    package var events = 0
    package var rows = 0
    /// From the beginning until all is written.
    package var duration = Duration.zero

    /// For people: what came of it, and how fast.
    package var text: String {
      let (seconds, attoseconds) = duration.components
      let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
      let hundredths = milliseconds % 1000 / 10
      return "simulated \(tickets) tickets, \(events) events, \(rows) rows in "
        + "\(milliseconds / 1000).\(hundredths < 10 ? "0" : "")\(hundredths) s, "
        + "\(Int64(events) * 1000 / milliseconds) events/s"
    }
  }

  private let options: Options

  package init(_ options: Options) { self.options = options }

  /// - Throws: `SimulationError`, or what the store says.
  package func run() throws -> Summary {
    let start = ContinuousClock.now
    let desk = HelpDesk(options.settings)
    var summary = Summary()
    let snapshots = try options.snapshots.map { try makeSnapshots($0) }
    let actions = try options.actions.map { try makeActions($0) }
    let known = try options.known.map { try KnownAnswer($0) }
    if let snapshots { desk.observers.append(snapshots) }
    if let actions { desk.observers.append(actions) }
    if let known { desk.observers.append(known) }
    let lines: LineOutput?
    if options.writesLines {
      lines = try options.output.map { try LineOutput($0) } ?? LineOutput()
    } else {
      lines = nil
    }
    let text = EventText()
    let store = try options.store.map {
      try StoreOutput($0, isNew: !FileManager.default.fileExists(atPath: $0))
    }
    while true {
      let events = next(desk)
      if events.isEmpty { break }
      summary.events += events.count
      if let lines {
        for event in events { try lines.writeLine(text.line(event)) }
      }
      try store?.write(events, at: Timestamp(seconds: desk.now))
    }
    try lines?.close()
    try store?.close()
    try snapshots?.close()
    try actions?.close()
    try known?.close()
    summary.duration = ContinuousClock.now - start
    summary.tickets = desk.ticketNumber
    summary.rows = (snapshots?.rowCount ?? 0) + (actions?.rowCount ?? 0)
    return summary
  }

  private func next(_ desk: HelpDesk) -> [Event] {
    guard let seconds = options.recordEvery else { return desk.next(atLeast: 1000) }
    return desk.next(atLeast: 1000, orAfter: seconds)
  }

  private func makeSnapshots(_ folder: String) throws -> SnapshotExport {
    let files = try makeFiles(folder, "snapshots", SnapshotExport.header)
    try write(SnapshotProfile.json, to: folder + "/snapshots.profile.json")
    return SnapshotExport(files)
  }

  private func makeActions(_ folder: String) throws -> ActionExport {
    let files = try makeFiles(folder, "actions", ActionExport.header)
    try write(ActionProfile.json, to: folder + "/actions.profile.json")
    return ActionExport(files)
  }

  private func makeFiles(
    _ folder: String, _ name: String, _ header: String
  ) throws -> ScatteredFiles {
    try ScatteredFiles(
      folder: folder, name: name, header: header, count: options.files,
      isShuffled: options.isShuffled, seed: options.settings.seed)
  }

  private func write(_ profile: JSONValue, to path: String) throws {
    let output = try LineOutput(path)
    try output.writeLine(Array(profile.text.utf8))
    try output.close()
  }
}
