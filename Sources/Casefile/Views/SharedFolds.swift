internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import Dispatch
internal import Synchronization

/// Tickets that were folded for one view and are wanted by another one too.
///
/// The views `tickets` and `quality` keep other things of the same fold, and to read and fold a ticket
/// takes most of their time. Where both step over the same events, whichever comes first upon a ticket
/// makes the rows of both, and the other one takes its own. What is made is a function of the key, so
/// it is no matter who made it.
final class SharedFolds: Sendable {
  /// All that the fold of a ticket depends on, in one log.
  struct Key: Hashable, Sendable {
    let stream: StreamID
    /// What acts on it from other streams.
    let foreign: [Position]
    /// The step's first event: by it the retractions of imports are those that were known then.
    let step: Position
    /// How many events the log had.
    let count: UInt64
  }

  /// What both views keep of a ticket; nil without an event of one.
  struct Fold: Sendable {
    let ticket: FoldedTicket?
    let quality: FoldedQuality?

    init(_ events: [StoredEvent], first: Position, schema: EventSchema) {
      let history = TicketHistory(events: events, schema: schema)
      let known = history.folded()
      ticket = known.flatMap { history.summary(of: $0) }.map { FoldedTicket($0, first: first) }
      quality = known.map { FoldedQuality(history.qualityFacts(of: $0), first: first) }
    }
  }

  enum Claim {
    /// The caller folds it, and ends the turn with `finish` or `abandon`.
    case granted(Turn)
    /// The other view has folded it.
    case made(Fold)
    /// The other view is folding it: `wait` for it when nothing else is left to do.
    case underWay
    /// So much waits for the other view that the caller does better to fold for itself alone.
    case full
  }

  /// The right to fold a ticket. Whoever has it ends it, so that nobody waits for ever.
  typealias Turn = DispatchGroup

  private enum Entry {
    case underWay(Turn)
    case made(Fold)
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var step: Position?
    var madeCount = 0
  }

  /// How many folds wait for the other view at most: some kilobytes each.
  private static let waitingMax = 2_048

  private let state = Mutex(State())

  /// The folds, where both views step over the same events at the same time.
  func shared(in log: LogPrefix) -> SharedFolds? {
    log.together.isSuperset(of: ["quality", "tickets"]) ? self : nil
  }

  func claim(_ key: Key) -> Claim {
    state.withLock { state in
      if state.step != key.step {
        // What was left over from another step is wanted by nobody.
        state = State()
        state.step = key.step
      }
      switch state.entries[key] {
      case .made(let fold)?:
        state.entries[key] = nil
        state.madeCount -= 1
        return .made(fold)
      case .underWay?: return .underWay
      case nil:
        guard state.madeCount < SharedFolds.waitingMax else { return .full }
        let turn = Turn()
        turn.enter()
        state.entries[key] = .underWay(turn)
        return .granted(turn)
      }
    }
  }

  /// Keeps what was made for the other view.
  func finish(_ key: Key, _ turn: Turn, _ fold: Fold) { settle(key, turn, .made(fold)) }

  /// Leaves a ticket that could not be read to the other view, which will find the same.
  func abandon(_ key: Key, _ turn: Turn) { settle(key, turn, nil) }

  private func settle(_ key: Key, _ turn: Turn, _ entry: Entry?) {
    state.withLock { state in
      // Another step may have begun meanwhile, where several threads bring views up to the log.
      guard case .underWay(let known)? = state.entries[key], known === turn else { return }
      state.entries[key] = entry
      if entry != nil { state.madeCount += 1 }
    }
    turn.leave()
  }

  /// Waits for what the other view is folding; nil where nothing came of it.
  func wait(_ key: Key) -> Fold? {
    let turn: Turn? = state.withLock { state in
      if case .underWay(let turn)? = state.entries[key] { turn } else { nil }
    }
    turn?.wait()
    return state.withLock { state in
      guard case .made(let fold)? = state.entries[key] else { return nil }
      state.entries[key] = nil
      state.madeCount -= 1
      return fold
    }
  }
}
