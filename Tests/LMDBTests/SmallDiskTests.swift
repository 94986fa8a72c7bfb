import Foundation
import LMDB
import Testing

/// A small file system in memory, unmounted with its owner. Only root can make one.
struct SmallDisk: ~Copyable {
  static let isAvailable: Bool = (try? SmallDisk(sizeBytes: 1 << 20)) != nil

  private let directory: TemporaryDirectory
  var path: String { directory.path }

  init(sizeBytes: Int) throws {
    let directory = try TemporaryDirectory()
    guard mount("tmpfs", directory.path, "tmpfs", 0, "size=\(sizeBytes)") == 0 else {
      throw POSIXError(.EPERM)
    }
    self.directory = directory
  }

  func makeReadOnly() throws {
    let flags = UInt(MS_REMOUNT | MS_RDONLY)
    guard mount("tmpfs", path, "tmpfs", flags, nil) == 0 else { throw POSIXError(.EPERM) }
  }

  deinit { umount2(directory.path, Int32(MNT_DETACH)) }
}

@Suite("Small disk", .enabled(if: SmallDisk.isAvailable, "needs the right to mount a tmpfs"))
struct SmallDiskTests {
  @Test("A full disk is named, ends the environment, and loses nothing acknowledged")
  func fullDisk() throws {
    let disk = try SmallDisk(sizeBytes: 1 << 20)
    let path = disk.path + "/log"
    try Environment.create(at: path)
    var environment = try Environment.open(at: path)
    let value = [UInt8](repeating: 1, count: 20_000)
    var acknowledged: UInt64 = 0
    var failure: LMDBError?
    while failure == nil {
      do throws(LMDBError) {
        var write = try environment.beginWrite()
        let table = try write.makeTable("entries", keys: .integer)
        try write.append(table, acknowledged, value.span.bytes)
        try write.commit()
        acknowledged += 1
      } catch {
        failure = error
      }
    }
    #expect(failure?.code == .diskFull, "\(failure?.description ?? "")")
    #expect(acknowledged > 20)
    #expect(environment.isPoisoned)
    #expect(throws: LMDBError(code: .poisoned, message: "")) {
      try environment.beginWrite().abort()
    }
    #expect(throws: LMDBError(code: .poisoned, message: "")) { _ = try environment.beginRead() }
    #expect(throws: LMDBError(code: .poisoned, message: "")) { try Environment.open(at: path) }
    environment.close()

    environment = try Environment.open(at: path)
    let text = String(decoding: value, as: UTF8.self)
    for key in 0..<acknowledged { #expect(try environment.readRow(key) == text) }
    #expect(try environment.readRow(acknowledged) == nil)
    var write = try environment.beginWrite()
    try write.removeAll(try write.makeTable("entries", keys: .integer))
    try write.commit()
    try environment.writeRow(0, "again")
    #expect(try environment.readRow(0) == "again")
  }

  @Test("A read-only file system can be read, without locks")
  func readOnlyDisk() throws {
    let disk = try SmallDisk(sizeBytes: 1 << 20)
    let path = disk.path + "/log"
    try Environment.create(at: path)
    try Environment.open(at: path).writeRow(1, "one")
    try disk.makeReadOnly()
    #expect(throws: LMDBError(code: .readOnly, message: "")) { try Environment.open(at: path) }
    let environment = try Environment.open(at: path, configuration: .init(isReadOnly: true))
    #expect(try environment.readRow(1) == "one")
    #expect(try environment.lastTransactionID == 1)
    #expect(throws: LMDBError(code: .readOnly, message: "")) {
      try Environment.create(at: disk.path + "/other")
    }
  }

  @Test("Creating on a full disk fails and leaves nothing")
  func create() throws {
    let disk = try SmallDisk(sizeBytes: 1 << 20)
    let ballast = Data(count: (1 << 20) - 4_096)
    try ballast.write(to: URL(fileURLWithPath: disk.path + "/ballast"))
    #expect(throws: LMDBError(code: .diskFull, message: "")) {
      try Environment.create(at: disk.path + "/log")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["ballast"])
  }

  @Test("A copy to a full disk fails, leaves nothing and does not end the environment")
  func copy() throws {
    let disk = try SmallDisk(sizeBytes: 1 << 20)
    let directory = try TemporaryDirectory()
    let environment = try Environment.open(at: try directory.makeEnvironment())
    for key in UInt64(0)..<40 {
      try environment.writeRow(key, String(repeating: "x", count: 40_000))
    }
    for compacting in [false, true] {
      #expect(throws: LMDBError(code: .diskFull, message: "")) {
        try environment.copy(to: disk.path + "/log", compacting: compacting)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
    #expect(try environment.readRow(39)?.utf8.count == 40_000)
  }
}
