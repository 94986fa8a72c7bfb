import Casefile
import CasefileInterchange
import CasefileModel
import Foundation
import Testing

/// A directory that goes away with its owner.
struct TemporaryDirectory: ~Copyable {
  let path: String

  init() throws {
    let name = "casefile-import-\(UUID().uuidString)"
    path = FileManager.default.temporaryDirectory.appending(path: name).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(filePath: file))
    return file
  }

  func file(_ name: String, _ text: String) throws -> String {
    try file(name, Array(text.utf8))
  }

  /// A store whose views are left alone, unless a test says otherwise.
  func makeStore(viewUpdates: Store.ViewUpdates = .never) throws -> Store {
    var configuration = Store.Configuration()
    configuration.viewUpdates = viewUpdates
    return try Store.create(at: path + "/store", configuration: configuration)
  }
}

/// Bytes in memory, handed out in pieces of a given size.
struct ChunkedBytes: ByteSource {
  private var rest: ArraySlice<UInt8>
  private let size: Int
  private var first: Int?

  init(_ bytes: [UInt8], size: Int = .max, first: Int? = nil) {
    rest = bytes[...]
    self.size = size
    self.first = first
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    let count = min(first ?? size, buffer.count, rest.count)
    first = nil
    buffer.copyBytes(from: rest.prefix(count))
    rest.removeFirst(count)
    return count
  }
}

/// What a CSV text comes to: rows, and a word for each line that can't be read.
func read(_ source: some ByteSource, dialect: CSVDialect = CSVDialect(), limit: Int = 1 << 20)
  -> [String]
{
  var reader = CSVReader(source, dialect: dialect, rowSizeBytes: limit, chunkSizeBytes: 16)
  var found: [String] = []
  do {
    while true {
      switch try reader.next() {
      case .row: found.append("\(reader.line): " + reader.texts.joined(separator: "|"))
      case .malformed(let error):
        found.append("\(error.line ?? 0):\(error.position ?? 0) \(error.code)")
      case .end: return found
      }
    }
  } catch {
    found.append("stop \(error.line ?? 0):\(error.position ?? 0) \(error.code)")
    return found
  }
}

/// The same of a text in another encoding, as a profile declares it.
func read(_ source: some ByteSource, encoding: String) -> [String] {
  guard let dialect = CSVDialect(encoding: encoding) else { return ["no encoding \(encoding)"] }
  return read(source, dialect: dialect)
}

/// Gzip data made by hand (RFC 1951 §3.2.4, RFC 1952): stored blocks need no compressor.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var data: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  let blocks = stride(from: 0, to: max(1, bytes.count), by: 60_000).map {
    Array(bytes[$0..<min(bytes.count, $0 + 60_000)])
  }
  for (index, block) in blocks.enumerated() {
    data.append(index + 1 == blocks.count ? 1 : 0)
    let size = UInt16(block.count)
    for word in [size, ~size] { withUnsafeBytes(of: word.littleEndian) { data += $0 } }
    data += block
  }
  var crc: UInt32 = .max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  for word in [~crc, UInt32(bytes.count)] {
    withUnsafeBytes(of: word.littleEndian) { data += $0 }
  }
  return data
}

/// The nearest directory above this file for which `path` exists; nil where the file is missing.
func findAbove(_ path: String, from file: String = #filePath) -> String? {
  var directory = URL(filePath: file).deletingLastPathComponent()
  while directory.path != "/" {
    let found = directory.appending(path: path).path
    if FileManager.default.fileExists(atPath: found) { return found }
    directory.deleteLastPathComponent()
  }
  return nil
}

/// The code of the error that a body throws; nil if it throws none.
func code(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as ImportError {
    return error.code.description
  } catch {
    return "\(error)"
  }
}
