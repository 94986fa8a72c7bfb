public import Casefile
internal import Synchronization

/// Faults that a store's appends meet, each at its turn, so that a test sees how a service answers.
///
/// ```swift
/// let temporary = try TemporaryStore()
/// temporary.faults.fail(append: 2, with: .diskFull)
/// temporary.faults.lose(append: 3)
/// ```
/// The faults stand at the store's boundary: the log below is sound, and only the caller is told
/// otherwise. A store that is really closed, read-only or damaged is better made by closing it, by
/// `TemporaryStore.openReadOnly` or by changing its files.
public final class FaultPlan: Sendable {
  private struct State {
    var count = 0
    var before: [Int: LogError] = [:]
    var after: Set<Int> = []
    /// The appends under way whose answer is to be lost.
    var losing = 0
  }
  private let state = Mutex(State())

  /// Makes a plan without faults.
  public init() {}

  /// How many appends have begun, those that failed included.
  public var appendCount: Int { state.withLock { $0.count } }

  /// Lets an append fail before anything is stored.
  ///
  /// - Parameters:
  ///   - number: which append from now on; 1 is the next.
  ///   - code: `.diskFull`, `.ioFailed`, `.readOnly`, `.closed`, `.versionConflict`, …
  public func fail(append number: Int = 1, with code: LogError.Code) {
    precondition(number >= 1, "Appends are counted from 1.")
    state.withLock {
      $0.before[$0.count + number] = LogError(
        code, "append \($0.count + number) was to fail in this test")
    }
  }

  /// Stores an append and loses its answer: the caller gets `.unknownOutcome`, as after a crash
  /// between the commit and the acknowledgement. A service repeats it with the same ids.
  ///
  /// Appends that run at the same time may take each other's loss; let such a test append one by one.
  public func lose(append number: Int = 1) {
    precondition(number >= 1, "Appends are counted from 1.")
    state.withLock { _ = $0.after.insert($0.count + number) }
  }

  func probe(_ moment: Store.AppendMoment) throws {
    try state.withLock { state in
      switch moment {
      case .before:
        state.count += 1
        if let error = state.before.removeValue(forKey: state.count) { throw error }
        if state.after.remove(state.count) != nil { state.losing += 1 }
      case .after:
        guard state.losing > 0 else { return }
        state.losing -= 1
        throw LogError(
          .unknownOutcome, "the answer was to be lost in this test; repeat it with the same ids")
      }
    }
  }
}

extension Store.Configuration {
  /// Lets the appends of stores that are opened with this configuration meet a plan's faults.
  public mutating func inject(_ plan: FaultPlan) {
    appendProbe = { moment in try plan.probe(moment) }
  }
}
