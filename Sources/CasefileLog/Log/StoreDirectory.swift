public import CasefileModel
internal import Foundation
internal import LMDB

/// Who a store is: the contents of its `casefile.json`.
public struct StoreIdentity: Sendable, Hashable {
  /// A random UUID, drawn when the store was made.
  public let id: String
  /// The name under which the log is known in checkpoints: a URL without scheme.
  public let origin: String
  /// The version of the format on disk.
  public let formatVersion: Int
  /// When the store was made.
  public let createdAt: Timestamp
}

/// The directory of a store and what lies in it.
struct StoreDirectory {
  static let formatVersion = 1
  private static let identityFile = "casefile.json"

  let path: String

  var log: String { path + "/log" }
  var views: String { path + "/views" }
  var indexView: String { views + "/\(IndexView.name)-v\(IndexView.version)" }

  /// Makes a store: everything under a temporary name beside it, synced, then renamed.
  ///
  /// An empty directory that is there already is replaced; anything else is refused.
  func create(origin: String?, id: String, at time: Timestamp) throws {
    let manager = FileManager.default
    var isDirectory: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isDirectory) {
      guard isDirectory.boolValue else {
        throw LogError(.directoryNotEmpty, "\(path) is a file; name a directory for the store")
      }
      let found: [String]
      do {
        found = try manager.contentsOfDirectory(atPath: path)
      } catch {
        throw LogError(.permissionDenied, "\(path) can't be read", cause: error)
      }
      if found.contains(StoreDirectory.identityFile) {
        throw LogError(.storeExists, "\(path) holds a store already; open it, or name another")
      }
      guard found.isEmpty else {
        throw LogError(
          .directoryNotEmpty,
          "\(path) holds \(found.count) files that are no store; name an empty directory")
      }
    }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard manager.fileExists(atPath: parent) else {
      throw LogError(.storeMissing, "the directory \(parent) does not exist; make it first")
    }
    let temporary = StoreDirectory(path: parent + "/.casefile-\(id.prefix(8)).new")
    do {
      try manager.createDirectory(atPath: temporary.views, withIntermediateDirectories: true)
      try Environment.create(at: temporary.log)
      try temporary.makeTables()
      try temporary.writeIdentity(
        StoreIdentity(
          id: id, origin: origin ?? "casefile.local/\(id)",
          formatVersion: StoreDirectory.formatVersion, createdAt: time))
      try SyncedFile.syncDirectory(temporary.views)
      try SyncedFile.syncDirectory(temporary.path)
      try SyncedFile.rename(temporary.path, to: path)
      try SyncedFile.syncDirectory(parent)
    } catch {
      try? manager.removeItem(atPath: temporary.path)
      throw StoreDirectory.error(error, path)
    }
  }

  private static func error(_ error: any Error, _ path: String) -> LogError {
    if let error = error as? LogError { return error }
    if let error = error as? LMDBError { return LogError(error) }
    let code: LogError.Code =
      switch (error as? CocoaError)?.code {
      case .fileWriteOutOfSpace: .diskFull
      case .fileWriteNoPermission, .fileReadNoPermission: .permissionDenied
      default: .ioFailed
      }
    return LogError(code, "the store \(path) could not be made", cause: error)
  }

  private func makeTables() throws {
    let environment = try Environment.open(at: log)
    var write = try environment.beginWrite()
    _ = try LogTables(making: &write)
    let meta = try write.makeTable("meta", keys: .bytes)
    try write.put(meta, LogMeta.key, LogMeta().bytes)
    try write.commit()
    environment.close()
  }

  private func writeIdentity(_ identity: StoreIdentity) throws {
    let json: JSONValue = [
      "storeId": .string(identity.id), "formatVersion": .int(Int64(identity.formatVersion)),
      "origin": .string(identity.origin), "createdAt": JSONValue(identity.createdAt),
    ]
    try SyncedFile.write(
      Array((json.text + "\n").utf8), to: path + "/" + StoreDirectory.identityFile)
  }

  /// Reads who the store is.
  ///
  /// - Throws: `.storeMissing`, `.notAStore`, `.newerFormat`, `.olderFormat`, `.permissionDenied`.
  func identity() throws(LogError) -> StoreIdentity {
    let manager = FileManager.default
    guard manager.fileExists(atPath: path) else {
      throw LogError(
        .storeMissing, "there is no store at \(path); make one with casefile init --store \(path)")
    }
    let file = path + "/" + StoreDirectory.identityFile
    guard manager.fileExists(atPath: file) else {
      throw LogError(
        .notAStore, "\(path) has no \(StoreDirectory.identityFile), so it is no Casefile store")
    }
    guard let data = manager.contents(atPath: file) else {
      throw LogError(.permissionDenied, "\(file) can't be read")
    }
    guard let json = try? JSONValue(parsing: Array(data)),
      case .int(let format)? = json["formatVersion"], case .string(let id)? = json["storeId"],
      case .string(let origin)? = json["origin"], case .string(let created)? = json["createdAt"],
      let createdAt = Timestamp(created)
    else {
      throw LogError(.damaged, "\(file) is not what casefile init wrote; restore it from a backup")
    }
    guard format <= StoreDirectory.formatVersion else {
      throw LogError(
        .newerFormat,
        "the store has format \(format); this program reads \(StoreDirectory.formatVersion). "
          + "Use a newer one.")
    }
    guard format == StoreDirectory.formatVersion else {
      throw LogError(
        .olderFormat,
        "the store has the provisional format \(format), which is no longer read; export it with "
          + "the program that wrote it")
    }
    return StoreIdentity(
      id: id, origin: origin, formatVersion: Int(format), createdAt: createdAt)
  }
}

/// The tables of the log's environment.
struct LogTables: Sendable {
  let entries: Table
  let contents: Table
  let tree: Table
  let meta: Table

  init(making write: inout WriteTransaction) throws(LMDBError) {
    entries = try write.makeTable("entries", keys: .integer)
    contents = try write.makeTable("contents", keys: .integer)
    tree = try write.makeTable("tree", keys: .integer)
    meta = try write.makeTable("meta", keys: .bytes)
  }

  init(_ transaction: borrowing ReadTransaction) throws {
    guard let entries = try transaction.openTable("entries", keys: .integer),
      let contents = try transaction.openTable("contents", keys: .integer),
      let tree = try transaction.openTable("tree", keys: .integer),
      let meta = try transaction.openTable("meta", keys: .bytes)
    else { throw LogError(.damaged, "the log lacks a table; restore the store from a backup") }
    self.entries = entries
    self.contents = contents
    self.tree = tree
    self.meta = meta
  }
}
