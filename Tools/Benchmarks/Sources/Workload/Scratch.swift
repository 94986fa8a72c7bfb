internal import Foundation

/// A directory for one run, deleted with it.
package struct Scratch: ~Copyable {
  package let path: String
  private let isKept: Bool

  /// Makes a new directory in another one, by default the temporary directory of the system.
  package init(in parent: String? = nil, isKept: Bool = false) throws {
    let parent = parent ?? FileManager.default.temporaryDirectory.path
    path = parent + "/casefile-tools-\(UUID().uuidString.prefix(8).lowercased())"
    self.isKept = isKept
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { if !isKept { Files.remove(path) } }
}

/// The few operations on files that the tools need.
package enum Files {
  /// Removes a file or a directory; one that is missing is fine.
  package static func remove(_ path: String) {
    // Leftovers in a scratch directory harm nobody.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Makes a directory and its parents.
  package static func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Copies a directory with all it holds.
  package static func copy(_ source: String, to target: String) throws {
    try FileManager.default.copyItem(atPath: source, toPath: target)
  }

  package static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// The names in a directory.
  package static func names(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path)
  }

  package static func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  package static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// The whole lines of a file; a last one that was cut off is left out.
  package static func lines(_ path: String) throws -> [Substring] {
    let text = String(decoding: try read(path), as: UTF8.self)
    guard let end = text.lastIndex(of: "\n") else { return [] }
    return text[..<end].split(separator: "\n")
  }

  /// The length of a file.
  package static func sizeBytes(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.size] as? NSNumber)?.intValue ?? 0
  }
}
