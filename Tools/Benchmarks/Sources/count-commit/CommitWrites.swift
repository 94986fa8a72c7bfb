internal import Workload

/// What one or more commits wrote to a data file.
struct CommitWrites {
  var bytes = 0
  var syncs = 0
  /// Writes of a meta page, which LMDB does through a descriptor that syncs each of them.
  var syncedMetaWrites = 0
  var otherBytes = 0
  /// How often another thread was woken.
  var wakes = 0
  /// The pages of the last commit, by number.
  var pages: Set<UInt64> = []

  /// How many times the disk is waited for.
  var waits: Int { syncs + syncedMetaWrites }

  /// Adds a call; true if it was one of the data file.
  mutating func add(_ call: TracedCall, dataFile: String, position: inout Int64?) {
    if call.name == "futex" {
      if call.line.contains("FUTEX_WAKE") { wakes += 1 }
      return
    }
    guard call.path == dataFile else {
      if Trace.writes.contains(call.name), call.result > 0, !call.path.hasPrefix("pipe:"),
        !call.path.hasSuffix(".output")
      {
        otherBytes += Int(call.result)
      }
      if Trace.syncs.contains(call.name) { syncs += 1 }
      return
    }
    if Trace.syncs.contains(call.name) {
      syncs += 1
    } else if call.name == "lseek" {
      position = call.result
    } else if Trace.writes.contains(call.name), call.result > 0 {
      bytes += Int(call.result)
      guard let offset = call.offset ?? position else { return }
      if offset < 2 * PageMap.pageSize {
        syncedMetaWrites += 1
        return
      }
      let first = UInt64(offset) / UInt64(PageMap.pageSize)
      let count = (UInt64(call.result) + 4095) / 4096
      pages.formUnion(first..<first + count)
      position = nil
    }
  }
}

/// Several commits of one size.
struct CommitCount {
  let size: Int
  let commits: Int
  /// Envelope, content and leaf hash of all events.
  let countedBytes: Int
  var total = CommitWrites()
  /// Pages of the last commit by use.
  var lastPages: [PageMap.Use: Int] = [:]

  var bytesPerEvent: Double { Double(total.bytes) / Double(size * commits) }
  var ratio: Double { Double(total.bytes) / Double(countedBytes) }
  var waitsPerCommit: Double { Double(total.waits) / Double(commits) }
}
