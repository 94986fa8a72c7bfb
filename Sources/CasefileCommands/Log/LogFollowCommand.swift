import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import Dispatch
import Foundation
import Synchronization

/// `casefile log follow`.
struct LogFollowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow",
    abstract: "Print events as they are stored, also by other processes.",
    discussion: """
      First what is there, then what comes, until it is interrupted. The cursor file is replaced \
      after each batch that was printed: a follower that is started again goes on behind it, and \
      may print the last batch twice, never skip one.

      Example:
        casefile log follow --store ./desk --cursor ./desk.cursor --limit 10 --format json
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var selection: EventSelection

  @Option(help: ArgumentHelp("Keep the place in this file.", valueName: "file"))
  var cursor: String?

  @Option(help: "The first position, where no cursor says another.")
  var from: UInt64?

  @Option(help: "End after so many events.")
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit); it must be above 0") }
  }

  func run() async throws {
    let (query, ownTypes) = try selection.query()
    try await common.withStore { store in
      let isStopped = Stop()
      let signals = [SIGINT, SIGTERM].map { signal in
        Interruption.source(for: signal) { isStopped.flag.store(true, ordering: .relaxed) }
      }
      defer { for source in signals { source.cancel() } }
      try follow(store, query, ownTypes: ownTypes, isStopped)
    }
  }

  /// Whether a signal has come.
  private final class Stop: Sendable {
    let flag = Atomic(false)
  }

  /// Prints what comes on this thread: it has nothing else to do.
  private func follow(
    _ store: Store, _ query: EventQuery, ownTypes: Set<String>, _ stop: Stop
  ) throws {
    let printer = EventPrinter(common.format, to: OutputBuffer())
    var left = limit ?? .max
    try store.followBlocking(
      from: start(in: store), query: query, while: { !stop.flag.load(ordering: .relaxed) }
    ) { events in
      var last: StoredEvent?
      for event in events where left > 0 {
        last = event
        guard EventSelection.isMeant(event, ownTypes: ownTypes) else { continue }
        try printer.print(event)
        left -= 1
      }
      // First the events, then the cursor: a stop in between repeats a batch and loses none.
      try printer.output.flush()
      if let cursor, let last {
        try FollowCursor(store: store.identity.id, position: last.position, leaf: last.leaf)
          .write(cursor)
      }
      return left > 0
    }
  }

  private func start(in store: Store) throws -> Position {
    guard let cursor, let kept = try FollowCursor.read(cursor) else { return Position(from ?? 0) }
    guard kept.store == store.identity.id,
      let event = try store.event(at: kept.position), event.leaf == kept.leaf
    else {
      throw CommandFailure(
        "wrongLog",
        "the cursor was made with another log; name another file or remove it", .couldNotRun
      ).at(file: cursor, line: nil)
    }
    return Position(kept.position.rawValue + 1)
  }
}

/// Signals that end a command without harm.
enum Interruption {
  /// Calls `handler` when the signal comes, instead of ending the process.
  static func source(
    for number: Int32, _ handler: @escaping @Sendable () -> Void
  ) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler(handler: handler)
    source.resume()
    return source
  }
}
