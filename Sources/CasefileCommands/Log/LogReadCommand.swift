import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel

/// Which events `log read` and `log follow` print.
struct EventSelection: ParsableArguments {
  @Option(help: ArgumentHelp("Only events of this stream; may be repeated.", valueName: "kind/id"))
  var stream: [String] = []

  @Option(help: "Only events of this type; may be repeated.")
  var type: [String] = []

  @Option(help: "Only events with this tag; may be repeated.")
  var tag: [String] = []

  /// The query that the log answers, and the names of types that it knows by no number.
  func query(schema: EventSchema = .builtIn) throws -> (EventQuery, ownTypes: Set<String>) {
    var query = EventQuery(tags: Set(tag))
    for name in stream {
      do {
        query.streams.insert(try StreamID(name))
      } catch {
        throw CommandFailure.usage("--stream: \(error.message)")
      }
    }
    var own: Set<String> = []
    for name in type {
      if let known = schema.types.first(where: { $0.name == name }) {
        query.types.insert(known.number)
        continue
      }
      do {
        try schema.checkOwnName(name)
      } catch {
        throw CommandFailure.usage("--type: \(error.message)")
      }
      query.types.insert(EventType.firstOwnNumber)
      own.insert(name)
    }
    return (query, own)
  }

  /// Types that nobody registered share a number and carry their names.
  static func isMeant(_ event: StoredEvent, ownTypes: Set<String>) -> Bool {
    guard event.envelope.typeNumber == EventType.firstOwnNumber, !ownTypes.isEmpty else {
      return true
    }
    return event.envelope.typeName.map { ownTypes.contains($0) } ?? false
  }
}

/// `casefile log read`.
struct LogReadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Print events in order of their positions.",
    discussion: """
      With --format json each line has the form that append takes: what one store prints, an empty \
      one stores again.

      Example:
        casefile log read --store ./desk --stream ticket/4711 --format json
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var selection: EventSelection

  @Option(help: "The first position.")
  var from: UInt64?

  @Option(help: "The last position, included.")
  var to: UInt64?

  @Option(help: "Only what was recorded at this time or later.")
  var since: String?

  @Option(help: "Only what was recorded before this time.")
  var until: String?

  @Option(help: "The zone of dates and of the times that are shown.")
  var zone: String?

  @Flag(help: "The newest first.")
  var backward = false

  @Option(help: "Not more than so many events.")
  var limit: Int?

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is \(limit); it can't be below 0") }
  }

  func run() async throws {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    let (query, ownTypes) = try selection.query()
    var options = EventReadOptions()
    options.from = from.map { Position($0) }
    options.through = to.map { Position($0) }
    options.query = query
    options.recordedSince = try TimeArgument.read(since, option: "--since", zone: zone)
    options.recordedUntil = try TimeArgument.read(until, option: "--until", zone: zone)
    options.isBackward = backward
    if common.format == .text { options.includesContent = false }
    // What is left out by name after reading must not count.
    if ownTypes.isEmpty { options.limit = limit }
    try await common.withStore { store in
      let printer = EventPrinter(common.format, zone: zone, to: OutputBuffer())
      var left = limit ?? .max
      if left > 0 {
        try store.read(options) { event in
          guard EventSelection.isMeant(event, ownTypes: ownTypes) else { return true }
          try printer.print(event)
          left -= 1
          return left > 0
        }
      }
      try printer.output.flush()
    }
  }
}
