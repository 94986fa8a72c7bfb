import CasefileModel
import Foundation

/// An input of lines that can be read twice: a file as it is, anything else through a spool.
final class LineSource {
  /// The name in messages; nil for standard input.
  let name: String?
  /// How many bytes it has; what is added to the file later is not read.
  let sizeBytes: Int
  private let descriptor: Int32

  /// Opens a file; `-` is standard input.
  convenience init(path: String) throws {
    if path == "-" {
      try self.init(spooling: STDIN_FILENO, name: nil)
      return
    }
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw CommandFailure.file(path, "cannot open: \(Descriptor.reason())")
    }
    var status = stat()
    if fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      self.init(descriptor: opened, name: path, sizeBytes: Int(status.st_size))
    } else {
      defer { close(opened) }
      try self.init(spooling: opened, name: path)
    }
  }

  private init(descriptor: Int32, name: String?, sizeBytes: Int) {
    self.descriptor = descriptor
    self.name = name
    self.sizeBytes = sizeBytes
  }

  deinit { close(descriptor) }

  /// Copies a pipe into a temporary file that has no name any more and so leaves nothing behind.
  private convenience init(spooling input: Int32, name: String?) throws {
    var template = Array((NSTemporaryDirectory() + "/casefile.XXXXXX").utf8CString)
    let spool = mkstemp(&template)
    guard spool >= 0 else {
      throw CommandFailure.file(NSTemporaryDirectory(), "cannot spool: \(Descriptor.reason())")
    }
    unlink(template)
    var size = 0
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = block.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        close(spool)
        throw CommandFailure.file(name ?? "standard input", "cannot read: \(Descriptor.reason())")
      }
      if count == 0 { break }
      do {
        try Descriptor.write(Array(block[..<count]), to: spool, name: "the spool")
      } catch {
        close(spool)
        throw error
      }
      size += count
    }
    self.init(descriptor: spool, name: name, sizeBytes: size)
  }

  /// Lends each line without its end, in order, with its number from 1.
  ///
  /// - Throws: what `each` throws; a failure where reading fails or a line is longer than the limit.
  func readLines(_ each: (Int, ArraySlice<UInt8>) throws -> Void) throws {
    var rest: [UInt8] = []
    var number = 0
    var offset = 0
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while offset < sizeBytes {
      let wanted = min(block.count, sizeBytes - offset)
      let count = block.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, wanted, off_t(offset))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = count < 0 ? Descriptor.reason() : "it became shorter while it was read"
        throw CommandFailure.file(name ?? "standard input", "cannot read: \(reason)")
      }
      offset += count
      var start = 0
      while let end = block[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
        number += 1
        if rest.isEmpty {
          try each(number, block[start..<end])
        } else {
          rest.append(contentsOf: block[start..<end])
          try each(number, rest[...])
          rest = []
        }
        start = end + 1
      }
      rest.append(contentsOf: block[start..<count])
      guard rest.count <= Limits.lineSizeBytes else {
        throw CommandFailure(
          "tooLarge", "the line is longer than \(Limits.lineSizeBytes) bytes", .no
        ).at(file: name, line: number + 1)
      }
    }
    if !rest.isEmpty { try each(number + 1, rest[...]) }
  }
}
