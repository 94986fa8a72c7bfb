import CasefileModel
import Foundation

/// The reader of our output went away, as `head` does; no failure.
struct OutputClosed: Error {}

/// Writes to a descriptor in large pieces: a system call for each line would take most of the time.
final class OutputBuffer {
  private let descriptor: Int32
  private var bytes: [UInt8] = []
  private static let size = 1 << 16

  /// Buffers what goes to standard output, unless another descriptor is given.
  init(descriptor: Int32 = STDOUT_FILENO) {
    self.descriptor = descriptor
    bytes.reserveCapacity(OutputBuffer.size + 4096)
  }

  /// Whether a person reads it on a terminal.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The columns of the terminal; without one, `COLUMNS` or 100.
  var columns: Int {
    var size = winsize()
    if isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return max(40, Int(size.ws_col))
    }
    return OutputBuffer.statedColumns
  }

  /// Read once: a list asks for its width line by line.
  private static let statedColumns =
    ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }.map { max(40, $0) } ?? 100

  /// Adds a line of text.
  func line(_ text: String) throws {
    bytes.append(contentsOf: text.utf8)
    bytes.append(UInt8(ascii: "\n"))
    if bytes.count >= OutputBuffer.size { try flush() }
  }

  /// Adds a JSON value on a line of its own.
  func line(_ value: JSONValue) throws {
    var writer = JSONWriter()
    writer.write(value)
    bytes.append(contentsOf: writer.bytes)
    bytes.append(UInt8(ascii: "\n"))
    if bytes.count >= OutputBuffer.size { try flush() }
  }

  /// Hands everything to the system.
  ///
  /// - Throws: `OutputClosed` where the reader went away, else a `CommandFailure`.
  func flush() throws {
    defer { bytes.removeAll(keepingCapacity: true) }
    try Descriptor.write(bytes, to: descriptor, name: "standard output")
  }
}

/// Writing to descriptors, whole or not at all.
enum Descriptor {
  static func write(_ bytes: [UInt8], to descriptor: Int32, name: String) throws {
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes { raw in
        Foundation.write(descriptor, raw.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { throw OutputClosed() }
        throw CommandFailure.file(name, "cannot write: \(reason())")
      }
      offset += written
    }
  }

  /// The system's words for the last error.
  static func reason() -> String { String(cString: strerror(errno)) }
}
