import CasefileInterchange
import CasefileModel
import Testing

@Suite("FileInput")
struct FileInputTests {
  private static func read(_ path: String, pieces: Int = 7_001) throws -> [UInt8] {
    let input = try FileInput(path: path)
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieces, alignment: 1)
    defer { buffer.deallocate() }
    while true {
      let count = try input.read(into: buffer)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static let text = Array("id,state\n1,new\n".utf8)
  private static let long = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }

  @Test("Gzip is known by its first bytes, not by the name")
  func forms() throws {
    let directory = try TemporaryDirectory()
    let plain = try directory.file("plain.gz", Self.text)
    let packed = try directory.file("packed.csv", gzip(Self.text))
    let empty = try directory.file("empty", [])
    let one = try directory.file("one", [0x1F])
    #expect(try Self.read(plain) == Self.text)
    #expect(try Self.read(packed, pieces: 1) == Self.text)
    #expect(try Self.read(empty) == [])
    #expect(try Self.read(one) == [0x1F])
  }

  @Test("Large data and several members come out whole")
  func members() throws {
    let directory = try TemporaryDirectory()
    let packed = gzip(Self.long)
    let path = try directory.file("a", packed + gzip([]) + gzip(Self.text))
    #expect(try Self.read(path) == Self.long + Self.text)
    let exact = try directory.file("b", gzip(Array(repeating: 65, count: 4_096)))
    #expect(try Self.read(exact, pieces: 64).count == 4_096)
  }

  @Test("The hash is of the file's own bytes")
  func digest() throws {
    let directory = try TemporaryDirectory()
    let input = try FileInput(path: try directory.file("a", Array("abc".utf8)))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
    defer { buffer.deallocate() }
    while try input.read(into: buffer) > 0 {}
    #expect(
      input.digest.description
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(input.sizeBytes == 3)
  }

  @Test("Every truncation is an error that says so")
  func truncated() throws {
    let directory = try TemporaryDirectory()
    let packed = gzip(Self.text)
    for count in 2..<packed.count {
      let path = try directory.file("t\(count)", Array(packed[..<count]))
      #expect(code { _ = try Self.read(path) } == "gzipTruncated", "\(count) bytes")
    }
  }

  @Test("No changed byte gives other rows in silence")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    let packed = gzip(Self.text)
    for index in 2..<packed.count {
      var bytes = packed
      bytes[index] ^= 0x40
      let path = try directory.file("d\(index)", bytes)
      let found = code {
        let bytes = try Self.read(path)
        #expect(bytes == Self.text)
      }
      // The header's time stamp and a block's padding are not part of what was compressed.
      #expect(found == nil || found == "gzipDamaged" || found == "gzipTruncated", "byte \(index)")
    }
  }

  @Test(
    "What follows the data and is no gzip is refused",
    arguments: [[0], [0, 0], Array("x".utf8), Array("junk".utf8)] as [[UInt8]])
  func trailing(_ junk: [UInt8]) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a", gzip(Self.text) + junk)
    do {
      _ = try Self.read(path)
      Issue.record("no error")
    } catch let error as ImportError {
      #expect(error.code == .gzipTrailingBytes)
      #expect(error.file == path)
      #expect(error.position == gzip(Self.text).count)
    }
  }

  @Test("Missing files and directories are told apart")
  func missing() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path
    #expect(code { _ = try FileInput(path: path + "/none") } == "fileMissing")
    #expect(code { _ = try FileInput(path: path) } == "fileUnreadable")
  }
}
