import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import Dispatch
import Foundation

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
      let mailbox = EventMailbox()
      let events = store.follow(from: try start(in: store), query: query)
      let reading = Task {
        do {
          for try await event in events { await mailbox.put(event) }
          await mailbox.finish()
        } catch {
          await mailbox.finish(throwing: error)
        }
      }
      let signals = [SIGINT, SIGTERM].map { signal in
        Interruption.source(for: signal) {
          reading.cancel()
          Task { await mailbox.finish() }
        }
      }
      defer {
        reading.cancel()
        for source in signals { source.cancel() }
      }
      try await hand(out: mailbox, ownTypes: ownTypes, store: store.identity.id)
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

  private func hand(out mailbox: EventMailbox, ownTypes: Set<String>, store: String) async throws {
    let printer = EventPrinter(common.format, to: OutputBuffer())
    var left = limit ?? .max
    while left > 0 {
      let batch = try await mailbox.takeAll()
      guard !batch.isEmpty else { return }
      var last: StoredEvent?
      for event in batch where left > 0 {
        last = event
        guard EventSelection.isMeant(event, ownTypes: ownTypes) else { continue }
        try printer.print(event)
        left -= 1
      }
      // First the events, then the cursor: a stop in between repeats a batch and loses none.
      try printer.output.flush()
      if let cursor, let last {
        try FollowCursor(store: store, position: last.position, leaf: last.leaf).write(cursor)
      }
    }
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
