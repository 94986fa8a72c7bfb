internal import CasefileModel
internal import Dispatch
internal import Synchronization

extension Log {
  /// Stores events as one atomic append, acknowledged after a full sync.
  ///
  /// A task that is cancelled before the hand-over gets `.cancelled`; afterwards it waits for the
  /// answer, since the commit can't be taken back. Where nobody else appends the calling thread may do
  /// the work itself (`OwnThread`).
  package func append(
    _ events: EncodedEvents, if condition: AppendCondition
  ) async throws(LogError) -> [Appended] {
    guard !Task.isCancelled else {
      throw LogError(.cancelled, "the task was cancelled before anything was stored")
    }
    let (writer, request) = try prepared(events, condition)
    if let result = writer.storeHere(.append(request), mayWait: false) {
      return try Log.completed(events.draft(), result)
    }
    var draft: [Appended] = []
    let result = await withCheckedContinuation { continuation in
      writer.submit(.append(request)) { continuation.resume(returning: $0) }
      draft = events.draft()
    }
    writer.noteResumed()
    return try Log.completed(draft, result)
  }

  /// The same for callers without concurrency; the calling thread waits.
  package func appendBlocking(
    _ events: EncodedEvents, if condition: AppendCondition
  ) throws(LogError) -> [Appended] {
    let (writer, request) = try prepared(events, condition)
    if let result = writer.storeHere(.append(request), mayWait: true) {
      return try Log.completed(events.draft(), result)
    }
    let answers = AnswerBox(count: 1)
    writer.submit(.append(request)) { answers.put($0, at: 0) }
    let draft = events.draft()
    return try Log.completed(draft, answers.wait()[0])
  }

  /// Hands an append over and goes on; the answer comes on the writer's thread.
  ///
  /// - Parameter clock: when it was handed in by its caller.
  package func append(
    _ events: EncodedEvents, if condition: AppendCondition, at clock: ClockReading,
    answer: @escaping @Sendable (Result<AppendOutcome, LogError>) -> Void
  ) throws(LogError) {
    let (writer, request) = try prepared(events, condition, clock)
    writer.submit(.append(request), answer)
  }

  /// Hands several appends over together: each is atomic by itself, and they share commits.
  package func appendBlocking(
    separately appends: [EncodedEvents], if condition: AppendCondition = .any
  ) throws(LogError) -> [Result<[Appended], LogError>] {
    var prepared: [(Writer, AppendRequest)] = []
    for events in appends { prepared.append(try self.prepared(events, condition)) }
    let answers = AnswerBox(count: prepared.count)
    for (index, (writer, request)) in prepared.enumerated() {
      writer.submit(.append(request)) { answers.put($0, at: index) }
    }
    let drafts = appends.map { $0.draft() }
    return zip(drafts, answers.wait()).map { draft, answer in
      Result { () throws(LogError) in try Log.completed(draft, answer) }
    }
  }

  /// Whether events of others are being stored or wait for it: who comes next waits for them in any
  /// case.
  package var isStoring: Bool { writer.withLock { $0 }?.isStoring ?? false }

  /// Encodes a large append, so that a writer knows that the other core is in use.
  package func encoding<Value>(_ body: () throws -> Value) rethrows -> Value {
    encoderCount.add(1, ordering: .relaxed)
    defer { encoderCount.subtract(1, ordering: .relaxed) }
    return try body()
  }

  /// Whether somebody encodes a large append: a hint, as `isStoring` is.
  var isEncoding: Bool { encoderCount.load(ordering: .relaxed) > 0 }

  /// Takes sealed events of another log, all or none, if they are exactly the next ones here.
  ///
  /// Restore and replicas use it: positions, versions, links, times and commitments must hold.
  ///
  /// - Throws: `LogError` `.wrongLog`, `.damaged`, `.idReused`, `.readOnly`, and as `append`.
  public func ingest(_ events: [SealedEvent]) throws(LogError) {
    let writer = try openWriter()
    let request = try IngestRequest(events)
    let answers = AnswerBox(count: 1)
    writer.submit(.ingest(request)) { answers.put($0, at: 0) }
    _ = try answers.wait()[0].get()
  }

  private static func completed(
    _ draft: consuming [Appended], _ result: Result<AppendOutcome, LogError>
  ) throws(LogError) -> [Appended] {
    let outcome = try result.get()
    outcome.complete(&draft)
    return draft
  }

  private func prepared(
    _ events: EncodedEvents, _ condition: AppendCondition, _ clock: ClockReading? = nil
  ) throws(LogError) -> (Writer, AppendRequest) {
    guard events.count > 0 else {
      throw LogError(.emptyAppend, "an append needs at least one event")
    }
    guard events.count <= Limits.eventsPerAppend else {
      throw LogError(
        .tooLarge,
        "the append has \(events.count) events; the limit is \(Limits.eventsPerAppend)")
    }
    let writer = try openWriter()
    guard events.sizeBytes <= Limits.bytesPerAppend else {
      throw LogError(
        .tooLarge,
        "the append has \(events.sizeBytes) bytes; the limit is \(Limits.bytesPerAppend)")
    }
    let request = AppendRequest(
      events: events, condition: condition, clock: clock ?? clockReading())
    return (writer, request)
  }

  private func openWriter() throws(LogError) -> Writer {
    if let writer = writer.withLock({ $0 }) { return writer }
    if isClosed.load(ordering: .acquiring) {
      throw LogError(.closed, "the log was closed; open it again")
    }
    throw LogError(.readOnly, "the log is open for reading only")
  }
}

/// Collects answers of the writer's thread for a thread that waits.
private final class AnswerBox: Sendable {
  private let answers: Mutex<[Result<AppendOutcome, LogError>?]>
  private let bell = DispatchSemaphore(value: 0)

  init(count: Int) { answers = Mutex(Array(repeating: nil, count: count)) }

  func put(_ answer: Result<AppendOutcome, LogError>, at index: Int) {
    answers.withLock { $0[index] = answer }
    bell.signal()
  }

  func wait() -> [Result<AppendOutcome, LogError>] {
    let count = answers.withLock { $0.count }
    for _ in 0..<count { bell.wait() }
    return answers.withLock { $0.compactMap { $0 } }
  }
}
