import CasefileInterchange
import Foundation

/// A table on its way to standard output, or to a file that is there whole or not at all.
final class TableFile {
  private var writer: CSVWriter
  private let path: String?
  private let temporary: String?
  private let descriptor: Int32
  /// The rows written, the header not counted.
  private(set) var rows = 0
  private static let sizeBytes = 1 << 16

  /// Begins a table.
  ///
  /// - Throws: a failure where the file can't be made.
  init(_ path: String?, hasMark: Bool) throws {
    writer = CSVWriter(hasMark: hasMark)
    self.path = path
    guard let path else {
      temporary = nil
      descriptor = STDOUT_FILENO
      return
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      // A device or a pipe can't be replaced, and must not be.
      temporary = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw CommandFailure.file(path, "cannot write: \(Descriptor.reason())")
      }
      return
    }
    let temporary = "\(path).new-\(getpid())"
    // A table may hold personal data: nobody but the owner reads it.
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw CommandFailure.file(path, "cannot write: \(Descriptor.reason())")
    }
    self.temporary = temporary
  }

  deinit {
    if path != nil { close(descriptor) }
    guard let temporary else { return }
    // Gone already where the table was finished.
    unlink(temporary)
  }

  func header(_ fields: [CSVWriter.Field]) throws { writer.write(fields) }

  func row(_ fields: [CSVWriter.Field]) throws {
    writer.write(fields)
    rows += 1
    if writer.bytes.count >= TableFile.sizeBytes { try flush() }
  }

  /// Hands everything to the system and gives the file its name.
  func finish() throws {
    try flush()
    guard let path, let temporary else { return }
    guard fsync(descriptor) == 0 else {
      throw CommandFailure.file(path, "cannot sync: \(Descriptor.reason())")
    }
    guard rename(temporary, path) == 0 else {
      throw CommandFailure.file(path, "cannot rename: \(Descriptor.reason())")
    }
  }

  private func flush() throws {
    try Descriptor.write(writer.take(), to: descriptor, name: path ?? "standard output")
  }
}
