public import CasefileModel
internal import Synchronization

/// A clock that a test moves by hand. It stands still until then, and may go backwards.
public final class ManualClock: Sendable {
  private let time: Mutex<Timestamp>

  /// 2026-03-02T11:00:00Z, a Monday: where a clock stands that was not told otherwise.
  public static let start = Timestamp(seconds: 1_772_449_200)

  /// Stands at an instant.
  public init(_ time: Timestamp = ManualClock.start) { self.time = Mutex(time) }

  /// The instant at which it stands; give it to a store's configuration.
  public func now() -> Timestamp { time.withLock { $0 } }

  /// Sets it to an instant.
  public func set(_ instant: Timestamp) { time.withLock { $0 = instant } }

  /// Moves it on, or back.
  public func advance(seconds: Int64) {
    time.withLock { $0 = $0.adding(microseconds: seconds * 1_000_000) }
  }

  /// Moves it on by whole microseconds, or back.
  public func advance(by duration: Duration) {
    let parts = duration.components
    time.withLock {
      $0 = $0.adding(
        microseconds: parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000)
    }
  }
}
