import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Counts the forks between this process and the one that first opened an environment.
///
/// Comparing a counter takes a nanosecond, asking for the process id 200 (measured 2026-11 on the
/// reference machine), which is a quarter of a read transaction.
enum ForkWatch {
  private static let forks = Atomic<Int>(0)

  private static let isInstalled: Bool = {
    // In the child only one thread runs then, and an atomic add is safe at any point of it.
    pthread_atfork(nil, nil, { ForkWatch.forks.add(1, ordering: .relaxed) }) == 0
  }()

  /// The number of forks so far, in the line of processes that ends here.
  static var count: Int { forks.load(ordering: .relaxed) }

  /// Begins to count; call it before the first ``count`` that matters.
  static func install() {
    precondition(isInstalled, "The system has no memory for a fork handler.")
  }
}
