import Casefile
import Foundation

// snippet: cursor
/// What the follower has worked off: the next position, and the states that belong to it.
///
/// Both are in one file that is replaced as a whole, so they never tell of different positions.
struct Progress: Codable {
  var next: UInt64 = 0
  var totals: [String: RefundTotals.State] = [:]

  static func read(from path: String) throws -> Progress {
    guard FileManager.default.fileExists(atPath: path) else { return Progress() }
    return try JSONDecoder().decode(
      Progress.self, from: Data(contentsOf: URL(filePath: path)))
  }

  func write(to path: String) throws {
    // Written beside the file and renamed over it: a crash leaves the old one or the new one.
    try JSONEncoder().encode(self).write(to: URL(filePath: path), options: .atomic)
  }
}
// end
