internal import Dispatch
internal import Synchronization

/// Something that is done on another core until it is asked for.
///
/// Not for what a thread of the pool asks for while others wait for that thread: `SharedWork`.
package final class Ahead<Value: Sendable>: Sendable {
  private let group = DispatchGroup()
  private let result = Mutex<Result<Value, any Error>?>(nil)

  package init(_ body: @escaping @Sendable () throws -> Value) {
    DispatchQueue.global().async(group: group) {
      let result = Result { try body() }
      self.result.withLock { $0 = result }
    }
  }

  /// Waits for it.
  package func get() throws -> Value {
    group.wait()
    guard let result = result.withLock({ $0 }) else {
      preconditionFailure("The group is left after the result is kept.")
    }
    return try result.get()
  }
}
