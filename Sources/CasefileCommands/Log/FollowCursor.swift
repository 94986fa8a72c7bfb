import CasefileModel
import Foundation

/// The place up to which a follower has been given events, kept in a file between runs.
///
/// One line of JSON: `{"store": id, "position": last, "leaf": hash}`.
struct FollowCursor: Hashable {
  /// The store that it belongs to.
  let store: String
  /// The last position that was handed out.
  let position: Position
  /// The leaf hash there: another log has another one.
  let leaf: Digest

  /// Reads the file; nil where there is none yet, or an empty one.
  ///
  /// - Throws: a failure for a file that is no cursor.
  static func read(_ path: String) throws -> FollowCursor? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure.file(path, "cannot read the cursor")
    }
    if data.isEmpty { return nil }
    guard let json = try? JSONValue(parsing: Array(data)), case .string(let store)? = json["store"],
      case .int(let number)? = json["position"], let position = UInt64(exactly: number),
      case .string(let hex)? = json["leaf"], let leaf = Digest(hex: hex)
    else {
      throw CommandFailure(
        "invalidCursor", "\(path) is no cursor; remove it to begin at the first event", .couldNotRun
      ).at(file: path, line: nil)
    }
    return FollowCursor(store: store, position: Position(position), leaf: leaf)
  }

  /// Replaces the file.
  func write(_ path: String) throws {
    let json: JSONValue = [
      "store": .string(store), "position": JSONValue(position.rawValue),
      "leaf": .string(leaf.description),
    ]
    try AtomicFile.write(Array((json.text + "\n").utf8), to: path)
  }
}
