internal import Foundation
internal import Glibc

/// What a measurement depends on and can't change.
package enum Machine {
  /// Processor, cores, memory, kernel, file system of a directory.
  package static func summary(directory: String) -> String {
    let processor =
      line(of: "/proc/cpuinfo", startingWith: "model name").map { afterColon($0) } ?? "?"
    let memory = line(of: "/proc/meminfo", startingWith: "MemTotal").map { afterColon($0) } ?? "?"
    let kernel = text("/proc/sys/kernel/osrelease")
    return "\(processor), \(ProcessInfo.processInfo.activeProcessorCount) cores, \(memory), "
      + "Linux \(kernel), \(fileSystem(of: directory))"
  }

  /// The load of the last minute, and of the last five and fifteen.
  package static var load: String {
    text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
  }

  /// The name of the file system that a directory is on.
  package static func fileSystem(of directory: String) -> String {
    let path = URL(fileURLWithPath: directory).standardizedFileURL.path
    var best = (length: 0, name: "?")
    for mount in text("/proc/self/mounts").split(separator: "\n") {
      let fields = mount.split(separator: " ")
      guard fields.count > 2, fields[1].count >= best.length else { continue }
      let point = fields[1] == "/" ? "" : fields[1]
      if path == point || path.hasPrefix(point + "/") {
        best = (fields[1].count, String(fields[2]))
      }
    }
    return best.name
  }

  /// The seconds of processor time that a process has used; nil once it is gone.
  package static func processorSeconds(of process: Int32) -> Double? {
    let stat = text("/proc/\(process)/stat")
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[end...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[12]), let system = Double(fields[13]) else {
      return nil
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func text(_ path: String) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "?" }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func line(of path: String, startingWith prefix: String) -> String? {
    text(path).split(separator: "\n").first { $0.hasPrefix(prefix) }.map(String.init)
  }

  private static func afterColon(_ line: String) -> String {
    (line.split(separator: ":").last.map(String.init) ?? "").trimmingCharacters(in: .whitespaces)
  }
}
