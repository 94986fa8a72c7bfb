internal import CasefileMerkle
internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization

/// The one thread of a process that writes the log: it joins waiting appends into commits.
///
/// What waits when a commit ends goes into the next one, with those who come back at once after an
/// answer (`Gathering`). A refused request never harms its neighbours. Any I/O error ends the writer; what was being stored is then
/// unknown until the log is opened again.
final class Writer: Sendable {
  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  private let mailbox = Mailbox()
  private let thread: DedicatedThread
  private let isStoringFlag: Flag

  /// Brings the index and the tree up to the head and starts the thread.
  init(log: Log) throws {
    let state = try WriterState(opening: log)
    let mailbox = mailbox
    let isStoring = Flag()
    self.isStoringFlag = isStoring
    thread = try DedicatedThread(name: "casefile-writer") {
      var loop = WriterLoop(log: log, state: state)
      var gathering = Gathering()
      while let items = mailbox.take(&gathering) {
        isStoring.value.store(true, ordering: .relaxed)
        let start = DispatchTime.now().uptimeNanoseconds
        loop.process(items) { events in
          isStoring.value.store(false, ordering: .relaxed)
          gathering.note(
            requests: items.count, events: events, others: mailbox.count,
            nanoseconds: DispatchTime.now().uptimeNanoseconds - start)
        }
      }
    }
  }

  /// Hands a request over; the answer comes on the writer's thread.
  func submit(_ work: Mailbox.Work, _ answer: @escaping Mailbox.Answer) {
    guard mailbox.post(Mailbox.Item(work: work, answer: answer)) else {
      answer(.failure(LogError(.closed, "the log was closed; open it again")))
      return
    }
  }

  /// Whether somebody's events are being stored or wait for it: a hint, which may be wrong by the
  /// time when it is read.
  var isStoring: Bool { isStoringFlag.value.load(ordering: .relaxed) || mailbox.count > 0 }

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

  typealias Answer = @Sendable (Result<AppendOutcome, LogError>) -> Void

  struct Item: Sendable {
    let work: Work
    let answer: Answer
  }

  private struct State {
    var items: [Item] = []
    var isStopped = false
    /// With how many items the bell is rung.
    var ringCount = 1

    var eventCount: Int { items.reduce(0) { $0 + $1.work.extent.events } }
  }

  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  /// False after `stop`.
  func post(_ item: Item) -> Bool {
    let isDue = state.withLock { state -> Bool? in
      guard !state.isStopped else { return nil }
      state.items.append(item)
      return state.items.count == state.ringCount
    }
    guard let isDue else { return false }
    // The writer takes everything at once, so one ring is enough.
    if isDue { bell.signal() }
    return true
  }

  /// How many requests wait.
  var count: Int { state.withLock { $0.items.count } }

  func stop() {
    state.withLock { $0.isStopped = true }
    bell.signal()
  }

  /// Everything that waits, at least one item, after a wait for more where that pays; nil when
  /// stopped and empty.
  func take(_ gathering: inout Gathering) -> [Item]? {
    while true {
      bell.wait()
      let wait = state.withLock { state -> Gathering.Wait? in
        guard !state.items.isEmpty, !state.isStopped,
          let wait = gathering.wait(requests: state.items.count, events: state.eventCount)
        else { return nil }
        state.ringCount = wait.requestCount
        return wait
      }
      if let wait {
        // A ring that came too late for the last wait ends this one early, which harms nothing.
        _ = bell.wait(timeout: .now() + .nanoseconds(Int(wait.nanoseconds)))
      }
      let (items, isStopped) = state.withLock { state in
        defer {
          state.items = []
          state.ringCount = 1
        }
        return (state.items, state.isStopped)
      }
      if wait != nil { gathering.noteWaited(requests: items.count) }
      if !items.isEmpty { return items }
      if isStopped { return nil }
    }
  }
}
