import Foundation
import LMDB
import Testing

@Suite("Damaged files")
struct DamageTests {
  /// Makes an environment with some rows, closes it, and returns the path of its data file.
  private func fill(_ directory: borrowing TemporaryDirectory) throws -> String {
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    for key in UInt64(0)..<20 {
      try environment.writeRow(key, String(repeating: "x", count: 1_000))
    }
    environment.close()
    return path + "/data.mdb"
  }

  private func openingError(_ data: String) throws -> LMDBError {
    try #require(throws: LMDBError.self) {
      try Environment.open(at: String(data.dropLast("/data.mdb".count)))
    }
  }

  @Test("A file cut off anywhere is damaged, never a signal")
  func cutOffAnywhere() throws {
    let directory = try TemporaryDirectory()
    let data = try fill(directory)
    let good = try Data(contentsOf: URL(fileURLWithPath: data))
    for size in [0, 1, 100, 151, 152, 4_095, 4_096, 4_200, 8_191, 8_192, 12_288, good.count - 1] {
      try good.prefix(size).write(to: URL(fileURLWithPath: data))
      let error = try openingError(data)
      #expect(error.code == .damaged, "\(size)")
      #expect(error.message.contains("cut off"), "\(size)")
    }
  }

  @Test("A meta page of zeros is damaged, and named", arguments: [UInt64(0), 1])
  func zeroedMetaPage(number: UInt64) throws {
    let directory = try TemporaryDirectory()
    let data = try fill(directory)
    try change(data, at: number * 4_096, to: [UInt8](repeating: 0, count: 4_096))
    let error = try openingError(data)
    #expect(error.code == .damaged)
    #expect(error.message.contains("meta page \(number) is all zero"))
    #expect(error.message.contains(data))
  }

  @Test("Changed fields of a meta page are told before the file is mapped")
  func changedFields() throws {
    let directory = try TemporaryDirectory()
    let data = try fill(directory)
    let good = try Data(contentsOf: URL(fileURLWithPath: data))
    let heads: [(offset: UInt64, bytes: [UInt8], code: LMDBError.Code)] = [
      (0, [7], .damaged), (10, [2], .damaged), (16, [0], .damaged),
      (20, [2], .versionMismatch), (40, [1], .damaged), (40, [0, 0, 1, 0], .damaged),
      (143, [255], .damaged), (144, [200], .damaged), (144, [201], .damaged),
    ]
    let trees: [(offset: UInt64, bytes: [UInt8], code: LMDBError.Code)] = [
      (44, [0], .damaged), (46, [255], .damaged), (80, [0, 0, 0, 1], .damaged),
      (92, [4], .damaged), (94, [0, 0], .damaged), (127, [1], .damaged),
      (128, [0, 0, 0, 1], .damaged), (136, [255, 255, 255], .damaged),
    ]
    // The last transaction, 20, is in meta page 0.
    let changes = heads + trees + heads.map { ($0.offset + 4_096, $0.bytes, $0.code) }
    for (offset, bytes, code) in changes {
      try good.write(to: URL(fileURLWithPath: data))
      try change(data, at: offset, to: bytes)
      #expect(try openingError(data).code == code, "offset \(offset)")
    }
    try good.write(to: URL(fileURLWithPath: data))
    #expect(try Environment.open(at: directory.path("log")).readRow(19)?.utf8.count == 1_000)
  }

  @Test("Roots that a failed commit left in the older meta page are not damage")
  func failedMetaWrite() throws {
    let directory = try TemporaryDirectory()
    let data = try fill(directory)
    for root in [UInt64(80), 128] { try change(data, at: 4_096 + root, to: [0, 0, 1]) }
    let environment = try Environment.open(at: directory.path("log"))
    try environment.writeRow(20, "after")
    #expect(try environment.readRow(19)?.utf8.count == 1_000)
    environment.close()
    #expect(try Environment.open(at: directory.path("log")).readRow(20) == "after")
  }

  @Test("A flipped bit in a meta page never ends the process")
  func flippedBits() throws {
    let directory = try TemporaryDirectory()
    let data = try fill(directory)
    let good = try Data(contentsOf: URL(fileURLWithPath: data))
    var refused = 0
    for page in [0, 4_096] {
      for bit in 0..<152 * 8 {
        var bad = good
        bad[page + bit / 8] ^= 1 << (bit % 8)
        try bad.write(to: URL(fileURLWithPath: data))
        do throws(LMDBError) {
          _ = try Environment.open(at: directory.path("log")).lastTransactionID
        } catch {
          #expect([.damaged, .versionMismatch].contains(error.code), "\(error)")
          refused += 1
        }
      }
    }
    #expect(refused > 300)
  }

  @Test("A file of noise is not LMDB's")
  func noise() throws {
    let directory = try TemporaryDirectory()
    let data = try fill(directory)
    let noise = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    try Data(noise).write(to: URL(fileURLWithPath: data))
    let error = try openingError(data)
    #expect(error.code == .damaged)
    #expect(error.message.contains("is not LMDB's"))
  }

  @Test("A directory in place of the data file is damaged")
  func directoryAsFile() throws {
    let directory = try TemporaryDirectory()
    let data = try fill(directory)
    try FileManager.default.removeItem(atPath: data)
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
    #expect(try openingError(data).code == .damaged)
  }

  @Test("A lock file of noise is made anew when nobody has the environment open")
  func lockFileNoise() throws {
    let directory = try TemporaryDirectory()
    let data = try fill(directory)
    try Data(repeating: 7, count: 100_000)
      .write(to: URL(fileURLWithPath: directory.path("log/lock.mdb")))
    #expect(try Environment.open(at: directory.path("log")).readRow(3) != nil)
    #expect(try fileSize(data) > 0)
  }

  @Test("A tail that was freed before it was written is not damage")
  func unwrittenTail() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.makeEnvironment()
    let environment = try Environment.open(at: path)
    // Leaves free pages, so that the free list itself needs none at the end of the file.
    for _ in 0..<10 { try environment.writeRow(0, "kept") }
    var write = try environment.beginWrite()
    let table = try write.makeTable("entries", keys: .integer)
    let value = [UInt8](repeating: 1, count: 900)
    for key in UInt64(1)...400 { try write.put(table, key, value.span.bytes) }
    for key in (UInt64(1)...400).reversed() { _ = try write.delete(table, key) }
    try write.commit()
    let used = environment.usedBytes
    environment.close()
    let size = try fileSize(path + "/data.mdb")
    #expect(size < used, "The file has to be shorter than its last page for this test.")
    #expect(try Environment.open(at: path).readRow(0) == "kept")
    try cutOff(path + "/data.mdb", to: 3 * 4_096)
    #expect(throws: LMDBError(code: .damaged, message: "")) { try Environment.open(at: path) }
  }
}
