public import CasefileCalendars
internal import CasefileModel
internal import Foundation
internal import Synchronization

/// The zone data of one directory of TZif files, by default the system's.
///
/// Its version and the SHA-256 over all of its zone files are told with each verdict, so that a later
/// verdict by other data can be recognised. Files are read when they are first asked for.
public final class ZoneDirectory: ZoneDataSource {
  /// Where Unix systems keep zone data.
  public static let systemPath = "/usr/share/zoneinfo"

  /// The directory.
  public let path: String
  private let known = Mutex<ZoneDataIdentity?>(nil)

  /// Takes a directory; nothing is read yet.
  public init(path: String = ZoneDirectory.systemPath) { self.path = path }

  /// The version that the directory states, and the hash over its zone files; read once.
  public var identity: ZoneDataIdentity {
    known.withLock { known in
      if let known { return known }
      let identity = ZoneDataIdentity(version: version(), sha256: digest())
      known = identity
      return identity
    }
  }

  /// The bytes of a zone's file; nil where there is none.
  public func file(of zone: String) throws -> [UInt8]? {
    guard ZoneRules.isName(zone) else { return nil }
    return FileManager.default.contents(atPath: "\(path)/\(zone)").map { [UInt8]($0) }
  }

  /// The names of all zones, links among them, sorted.
  public func names() -> [String] {
    guard let all = FileManager.default.enumerator(atPath: path) else { return [] }
    var names: [String] = []
    while let name = all.nextObject() as? String {
      // The same zones with leap seconds, and once more without; and what this machine is set to.
      if name == "right" || name == "posix" {
        all.skipDescendants()
      } else if name != "localtime", name != "posixrules", ZoneRules.isName(name) {
        names.append(name)
      }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The first line of `tzdata.zi` is `# version 2025b`; some systems have a file `+VERSION`.
  private func version() -> String? {
    if let file = FileManager.default.contents(atPath: "\(path)/+VERSION") {
      return String(decoding: file.prefix(32), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let file = FileHandle(forReadingAtPath: "\(path)/tzdata.zi") else { return nil }
    defer { try? file.close() }
    let head = (try? file.read(upToCount: 64)) ?? nil
    let line = String(decoding: head ?? Data(), as: UTF8.self)
      .split(separator: "\n", maxSplits: 1).first
    let words = line?.split(separator: " ") ?? []
    guard words.count == 3, words[0] == "#", words[1] == "version" else { return nil }
    return String(words[2])
  }

  /// SHA-256 over name, NUL and SHA-256 of each zone file in order of the names.
  private func digest() -> Digest? {
    var hash = RunningHash()
    var count = 0
    for name in names() {
      guard let file = FileManager.default.contents(atPath: "\(path)/\(name)"),
        file.starts(with: "TZif".utf8)
      else { continue }
      hash.add(Array(name.utf8) + [0] + Digest.sha256(file).bytes)
      count += 1
    }
    return count == 0 ? nil : hash.digest
  }
}
