internal import CasefileModel
internal import Dispatch
internal import LMDB
internal import Synchronization

/// Joins the appends of a process into commits, on a thread of its own or on that of a caller.
///
/// What waits when a commit ends goes into the next one, with those who come back at once after an
/// answer (`Gathering`). A caller who is alone stores on its own thread, which spares two hand-overs
/// (`OwnThread`). A refused request never harms its neighbours. Any I/O error ends the writer; what
/// was being stored is then unknown until the log is opened again.
final class Writer: Sendable {
  private final class Desk: Sendable {
    let mailbox = Mailbox()
    let isStoring = Atomic(false)
    /// The mailbox gives the turn to one thread at a time, so that nobody ever waits for this lock.
    let loop: Mutex<WriterLoop>

    init(_ loop: WriterLoop) { self.loop = Mutex(loop) }

    /// Calls the loop, which says when it is about to answer.
    func store<Result>(
      _ loop: inout WriterLoop, requests: Int,
      _ body: (inout WriterLoop, _ willAnswer: (_ events: Int) -> Void) -> Result
    ) -> Result {
      isStoring.store(true, ordering: .relaxed)
      loop.isAlone = requests == 1
      let start = DispatchTime.now().uptimeNanoseconds
      return body(&loop) { events in
        isStoring.store(false, ordering: .relaxed)
        mailbox.note(
          requests: requests, events: events, from: start,
          to: DispatchTime.now().uptimeNanoseconds)
      }
    }
  }

  private let desk: Desk
  private let thread: DedicatedThread

  /// Brings the index and the tree up to the head and starts the thread.
  init(log: Log) throws {
    let desk = Desk(WriterLoop(log: log, state: try WriterState(opening: log)))
    self.desk = desk
    thread = try DedicatedThread(name: "casefile-writer") {
      while let items = desk.mailbox.take() {
        desk.loop.withLock { loop in
          desk.store(&loop, requests: items.count) { $0.process(items, willAnswer: $1) }
        }
        desk.mailbox.endTurn()
      }
    }
  }

  /// Hands a request over; the answer comes on the writer's thread.
  func submit(_ work: Mailbox.Work, _ answer: @escaping Mailbox.Answer) {
    guard desk.mailbox.post(Mailbox.Item(work: work, answer: answer)) else {
      answer(.failure(LogError(.closed, "the log was closed; open it again")))
      return
    }
  }

  /// Stores a request on the calling thread, if that is as good for everybody; nil: it is to be handed
  /// over.
  ///
  /// - Parameter mayWait: whether the thread has nothing else to do than to wait for the answer, as
  ///   one of the pool has.
  func storeHere(_ work: Mailbox.Work, mayWait: Bool) -> Result<AppendOutcome, LogError>? {
    guard work.extent.events <= OwnThread.eventCountMax, desk.mailbox.beginTurn(mayWait: mayWait)
    else { return nil }
    defer { desk.mailbox.endTurn() }
    return desk.loop.withLock { loop in
      // The events of another process would have to be read first.
      guard mayWait || loop.isUpToDate else { return nil }
      return desk.store(&loop, requests: 1) { $0.process(work, willAnswer: $1) }
    }
  }

  /// Notes that the caller of an answered request goes on, on a thread of the pool.
  func noteResumed() { desk.mailbox.noteResumed(at: DispatchTime.now().uptimeNanoseconds) }

  /// Whether somebody's events are being stored or wait for it: a hint, which may be wrong by the
  /// time when it is read.
  var isStoring: Bool { desk.isStoring.load(ordering: .relaxed) || desk.mailbox.count > 0 }

  /// Whether the caller runs on the writer's thread, as answers do.
  var isCurrentThread: Bool { thread.isCurrent }

  /// Finishes what waits and ends the thread; not to be called on it.
  func stop() {
    desk.mailbox.stop()
    thread.join()
  }
}
