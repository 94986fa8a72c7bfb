internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import Glibc
internal import Workload

/// Counts what a commit writes and how often it syncs: numbers that no other process disturbs.
@main
struct CountCommit {
  private static let usage = """
    usage: Tools/count-commit [--events N] [--commits N] [--dir DIR] [--no-flush]
      --events   how many events are there before (200,000)
      --commits  how many commits of each size are counted (20)
      --dir      where to work
      --no-flush leaves out the index flush, which is counted separately
    """
  private static let limit = 1.40
  private static let target = 1.30
  private static let sizes = [1, 64, 1000]
  private static let blockSize = 65_536

  static func main() {
    do {
      var arguments = Arguments()
      if arguments.flag("--help") { return Output.line(usage) }
      if arguments.flag("--role-commit") { return try Roles.commit(&arguments) }
      if arguments.flag("--role-flush") { return try Roles.flush(&arguments) }
      exit(try run(&arguments) ? 0 : 1)
    } catch let error as UsageError {
      Output.error("\(error)\n\(usage)")
    } catch {
      Output.error("\(error)")
    }
    exit(2)
  }

  private static func run(_ arguments: inout Arguments) throws -> Bool {
    let events = try arguments.number("--events", default: 200_000)
    let commits = try arguments.number("--commits", default: 20)
    let parent = try arguments.option("--dir") ?? "."
    let includesFlush = !arguments.flag("--no-flush")
    try arguments.finish()
    let scratch = try Scratch(in: parent)
    let work = try CountCommit(directory: scratch.path, events: events, commits: commits)
    return try work.report(includesFlush: includesFlush)
  }

  private let directory: String
  private let events: Int
  private let commits: Int

