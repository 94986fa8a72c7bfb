import CLMDB
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One OS thread that runs one function.
///
/// LMDB's write lock belongs to a thread, and Swift's tasks move between threads; so the writer
/// gets a thread of its own.
public final class DedicatedThread: Sendable {
  private struct Handle: @unchecked Sendable {
    // SAFETY: a pthread_t names a thread; it is used only to join or detach it, under the lock.
    let thread: pthread_t
  }

  private let handle: Mutex<Handle?>

  /// Starts the thread.
  ///
  /// The name is for debuggers; systems cut it to 15 bytes.
  /// - Throws: `.other` when the system has no more threads to give.
  public init(name: String, body: @escaping @Sendable () -> Void) throws(LMDBError) {
    let start = Start(name: String(decoding: name.utf8.prefix(15), as: UTF8.self), body: body)
    // SAFETY: the thread takes over this reference and releases it.
    let argument = unsafe Unmanaged.passRetained(start)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    // SAFETY: the result pointer is a local variable, and `runStart` takes the argument as it is.
    let status = unsafe pthread_create(&thread, nil, runStart, argument.toOpaque())
    guard status == 0 else {
      // SAFETY: no thread was started that could have taken the reference.
      unsafe argument.release()
      throw LMDBError(status, "starting the thread \(name)")
    }
    #if canImport(Darwin)
      guard let thread else { preconditionFailure("pthread_create gave no thread.") }
    #endif
    handle = Mutex(Handle(thread: thread))
  }

  deinit {
    handle.withLock { handle in
      if let handle { pthread_detach(handle.thread) }
    }
  }

  /// Waits until the function has returned. Joining twice, also from several threads, is fine.
  public func join() {
    handle.withLock { current in
      guard let joined = current else { return }
      precondition(
        pthread_equal(joined.thread, pthread_self()) == 0, "A thread cannot wait for itself.")
      // Neither joined nor detached yet, or the handle would be nil.
      pthread_join(joined.thread, nil)
      current = nil
    }
  }

  /// Whether the caller runs on this thread. False once it was joined.
  public var isCurrent: Bool {
    // While the handle is held nobody joins: the number is of this thread and no later one.
    handle.withLock { $0.map { pthread_equal($0.thread, pthread_self()) != 0 } ?? false }
  }

  /// A number that tells the calling thread from all others that are alive; never 0.
  static var currentID: UInt {
    #if canImport(Darwin)
      UInt(bitPattern: pthread_self())
    #else
      UInt(pthread_self())
    #endif
  }

  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  fileprivate static func run(_ argument: UnsafeMutableRawPointer) {
    // SAFETY: `init` passed one retained reference, and this is the only place that takes it.
    let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    // SAFETY: the name is a valid C string during the call.
    #if canImport(Darwin)
      unsafe pthread_setname_np(start.name)
    #else
      unsafe pthread_setname_np(pthread_self(), start.name)
    #endif
    start.body()
  }
}

#if canImport(Darwin)
  private func runStart(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    // SAFETY: pthread_create passes on what `init` gave it.
    unsafe DedicatedThread.run(argument)
    return nil
  }
#else
  private func runStart(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // SAFETY: pthread_create passes on what `init` gave it.
    if let argument = unsafe argument { unsafe DedicatedThread.run(argument) }
    return nil
  }
#endif
