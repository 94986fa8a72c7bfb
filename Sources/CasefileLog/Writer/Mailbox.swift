internal import Dispatch
internal import Synchronization

/// The requests that wait, and whose turn it is to store.
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

  private enum Holder {
    case nobody, writer, caller
  }

  private struct State {
    var items: [Item] = []
    var isStopped = false
    /// With how many items the bell is rung.
    var ringCount = 1
    /// Whose turn it is.
    var holder = Holder.nobody
    var gathering = Gathering()
    var ownThread = OwnThread()

    var eventCount: Int { items.reduce(0) { $0 + $1.work.extent.events } }
  }

  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  /// False after `stop`.
  func post(_ item: Item) -> Bool {
    let isDue = state.withLock { state -> Bool? in
      guard !state.isStopped else { return nil }
      state.items.append(item)
      // A caller who stores rings when it has done so.
      return state.holder != .caller && state.items.count == state.ringCount
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

  // MARK: Turns

  /// Gives the turn to a caller, who ends it; false: its request is to be posted.
  func beginTurn(mayWait: Bool) -> Bool {
    state.withLock { state in
      guard state.holder == .nobody, state.items.isEmpty, !state.isStopped,
        state.ownThread.take(mayWait: mayWait)
      else { return false }
      state.holder = .caller
      return true
    }
  }

  /// Lets the next one have the turn.
  func endTurn() {
    let isDue = state.withLock { state in
      defer { state.holder = .nobody }
      // The bell was rung while the writer's thread had the turn itself. It may have taken the ring
      // of `stop` for one of an item.
      return state.isStopped || state.holder == .caller && !state.items.isEmpty
    }
    if isDue { bell.signal() }
  }

  /// Everything that waits, at least one item, after a wait for more where that pays; nil when
  /// stopped and empty. Gives the turn to the writer's thread, which ends it.
  func take() -> [Item]? {
    while true {
      bell.wait()
      let (wait, isOver) = state.withLock { state -> (Gathering.Wait?, Bool) in
        guard state.holder == .nobody else { return (nil, false) }
        guard !state.items.isEmpty else { return (nil, state.isStopped) }
        state.holder = .writer
        guard !state.isStopped,
          let wait = state.gathering.wait(requests: state.items.count, events: state.eventCount)
        else { return (nil, false) }
        state.ringCount = wait.requestCount
        return (wait, false)
      }
      if isOver { return nil }
      if let wait {
        // A ring that came too late for the last wait ends this one early, which harms nothing.
        _ = bell.wait(timeout: .now() + .nanoseconds(Int(wait.nanoseconds)))
      }
      let items = state.withLock { state -> [Item] in
        guard state.holder == .writer else { return [] }
        defer {
          state.items = []
          state.ringCount = 1
        }
        if wait != nil { state.gathering.noteWaited(requests: state.items.count) }
        return state.items
      }
      if !items.isEmpty { return items }
    }
  }

  /// Notes a commit of so many requests before they are answered.
  func note(requests: Int, events: Int, from start: UInt64, to end: UInt64) {
    state.withLock { state in
      let others = state.items.count
      state.gathering.note(
        requests: requests, events: events, others: others, nanoseconds: end - start)
      state.ownThread.note(requests: requests, others: others, from: start, to: end)
    }
  }

  /// Notes that a caller whose request was handed over goes on.
  func noteResumed(at time: UInt64) { state.withLock { $0.ownThread.noteResumed(at: time) } }
}
