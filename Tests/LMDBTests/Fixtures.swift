import Foundation
import LMDB

/// A directory that goes with its owner.
struct TemporaryDirectory: ~Copyable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/lmdb-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  /// Makes an environment in here and returns its path.
  func makeEnvironment(_ name: String = "log") throws -> String {
    try Environment.create(at: path(name))
    return path(name)
  }
}

extension RawSpan {
  var array: [UInt8] { withUnsafeBytes { Array($0) } }
  var text: String { String(decoding: array, as: UTF8.self) }
}

extension Environment {
  /// Commits one row into an integer table, which is made when it is missing.
  func writeRow(_ key: UInt64, _ text: String, table name: String = "entries") throws {
    var write = try beginWrite()
    let table = try write.makeTable(name, keys: .integer)
    try write.put(table, key, text.utf8.span.bytes)
    try write.commit()
  }

  /// Reads one row in a snapshot of its own; nil when the table or the row is missing.
  func readRow(_ key: UInt64, table name: String = "entries") throws -> String? {
    let read = try beginRead()
    guard let table = try read.openTable(name, keys: .integer) else { return nil }
    return try read.value(table, key)?.text
  }
}

/// A file changed by hand, while no environment is open on it.
func change(_ path: String, at offset: UInt64, to bytes: [UInt8]) throws {
  let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
  try file.seek(toOffset: offset)
  try file.write(contentsOf: Data(bytes))
  try file.close()
}

func cutOff(_ path: String, to size: UInt64) throws {
  let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
  try file.truncate(atOffset: size)
  try file.close()
}

func fileSize(_ path: String) throws -> Int {
  try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? -1
}
