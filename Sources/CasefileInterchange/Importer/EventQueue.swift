internal import Casefile
internal import CasefileModel

/// Events on their way into the store, in appends of bounded size, a row always within one. While an
/// append is stored, the events of the next ones are made.
struct EventQueue {
  /// The streams that are counted besides those of rows.
  var streams: StreamList
  private let pipeline: AppendPipeline
  private var events: [Event] = []
  private var sizeBytes = 0

  init(_ pipeline: AppendPipeline, in directory: String?) {
    self.pipeline = pipeline
    streams = StreamList(in: directory)
  }

  /// Adds the events of one row.
  ///
  /// - Throws: as `Store.append`, also for what happened to earlier events.
  mutating func add(_ row: [Event]) throws {
    let bytes = row.reduce(0) { $0 + $1.approximateSizeBytes }
    if events.count + row.count > ImportLimits.eventsPerAppend
      || sizeBytes + bytes > ImportLimits.bytesPerAppend
    {
      try flush()
    }
    events += row
    sizeBytes += bytes
  }

  private mutating func flush() throws {
    try pipeline.append(events)
    events.removeAll(keepingCapacity: true)
    sizeBytes = 0
  }

  /// Waits until everything is stored.
  mutating func finish(_ summary: inout ImportSummary) throws {
    try flush()
    // Events may have come by another way, such as from the lines of another store's log.
    let duplicates = try pipeline.finish().duplicates
    summary.events -= duplicates
    summary.duplicates += duplicates
  }

  /// Waits for what was handed over, and leaves out the rest.
  ///
  /// - Returns: how many events are stored.
  func abandon() -> Int {
    // Its failure is known: it is why the rest is left out.
    _ = Result { try pipeline.finish() }
    return pipeline.storedCount
  }
}

extension Event {
  /// Enough to keep an append within its limit of bytes: fields and a usual envelope.
  fileprivate var approximateSizeBytes: Int {
    body.count + contents.reduce(400) { $0 + $1.bytes.count + 100 }
  }
}

/// Streams, each once, on disk where they are many.
struct StreamList {
  private var names: ValuePool

  init(in directory: String?) { names = ValuePool(.free, unknownMarkers: [], in: directory) }

  mutating func note(_ stream: StreamID) { _ = names.code(stream.description) }

  /// Hands out each stream once.
  func forEach(_ each: (StreamID) -> Void) {
    for code in names.codes {
      // Every name was written by a stream's own description.
      if let stream = names.text(code).flatMap({ try? StreamID($0) }) { each(stream) }
    }
  }
}
