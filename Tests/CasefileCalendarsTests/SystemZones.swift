import CasefileCalendars
import Foundation

/// The zone data of this machine.
struct SystemZones: ZoneDataSource {
  static let directory = "/usr/share/zoneinfo"
  let identity = ZoneDataIdentity(version: "of this machine", sha256: nil)

  func file(of zone: String) throws -> [UInt8]? {
    FileManager.default.contents(atPath: "\(SystemZones.directory)/\(zone)").map(Array.init)
  }

  /// The names of all zones, links among them; empty where the machine has none.
  static let names: [String] = {
    guard let all = FileManager.default.enumerator(atPath: directory) else { return [] }
    var names: [String] = []
    while let name = all.nextObject() as? String {
      if name.hasPrefix("right") || name.hasPrefix("posix") || name == "localtime" { continue }
      let path = "\(directory)/\(name)"
      guard ZoneRules.isName(name), let file = FileManager.default.contents(atPath: path),
        file.starts(with: "TZif".utf8)
      else { continue }
      names.append(name)
    }
    return names.sorted()
  }()
}
