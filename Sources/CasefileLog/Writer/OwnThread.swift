/// Decides whether a caller stores on its own thread, instead of handing over to the writer's one and
/// waiting for it.
///
/// Handed over, a durable append took 1.8 times as long as raw LMDB's commit, on its caller's thread
/// 1.1 times (30 rounds beside other load, 2026-11-27). But a thread of the pool that waits for the
/// disk is one less for everybody's tasks. So such a thread stores only where its caller is alone,
/// commits are short, no other process writes, and the pool has just shown that a thread was free when
/// a task could go on. That is asked anew every so many appends.
struct OwnThread {
  /// The most events of a request: larger ones are indexed by another thread meanwhile, whose caller
  /// need not wait for that.
  static let eventCountMax = 64
  /// The longest commit after which a thread of the pool may wait for another one: as long as some
  /// reads of pages that are not in memory, for which such threads wait as well.
  static let commitNanosecondsMax: UInt64 = 1_000_000
  /// The longest time after which a task goes on while the pool has a free thread.
  static let resumeNanosecondsMax: UInt64 = 200_000
  /// How many appends follow that are not asked.
  static let creditMax = 63

  /// Whether the newest commit was of one request, and no other one came meanwhile.
  private var isAlone = true
  private var commitNanoseconds = UInt64.max
  private var commitEnd: UInt64 = 0
  /// How many appends may still be stored on threads of the pool.
  private var credit = 0

  /// Notes a commit before its requests are answered.
  ///
  /// - Parameters:
  ///   - requests: how many it stored, and `others`, how many came meanwhile.
  ///   - start: when it began, and `end`, when it ended, in nanoseconds.
  mutating func note(requests: Int, others: Int, from start: UInt64, to end: UInt64) {
    isAlone = requests == 1 && others == 0
    commitNanoseconds = end - start
    commitEnd = end
    if !isAlone || commitNanoseconds > OwnThread.commitNanosecondsMax { credit = 0 }
  }

  /// Notes that a task goes on whose request was handed over and answered.
  mutating func noteResumed(at time: UInt64) {
    guard isAlone, commitNanoseconds <= OwnThread.commitNanosecondsMax,
      time - min(time, commitEnd) <= OwnThread.resumeNanosecondsMax
    else { return }
    credit = OwnThread.creditMax
  }

  /// Whether the next request may be stored on its caller's thread.
  ///
  /// - Parameter mayWait: whether that thread is of no pool.
  mutating func take(mayWait: Bool) -> Bool {
    guard isAlone else { return false }
    if mayWait { return true }
    guard credit > 0 else { return false }
    credit -= 1
    return true
  }
}