  private init(directory: String, events: Int, commits: Int) throws {
    // strace prints real paths.
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    self.directory =
      realpath(directory, &buffer) == nil
      ? directory
      : String(
        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.events = events
    self.commits = commits
    let store = try Store.create(at: "\(directory)/store")
    let raw = try RawLMDB(at: "\(directory)/raw")
    for start in stride(from: 0, to: events, by: 1000) {
      let range = start..<min(start + 1000, events)
      _ = try store.log.appendBlocking(SampleEvents.encoded(range), if: .any)
      try raw.append(SampleEvents.proposals(range).map(\.payload)[...])
    }
    store.close()
  }

  private func report(includesFlush: Bool) throws -> Bool {
    var isGood = true
    var next = events
    for size in CountCommit.sizes {
      let store = try count("store", size, first: next)
      let raw = try count("raw", size, first: next)
      next += size * (commits + Roles.warmUpCommits)
      let isJudged = size == 1000
      Output.line(
        "\(size) a commit: \(store.bytesPerEvent.text(0)) bytes an event, "
          + "\(store.ratio.text(3)) × (envelope + content + 32)"
          + (isJudged ? ", limit \(CountCommit.limit), target \(CountCommit.target)" : "")
          + "; raw LMDB \(raw.bytesPerEvent.text(0)) and \(raw.ratio.text(3))")
      Output.line(
        "  waits for the disk a commit: \(store.waitsPerCommit.text(2)) "
          + "(\(store.total.syncs) syncs and \(store.total.syncedMetaWrites) synced meta pages in "
          + "\(commits)), raw LMDB \(raw.waitsPerCommit.text(2)); bytes to other files: "
          + "\(store.total.otherBytes); wakes of other threads: \(store.total.wakes)")
      describe("  pages of the last commit", store.lastPages)
      describe("  the same of raw LMDB", raw.lastPages)
      if isJudged, store.ratio > CountCommit.limit {
        Output.line("  OVER: \(store.ratio.text(3)) is more than \(CountCommit.limit)")
        isGood = false
      }
      if store.total.waits != raw.total.waits {
        Output.line("  OVER: \(store.total.waits) waits for the disk, LMDB has \(raw.total.waits)")
        isGood = false
      }
      // Who is alone stores by itself. A flush of the index, which may fall into the commits, wakes
      // its own thread.
      if size == 1, store.total.wakes >= commits {
        Output.line("  OVER: \(store.total.wakes) wakes of other threads for \(commits) commits")
        isGood = false
      }
    }
    if includesFlush { try reportFlush(first: next) }
    Output.line(isGood ? "within the limits" : "over a limit")
    return isGood
  }

  private func describe(_ title: String, _ pages: [PageMap.Use: Int]) {
    let parts = pages.sorted { ($1.value, $0.key.description) < ($0.value, $1.key.description) }
      .map { "\($0.value) \($0.key)" }
    Output.line("\(title): " + parts.joined(separator: ", "))
  }

  private func count(_ kind: String, _ size: Int, first: Int) throws -> CommitCount {
    let path = "\(directory)/\(kind)"
    let file = kind == "store" ? "\(path)/log/data.mdb" : "\(path)/data.mdb"
    let calls = try trace([
      "--role-commit", kind, path, "\(first)", "\(size)", "\(commits)",
    ])
    var writes = CommitWrites()
    var position: Int64?
    var counted = 0
    var marks = 0
    for call in calls {
      if let mark = CountCommit.mark(call) {
        counted += mark
        marks += 1
        if marks <= commits { writes.pages = [] }
        if marks == 1 { writes = CommitWrites() }
        if marks == commits + 1 { break }
      } else if marks > 0 {
        writes.add(call, dataFile: file, position: &position)
      }
    }
    guard marks == commits + 1 else { throw UsageError("the trace has \(marks) marks") }
    var result = CommitCount(size: size, commits: commits, countedBytes: counted)
    result.total = writes
    let map = try PageMap(path: file)
    for page in writes.pages { result.lastPages[map.use(ofPage: page), default: 0] += 1 }
    return result
  }

  /// What moving 65,536 events' index from memory to disk writes, in the background.
  private func reportFlush(first: Int) throws {
    let blockEnd = (first / CountCommit.blockSize + 1) * CountCommit.blockSize
    let path = "\(directory)/store"
    let calls = try trace(["--role-flush", path, "\(first)", "\(blockEnd - first)"])
    var writes = CommitWrites()
    var position: Int64?
    var isMeasured = false
    for call in calls {
      if CountCommit.mark(call) != nil {
        isMeasured.toggle()
      } else if isMeasured, call.path.contains("/views/") {
        writes.add(call, dataFile: call.path, position: &position)
      }
    }
    let perEvent = Double(writes.bytes) / Double(CountCommit.blockSize)
    Output.line(
      "index flush, once in 65,536 events: \(writes.bytes) bytes, \(perEvent.text(1)) an event, "
        + "\(writes.waits) waits for the disk, none of them in a commit")
  }

  private func trace(_ role: [String]) throws -> [TracedCall] {
    let prefix = "\(directory)/trace"
    for name in try Files.names(in: directory) where name.hasPrefix("trace.") {
      Files.remove("\(directory)/\(name)")
    }
    let words = Trace.words(calls: Trace.writes + Trace.syncs + ["lseek", "futex"], prefix: prefix)
    let output = "\(directory)/child.output"
    let end = try Child(words + [Child.ownPath] + role, output: output).wait(seconds: 120)
    guard end == .exit(0) else {
      let text = (try? Files.lines(output).last).flatMap { $0 } ?? ""
      throw UsageError("the traced program ended with \(end): \(text)")
    }
    return try Trace.read(prefix: prefix)
  }

  private static func mark(_ call: TracedCall) -> Int? {
    guard call.name == "write" else { return nil }
    let parts = call.line.split(separator: "\"", maxSplits: 2)
    guard parts.count > 1, parts[1].hasPrefix("MARK ") else { return nil }
    return Int(parts[1].dropFirst(5).prefix { $0.isNumber })
  }
}
