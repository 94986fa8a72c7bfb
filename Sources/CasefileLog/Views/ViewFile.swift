internal import CasefileModel
internal import Foundation
internal import LMDB

/// The file of one version of a view: an LMDB environment with its rows and its position.
final class ViewFile: Sendable {
  static let positionKey: [UInt8] = Array("view".utf8)
  static let failureKey: [UInt8] = Array("failure".utf8)

  let version: Int
  let environment: Environment
  let rows: Table
  let meta: Table
  /// The number of the data file, by which it is seen that another process replaced it.
  let inode: Int

  private init(
    version: Int, environment: Environment, rows: Table, meta: Table, inode: Int
  ) {
    self.version = version
    self.environment = environment
    self.rows = rows
    self.meta = meta
    self.inode = inode
  }

  /// Opens a file that is there; nil where none is.
  ///
  /// - Throws: `ViewDamage` for one that must be made anew; `LogError` where it can't be reached.
  static func open(at directory: String, version: Int, isReadOnly: Bool) throws -> ViewFile? {
    guard let inode = inode(at: directory) else { return nil }
    do {
      let environment = try Environment.open(
        at: directory, configuration: .init(isReadOnly: isReadOnly))
      let opened = try environment.withRead { transaction in
        (
          try transaction.openTable("rows", keys: .bytes),
          try transaction.openTable("meta", keys: .bytes)
        )
      }
      guard let rows = opened.0, let meta = opened.1 else {
        environment.close()
        throw ViewDamage("a table is missing")
      }
      return ViewFile(
        version: version, environment: environment, rows: rows, meta: meta, inode: inode)
    } catch let error as LMDBError {
      switch error.code {
      case .damaged, .versionMismatch, .incompatibleTable, .notFound:
        throw ViewDamage(error.message)
      case .noSuchDirectory: return nil
      default: throw LogError(error)
      }
    }
  }

  /// Makes an empty one; `.alreadyExists` is no failure, since another process may be quicker.
  static func create(at directory: String, version: Int) throws {
    let temporary =
      (directory as NSString).deletingLastPathComponent
      + "/.\((directory as NSString).lastPathComponent).\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    try Environment.create(at: temporary)
    let environment = try Environment.open(at: temporary)
    var write = try environment.beginWrite()
    _ = try write.makeTable("rows", keys: .bytes)
    let meta = try write.makeTable("meta", keys: .bytes)
    try write.put(meta, positionKey, ViewPosition().bytes(version: version))
    try write.commit()
    environment.close()
    // Complete when it appears; a directory that another process made meanwhile stays.
    if rename(temporary, directory) != 0, errno != ENOTEMPTY, errno != EEXIST {
      throw LogError(
        errno == ENOSPC ? .diskFull : .ioFailed,
        "the view \(directory) could not be made: \(String(cString: strerror(errno)))")
    }
  }

  /// The number of the data file at a path; nil where none is.
  static func inode(at directory: String) -> Int? {
    var status = stat()
    guard stat(directory + "/data.mdb", &status) == 0 else { return nil }
    return Int(truncatingIfNeeded: status.st_ino)
  }

  /// Why the view stopped, and at which event; nil while it goes on.
  func failure() throws -> ViewFailure? {
    try environment.withRead { transaction in
      guard let row = try transaction.copy(meta, ViewFile.failureKey) else { return nil }
      return try? ViewFailure(json: JSONValue(parsing: row))
    }
  }
}
