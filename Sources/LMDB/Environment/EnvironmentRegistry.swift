import Synchronization

/// The environments that this process has open, by file.
///
/// LMDB's locks are POSIX record locks: closing any descriptor of a lock file drops them all, for
/// the whole process. So there is one environment for each file, and files are inspected only
/// under this lock, while no environment is open on them.
final class EnvironmentRegistry: Sendable {
  static let shared = EnvironmentRegistry()

  private struct Entry {
    weak var environment: Environment?
    let core: EnvironmentCore
  }

  private let entries = Mutex<[FileIdentity: Entry]>([:])

  /// Returns the environment which is open on the file, or else what `make` opens.
  func environment(
    for identity: FileIdentity, make: () throws(LMDBError) -> Environment
  ) throws(LMDBError) -> Environment {
    // Kept until the lock is free: the deinit of an environment takes it.
    var current: Environment?
    defer { withExtendedLifetime(current) {} }
    let result = entries.withLock { entries -> Result<Environment, LMDBError> in
      if let entry = entries[identity] {
        current = entry.environment
        if let current, !entry.core.isClosed, !entry.core.isForked { return .success(current) }
        // The last reference is gone and its deinit waits for our lock: close in its place.
        guard entry.core.closeUnderRegistryLock() else {
          return .failure(
            LMDBError(
              code: .closed,
              message: "\(entry.core.directory) was closed, but a transaction is still open; "
                + "end it before opening the environment again"))
        }
        entries[identity] = nil
      }
      do throws(LMDBError) {
        let environment = try make()
        entries[identity] = Entry(environment: environment, core: environment.core)
        return .success(environment)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  func close(_ core: EnvironmentCore) {
    entries.withLock { entries in
      if core.closeUnderRegistryLock(), entries[core.identity]?.core === core {
        entries[core.identity] = nil
      }
    }
  }
}
