internal import Casefile
internal import CasefileLog
internal import CasefileModel
internal import Glibc
internal import Workload

/// What runs under strace: commits with marks between them.
enum Roles {
  static let warmUpCommits = 3

  /// Appends to a store or a raw LMDB at a path; a mark with the counted bytes follows each commit.
  static func commit(_ arguments: inout Arguments) throws {
    let kind = try arguments.word("kind")
    let path = try arguments.word("path")
    let first: Int = try arguments.numberWord("first event")
    let size: Int = try arguments.numberWord("events a commit")
    let commits: Int = try arguments.numberWord("commits")
    let store = kind == "store" ? try Store.open(at: path) : nil
    let raw = kind == "store" ? nil : try RawLMDB(at: path)
    var next = first
    for number in -warmUpCommits..<commits {
      let batch = SampleEvents.proposals(next..<next + size)
      let encoded = store == nil ? nil : SampleEvents.encoded(next..<next + size)
      next += size
      if number == 0 { Output.line("MARK 0") }
      if let store, let encoded { _ = try store.log.appendBlocking(encoded, if: .any) }
      if let raw { try raw.append(batch.map(\.payload)[...]) }
      if number >= 0 { Output.line("MARK \(batch.reduce(0) { $0 + $1.countedSizeBytes })") }
    }
    store?.close()
  }

  /// Appends until the index was written once more, and waits for it.
  static func flush(_ arguments: inout Arguments) throws {
    let path = try arguments.word("path")
    let first: Int = try arguments.numberWord("first event")
    let count: Int = try arguments.numberWord("events")
    let store = try Store.open(at: path)
    Output.line("MARK 0")
    for start in stride(from: first, to: first + count, by: 4000) {
      let end = min(start + 4000, first + count)
      _ = try store.log.appendBlocking(SampleEvents.encoded(start..<end), if: .any)
    }
    store.close()
    Output.line("MARK 1")
  }
}
