import Casefile
import CasefileLog
import CasefileModel

/// The versions that streams will have when the lines so far are stored.
struct StreamVersions {
  private let store: Store
  private var stored: [StreamID: UInt64] = [:]
  private var added: [StreamID: UInt64] = [:]

  init(_ store: Store) { self.store = store }

  /// The version of a stream; the store is asked once for each.
  mutating func version(of stream: StreamID) throws -> StreamVersion {
    let base: UInt64
    if let known = stored[stream] {
      base = known
    } else {
      base = try storedVersion(of: stream)
      stored[stream] = base
    }
    return StreamVersion(base + added[stream, default: 0])
  }

  /// Counts one more event.
  mutating func add(_ stream: StreamID) { added[stream, default: 0] += 1 }

  /// Takes one back.
  mutating func remove(_ stream: StreamID) {
    guard let count = added[stream] else { return }
    added[stream] = count > 1 ? count - 1 : nil
  }

  private func storedVersion(of stream: StreamID) throws -> UInt64 {
    var options = EventReadOptions()
    options.query = EventQuery(streams: [stream])
    options.isBackward = true
    options.limit = 1
    options.includesContent = false
    var version: UInt64 = 0
    try store.read(options) { event in
      version = event.envelope.version.rawValue
      return false
    }
    return version
  }
}
