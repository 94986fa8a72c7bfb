internal import Glibc

/// A process that a tool started, its output in a file, so that what it printed outlives it.
package struct Child: Sendable {
  /// How a process ended.
  package enum End: Sendable, Hashable, CustomStringConvertible {
    case exit(Int32)
    case signal(Int32)
    /// It did not end in time and was killed.
    case hang

    package var description: String {
      switch self {
      case .exit(let code): "exit \(code)"
      case .signal(let number): "signal \(number)"
      case .hang: "hang"
      }
    }
  }

  package let process: Int32

  /// The path of this program.
  package static let ownPath: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    return String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()

  /// Starts a program, found by `PATH`; both of its outputs are appended to a file.
  ///
  /// - Throws: `ChildError` if it can't be started.
  package init(_ words: [String], output: String) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for case let argument? in arguments { free(argument) } }
    arguments.append(nil)
    // A backtrace of a process that is meant to die takes seconds.
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    var process: pid_t = 0
    let status = posix_spawnp(&process, words[0], &actions, nil, arguments, environ)
    guard status == 0 else {
      throw ChildError("\(words[0]) can't be started: \(String(cString: strerror(status)))")
    }
    self.process = process
  }

  /// Starts this program in another role.
  ///
  /// - Throws: `ChildError` if it can't be started.
  package static func role(_ words: [String], output: String) throws -> Child {
    try Child([ownPath] + words, output: output)
  }

  package func kill(_ signal: Int32 = SIGKILL) { _ = Glibc.kill(process, signal) }

  /// Waits for the end; after a time the process is killed, or left alone.
  package func wait(seconds: Double = 60, killsAfter: Bool = true) -> End {
    let deadline = Monotonic.nanoseconds() + UInt64(seconds * 1e9)
    var status: Int32 = 0
    var delay: UInt32 = 200
    while waitpid(process, &status, WNOHANG) == 0 {
      if Monotonic.nanoseconds() > deadline {
        guard killsAfter else { return .hang }
        kill()
        waitpid(process, &status, 0)
        return .hang
      }
      usleep(delay)
      delay = min(delay * 2, 5000)
    }
    let signal = status & 0x7F
    return signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
  }
}

/// A program that could not be started.
package struct ChildError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// Lines for the parent, each written as a whole.
package enum Output {
  /// Writes text with one system call, so that a kill does not tear it and nothing waits in a
  /// buffer.
  package static func line(_ text: String) { write(text, to: 1) }

  /// Writes a line to the error output.
  package static func error(_ text: String) { write(text, to: 2) }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text + "\n"
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }
}
