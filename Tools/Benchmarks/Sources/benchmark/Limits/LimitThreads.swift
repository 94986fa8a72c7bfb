internal import Dispatch
internal import LMDB
internal import Synchronization
internal import Workload

/// A second thread that does one thing at a time.
final class SideThread: Sendable {
  typealias Work = @Sendable () throws -> Void

  private final class Desk: Sendable {
    private let work = Mutex<Work?>(nil)
    private let failure = Mutex<(any Error)?>(nil)
    private let isDue = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)

    func begin(_ body: Work?) {
      work.withLock { $0 = body }
      isDue.signal()
    }

    func end() throws {
      isDone.wait()
      if let error = failure.withLock({ $0 }) { throw error }
    }

    /// False when there is no more work.
    func doOne() -> Bool {
      isDue.wait()
      guard let body = work.withLock({ $0 }) else { return false }
      do {
        try body()
      } catch {
        failure.withLock { $0 = error }
      }
      isDone.signal()
      return true
    }
  }

  private let desk = Desk()
  private let thread: DedicatedThread

  init() throws {
    let desk = desk
    thread = try DedicatedThread(name: "limit") { while desk.doOne() {} }
  }

  deinit {
    desk.begin(nil)
    thread.join()
  }

  /// Hands work over.
  func begin(_ body: @escaping Work) { desk.begin(body) }

  /// Waits until it is done.
  func end() throws { try desk.end() }
}

/// Takes an event of each of its callers, stores them in one commit, and answers all of them.
///
/// It knows how many callers there are and that all come back, so that no commit lacks one.
final class LimitDesk: Sendable {
  private struct Request: Sendable {
    let events: LimitEvents
    let index: Int
    let answer: CheckedContinuation<Void, Never>
  }

  private struct State {
    var requests: [Request] = []
    var isStopped = false
    var failure: (any Error)?
  }

  private final class Mailbox: Sendable {
    let state = Mutex(State())
    let bell = DispatchSemaphore(value: 0)
  }

  private let mailbox = Mailbox()
  private let callers: Int
  private let thread: DedicatedThread

  /// - Parameter withWork: whether more is done than to put the events' bytes.
  init(at path: String, callers: Int, events: Int, withWork: Bool) throws {
    self.callers = callers
    let mailbox = mailbox
    let log = withWork ? try LimitLog(at: path, events: events) : nil
    let raw = withWork ? nil : try RawLMDB(at: path)
    thread = try DedicatedThread(name: "limit") {
      while true {
        mailbox.bell.wait()
        let requests = mailbox.state.withLock { state in
          defer { state.requests = [] }
          return state.requests
        }
        if requests.isEmpty { return }
        do {
          try raw?.append(requests.map { $0.events.row($0.index) }[...])
          if let log {
            let events = requests.reduce(into: LimitEvents()) { $0.append($1.events) }
            try log.append(events, 0..<events.count)
          }
        } catch {
          mailbox.state.withLock { $0.failure = error }
        }
        for request in requests { request.answer.resume() }
      }
    }
  }

  /// Stores an event and returns when it is on disk.
  func append(_ events: LimitEvents, _ index: Int) async {
    await withCheckedContinuation { answer in
      let isFull = mailbox.state.withLock { state in
        state.requests.append(Request(events: events, index: index, answer: answer))
        return state.requests.count == callers
      }
      if isFull { mailbox.bell.signal() }
    }
  }

  /// Throws what went wrong.
  func check() throws {
    if let error = mailbox.state.withLock({ $0.failure }) { throw error }
  }

  /// Ends the thread, when nothing is on its way.
  func stop() {
    mailbox.bell.signal()
    thread.join()
  }
}
