/// One system call as strace printed it.
package struct TracedCall {
  package let name: String
  /// The path of the descriptor that it was called with; empty where there is none.
  package let path: String
  /// What it returned.
  package let result: Int64
  /// For writes at a place: where; nil for others.
  package let offset: Int64?
  /// The line as it was.
  package let line: Substring
}

/// The system calls of a program, all threads in order of time.
package enum Trace {
  /// The calls that write or sync.
  package static let writes = ["write", "writev", "pwrite64", "pwritev", "pwritev2"]
  package static let syncs = ["fdatasync", "fsync", "msync", "sync_file_range"]

  /// The words before a program that make strace write one file a thread, with times and paths.
  package static func words(calls: [String], prefix: String) -> [String] {
    [
      "strace", "-ff", "-ttt", "-y", "-s", "64", "-e", "trace=\(calls.joined(separator: ","))",
      "-e", "signal=none", "-o", prefix,
    ]
  }

  /// Reads the files of a trace.
  package static func read(prefix: String) throws -> [TracedCall] {
    let parts = prefix.split(separator: "/")
    let directory = "/" + parts.dropLast().joined(separator: "/")
    let name = String(parts.last ?? "") + "."
    var lines: [(time: Double, line: Substring)] = []
    for file in try Files.names(in: directory) where file.hasPrefix(name) {
      for line in try Files.lines("\(directory)/\(file)") {
        guard let space = line.firstIndex(of: " "), let time = Double(line[..<space]) else {
          continue
        }
        lines.append((time, line[line.index(after: space)...]))
      }
    }
    lines.sort { $0.time < $1.time }
    return lines.compactMap { call($0.line) }
  }

  /// For each call the largest number that one thread made of it.
  package static func callCounts(prefix: String) throws -> [String: Int] {
    let parts = prefix.split(separator: "/")
    let directory = "/" + parts.dropLast().joined(separator: "/")
    let name = String(parts.last ?? "") + "."
    var largest: [String: Int] = [:]
    for file in try Files.names(in: directory)
    where file.hasPrefix(name) && !file.hasSuffix(".output") {
      var counts: [String: Int] = [:]
      for line in try Files.lines("\(directory)/\(file)") {
        guard let space = line.firstIndex(of: " "),
          let call = call(line[line.index(after: space)...])
        else { continue }
        counts[call.name, default: 0] += 1
      }
      largest.merge(counts) { max($0, $1) }
    }
    return largest
  }

  private static func call(_ line: Substring) -> TracedCall? {
    guard let open = line.firstIndex(of: "("), let equals = line.range(of: ") = ")?.upperBound
    else { return nil }
    let name = String(line[..<open])
    let result = line[equals...].prefix { $0 == "-" || $0.isNumber }
    var path = ""
    let arguments = line[line.index(after: open)...]
    // Only the first argument can be the descriptor.
    if let start = arguments.firstIndex(of: "<"), let comma = arguments.firstIndex(of: ","),
      start < comma, let end = arguments[start...].firstIndex(of: ">")
    {
      path = String(arguments[arguments.index(after: start)..<end])
    } else if let start = arguments.firstIndex(of: "<"), !arguments.contains(","),
      let end = arguments[start...].firstIndex(of: ">")
    {
      path = String(arguments[arguments.index(after: start)..<end])
    }
    let beforeEnd = line[..<line.index(equals, offsetBy: -4)]
    let last = beforeEnd.split(separator: ",").last.map { $0.filter { !$0.isWhitespace } }
    let hasOffset = name.hasPrefix("pwrite")
    return TracedCall(
      name: name, path: path, result: Int64(result) ?? -1,
      offset: hasOffset ? last.flatMap { Int64($0) } : nil, line: line)
  }
}

extension Substring {
  /// The last place of a text.
  fileprivate func range(of text: String) -> Range<Index>? {
    var index = endIndex
    while index > startIndex {
      index = self.index(before: index)
      if self[index...].hasPrefix(text) {
        return index..<self.index(index, offsetBy: text.count)
      }
    }
    return nil
  }
}
