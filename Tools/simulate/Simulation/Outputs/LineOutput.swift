import Foundation

/// A file that is written in large pieces, or standard output.
final class LineOutput {
  private let handle: FileHandle
  private let name: String
  private let isStandard: Bool
  private var buffer: [UInt8] = []
  private let limit: Int

  /// Standard output.
  init() {
    handle = .standardOutput
    name = "standard output"
    isStandard = true
    limit = 1 << 18
  }

  /// A new file; one of that name is overwritten, a device or a pipe is written to.
  init(_ path: String, bufferSizeBytes: Int = 1 << 18) throws(SimulationError) {
    // FileManager would make another file and rename it over this one, over /dev/null too.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw SimulationError(
        "\(path) can't be written; name a folder that is there and may be changed")
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    name = path
    isStandard = false
    limit = bufferSizeBytes
  }

  func write(_ bytes: some Sequence<UInt8>) throws(SimulationError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= limit { try flush() }
  }

  func writeLine(_ bytes: [UInt8]) throws(SimulationError) {
    buffer.append(contentsOf: bytes)
    buffer.append(0x0A)
    if buffer.count >= limit { try flush() }
  }

  func flush() throws(SimulationError) {
    guard !buffer.isEmpty else { return }
    do {
      try handle.write(contentsOf: buffer)
    } catch {
      throw SimulationError("\(name) could not be written: \(error.localizedDescription)")
    }
    buffer.removeAll(keepingCapacity: true)
  }

  func close() throws(SimulationError) {
    try flush()
    guard !isStandard else { return }
    do {
      try handle.close()
    } catch {
      throw SimulationError("\(name) could not be closed: \(error.localizedDescription)")
    }
  }
}

/// What stops a simulation: wrong options, or a file or store that can't be written.
package struct SimulationError: Error, CustomStringConvertible, Sendable {
  package let description: String
  /// Whether the options are wrong, so that the usage helps.
  package let isUsage: Bool

  init(_ description: String, isUsage: Bool = false) {
    self.description = description
    self.isUsage = isUsage
  }
}
