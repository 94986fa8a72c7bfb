internal import CasefileMerkle
internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization

/// The one thread of a process that writes the log: it joins waiting appends into commits.
///
/// Group commit without a timer: what waits when a commit ends goes into the next one. A refused
/// request never harms its neighbours. Any I/O error ends the writer; what was being stored is then
/// unknown until the log is opened again.
final class Writer: Sendable {
  private let mailbox = Mailbox()
  private let thread: DedicatedThread

  /// Brings the index and the tree up to the head and starts the thread.
  init(log: Log) throws {
    let state = try WriterState(opening: log)
    let mailbox = mailbox
    thread = try DedicatedThread(name: "casefile-writer") {
      var loop = WriterLoop(log: log, state: state)
      while let items = mailbox.take() { loop.process(items) }
    }
  }

  /// Hands a request over; the answer comes on the writer's thread.
  func submit(_ work: Mailbox.Work, _ answer: @escaping Mailbox.Answer) {
    guard mailbox.post(Mailbox.Item(work: work, answer: answer)) else {
      answer(.failure(LogError(.closed, "the log was closed; open it again")))
      return
    }
  }

  /// Whether the caller runs on the writer's thread, as answers do.
  var isCurrentThread: Bool { thread.isCurrent }

  /// Finishes what waits and ends the thread; not to be called on it.
  func stop() {
    mailbox.stop()
    thread.join()
  }
}

/// The requests that wait for the writer's thread.
final class Mailbox: Sendable {
  enum Work: Sendable {
    case append(AppendRequest)
    case ingest(IngestRequest)
  }

  typealias Answer = @Sendable (Result<[Appended], LogError>) -> Void

  struct Item: Sendable {
    let work: Work
    let answer: Answer
  }

  private struct State {
    var items: [Item] = []
    var isStopped = false
  }

  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  /// False after `stop`.
  func post(_ item: Item) -> Bool {
    let wasEmpty = state.withLock { state -> Bool? in
      guard !state.isStopped else { return nil }
      state.items.append(item)
      return state.items.count == 1
    }
    guard let wasEmpty else { return false }
    // The writer takes everything at once, so one ring for the first item is enough.
    if wasEmpty { bell.signal() }
    return true
  }

  func stop() {
    state.withLock { $0.isStopped = true }
    bell.signal()
  }

  /// Everything that waits, at least one item; nil when stopped and empty.
  func take() -> [Item]? {
    while true {
      bell.wait()
      let (items, isStopped) = state.withLock { state in
        defer { state.items = [] }
        return (state.items, state.isStopped)
      }
      if !items.isEmpty { return items }
      if isStopped { return nil }
    }
  }
}
