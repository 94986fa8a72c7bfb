import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections
import Foundation

/// Which zone data are used.
struct ZoneDataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The directory of time zone data (TZif files).", valueName: "dir"))
  var zoneData = ZoneDirectory.systemPath

  /// The directory.
  var directory: ZoneDirectory { ZoneDirectory(path: zoneData) }

  /// A machine may be without zone data, but nobody names a directory that isn't there on purpose: all
  /// calendars would be unknown, and no verdict could be given.
  func validate() throws {
    var isDirectory: ObjCBool = false
    guard
      zoneData == ZoneDirectory.systemPath
        || (FileManager.default.fileExists(atPath: zoneData, isDirectory: &isDirectory)
          && isDirectory.boolValue)
    else {
      throw ValidationError("--zone-data is \(zoneData), which is no directory")
    }
  }
}

/// What is told on standard error beside an answer.
enum DeadlineNotes {
  /// Published versions that can't be used.
  static func report(_ book: DeadlineBook) {
    for problem in book.problems {
      Console.note("position \(problem.position.rawValue) is not used: \(problem.message)")
    }
  }
}

extension ClockName {
  /// Reads an option's value.
  ///
  /// - Throws: what ArgumentParser reports as wrong usage.
  static func read(_ text: String) throws -> ClockName {
    if let clock = ClockName(rawValue: text) { return clock }
    let known = ClockName.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("there is no clock \(text); the clocks are \(known)")
  }
}

/// Which moment is asked about, by what was known.
struct DeadlineMoment {
  let now: Timestamp
  let knownAt: KnownAt?

  /// Without `--as-of` it is the moment of what was known, else now.
  ///
  /// - Throws: a usage failure; not found for a moment before the store began.
  init(_ options: MomentOptions, _ reader: Reader, in store: Store) throws {
    try self.init(options.question(reader), in: store)
  }

  /// The same of a question that was read already.
  init(_ question: TicketQuestion, in store: Store) throws {
    if case .position? = question.knownAt {
      try TicketLookup(store).refuseUnknownMoment(question.knownAt)
    }
    knownAt = question.knownAt
    if let asOf = question.asOf {
      now = asOf
    } else if case .recorded(let instant)? = question.knownAt {
      now = instant
    } else if case .position(let position)? = question.knownAt,
      let event = try store.event(at: position)
    {
      now = event.envelope.recordedAt
    } else {
      now = SystemClock.now()
    }
    let begin = try store.event(at: Position(0))?.envelope.recordedAt
    if case .recorded(let instant)? = knownAt, begin.map({ instant < $0 }) ?? true {
      throw CommandFailure.notFound(
        "nothing was known at \(instant): "
          + (begin.map { "this store began at \($0)" } ?? "this store is empty"))
    }
  }

  /// The deadlines of a ticket at the moment.
  ///
  /// - Throws: not found for a ticket that is not there, and for one that was not there yet: nothing
  ///   would look like an answer.
  func deadlines(
    of id: String, by book: DeadlineBook, in store: Store
  ) throws -> TicketDeadlines {
    let lookup = TicketLookup(store)
    let events = try lookup.events(of: id)
    let found = try store.deadlines(of: id, at: now, knownAt: knownAt, book: book)
    guard let found,
      !found.clocks.isEmpty
        || !TicketHistory(events: events).entries(asOf: now, knownAt: knownAt).isEmpty
    else {
      throw try lookup.nothingKnown(events, of: id, TicketQuestion(asOf: now, knownAt: knownAt))
    }
    return found
  }
}
