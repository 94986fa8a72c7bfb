internal import Dispatch
internal import LMDB
internal import Synchronization

/// Which streams the runs of the index surely lack.
///
/// A stream stands in one or two runs and was looked up in all of them, of which each costs some waits
/// for memory and the checksum of a row: half the time of reading a case out of a million events. A run
/// never changes once it is whole, so a filter of its streams holds as long as anybody sees the run.
struct RunFilters: Sendable {
  enum Verdict {
    case lacks, mayHold
    /// As `mayHold`, and so many lookups were made that a filter pays.
    case isDue
  }

  private enum State {
    case asked(UInt64)
    /// Somebody reads the run for its filter; or it can't be read, which a lookup tells.
    case waiting
    case known(BloomFilter)
  }

  /// To read a block's streams takes as long as about 150 lookups in it. A process that makes so many
  /// will make more.
  private static let lookupsPerBlock: UInt64 = 16

  /// A dozen or two: searched in order.
  private var states: [(run: IndexRun, state: State)] = []

  /// Judges a stream and counts the lookup.
  mutating func judge(_ fingerprint: UInt64, in run: IndexRun) -> Verdict {
    guard let place = states.firstIndex(where: { $0.run == run }) else {
      states.append((run, .asked(1)))
      return .mayHold
    }
    switch states[place].state {
    case .waiting: return .mayHold
    case .known(let filter): return filter.mayHold(fingerprint) ? .mayHold : .lacks
    case .asked(let count):
      let isDue = count >= RunFilters.lookupsPerBlock * run.blockCount
      states[place].state = isDue ? .waiting : .asked(count + 1)
      return isDue ? .isDue : .mayHold
    }
  }

  /// Takes a filter, and forgets those of runs that are no more.
  mutating func take(_ filter: BloomFilter, of run: IndexRun, among runs: [IndexRun]) {
    states.removeAll { state in state.run != run && !runs.contains(state.run) }
    for place in states.indices where states[place].run == run {
      states[place].state = .known(filter)
    }
  }
}

extension IndexView {
  /// Whether a whole run may hold a word; of streams the filters tell.
  func mayHold(_ kind: Fingerprint.Kind, _ fingerprint: UInt64, _ run: IndexRun) -> Bool {
    guard kind == .stream else { return true }
    switch filters.withLock({ $0.judge(fingerprint, in: run) }) {
    case .lacks: return false
    case .mayHold: return true
    case .isDue:
      filterQueue.async { self.readFilter(of: run) }
      return true
    }
  }

  /// Waits until no filter is being read.
  func finishFilters() { filterQueue.sync {} }

  /// Reads the streams of a run in a snapshot that has all of it; where it can't be read, lookups go on
  /// as before and tell why.
  private func readFilter(of run: IndexRun) {
    let read = try? environment.withRead { transaction -> (BloomFilter, [IndexRun])? in
      let stretches = try stretches(transaction)
      guard stretches.contains(where: { $0.runs == [run] }) else { return nil }
      var count = 0
      var last: UInt64?
      try forEachFingerprint(.stream, in: run, transaction) {
        if $0 != last { count += 1 }
        last = $0
      }
      var filter = BloomFilter(capacity: count)
      try forEachFingerprint(.stream, in: run, transaction) { filter.insert($0) }
      return (filter, stretches.flatMap(\.runs))
    }
    guard let (filter, runs) = read.flatMap({ $0 }) else { return }
    filters.withLock { $0.take(filter, of: run, among: runs) }
  }
}
