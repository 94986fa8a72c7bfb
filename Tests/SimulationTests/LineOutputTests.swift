import Foundation
import Testing

@testable import Simulation

@Suite("Lines on their way to a file")
struct LineOutputTests {
  @Test("A pipe is written to and not replaced by a file")
  func pipe() throws {
    let path = NSTemporaryDirectory() + "/pipe-\(UUID().uuidString)"
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    // Held open for both, so that neither side waits for the other.
    let held = open(path, O_RDWR | O_NONBLOCK)
    try #require(held >= 0)
    defer { close(held) }
    let output = try LineOutput(path)
    try output.writeLine(Array("a line".utf8))
    try output.close()
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(held, &bytes, bytes.count) == 7)
  }

  @Test("A longer file of that name is overwritten, a missing folder is named")
  func files() throws {
    let path = NSTemporaryDirectory() + "/lines-\(UUID().uuidString)"
    defer { unlink(path) }
    for line in ["a long line", "short"] {
      let output = try LineOutput(path)
      try output.writeLine(Array(line.utf8))
      try output.close()
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "short\n")
    #expect(throws: SimulationError.self) { try LineOutput(path + "/none/file") }
  }
}
