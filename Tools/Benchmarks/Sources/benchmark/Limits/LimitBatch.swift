internal import CSHA256
internal import CasefileModel
internal import Glibc

/// Rows that lie one after the other.
struct LimitRows: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var ends: [Int] = []

  var count: Int { ends.count }

  func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  mutating func append(_ row: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: row)
    ends.append(bytes.count)
  }

  /// Adds bytes to the newest row.
  mutating func extend(_ part: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: part)
    ends[ends.count - 1] = bytes.count
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }
}

/// The state of a hash in progress.
typealias LimitState = (UInt64, UInt64, UInt64, UInt64)

/// Events as their caller hands them over: bytes one after the other, nothing to be read or checked.
struct LimitEvents: Sendable {
  private(set) var ids = LimitRows()
  private(set) var streams = LimitRows()
  /// The envelopes without their seals.
  private(set) var plain = LimitRows()
  /// The contents, empty for events that have none.
  private(set) var contents = LimitRows()
  /// The leaf hashes as far as the bytes go.
  private(set) var states: [LimitState] = []

  var count: Int { ids.count }

  init() {}

  init(_ proposals: ArraySlice<Proposal>) {
    for proposal in proposals {
      proposal.id.bytes.withUnsafeBytes { ids.append($0) }
      Array(proposal.stream.description.utf8).withUnsafeBytes { streams.append($0) }
      proposal.bytes.withUnsafeBytes { plain.append($0) }
      proposal.content.withUnsafeBytes { contents.append($0) }
      hashBeginning()
    }
  }

  private mutating func hashBeginning() {
    var state: LimitState = (0, 0, 0, 0)
    let range = plain.range(plain.count - 1)
    withUnsafeMutableBytes(of: &state) { state in
      plain.bytes.withUnsafeBytes { bytes in
        guard let words = state.baseAddress?.assumingMemoryBound(to: UInt32.self) else { return }
        casefile_sha256_prefix_state(
          0, bytes.baseAddress.map { $0 + range.lowerBound }, range.count, words)
      }
    }
    states.append(state)
  }

  /// The bytes of an event, with room for the seal.
  func row(_ index: Int) -> [UInt8] {
    Array(plain.bytes[plain.range(index)]) + Array(repeating: 0, count: Seal.sizeBytes)
      + contents.bytes[contents.range(index)]
  }

  /// Adds other events behind these.
  mutating func append(_ other: LimitEvents) {
    for index in 0..<other.count {
      copy(other, index, without: 0)
      states.append(other.states[index])
    }
  }

  /// What no encoding can do without: it writes the bytes, draws a seed for each content, makes the
  /// salt of it and commits to the text.
  func encoded(_ range: Range<Int>) -> LimitEvents {
    var events = LimitEvents()
    var seeds = [UInt8](repeating: 0, count: 32 * (range.count / 3 + 1))
    seeds.withUnsafeMutableBytes { seeds in
      if let start = seeds.baseAddress { arc4random_buf(start, seeds.count) }
      var used = 0
      for index in range {
        let hasContent = !contents.range(index).isEmpty
        // A commitment's hash stands at the end, and is made anew.
        events.copy(self, index, without: hasContent ? Digest.sizeBytes : 0)
        if hasContent {
          events.commit(UnsafeRawBufferPointer(rebasing: seeds[used..<used + 32]))
          used = (used + 32) % (seeds.count - 31)
        }
        events.hashBeginning()
      }
    }
    return events
  }

  /// Copies an event, its last so many bytes before the seal left out.
  private mutating func copy(_ other: LimitEvents, _ index: Int, without size: Int) {
    func part(_ rows: LimitRows, _ size: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
      let range = rows.range(index)
      rows.bytes.withUnsafeBytes {
        body(UnsafeRawBufferPointer(rebasing: $0[range.dropLast(size)]))
      }
    }
    part(other.ids, 0) { ids.append($0) }
    part(other.streams, 0) { streams.append($0) }
    part(other.plain, size) { plain.append($0) }
    part(other.contents, 0) { contents.append($0) }
  }

  /// Commits to the newest content: HMAC of the path, a digit, under the seed; then the hash of
  /// prefix, salt, length of the path, path and text.
  private mutating func commit(_ seed: UnsafeRawBufferPointer) {
    let text = contents.range(contents.count - 1).suffix(60)
    var keys = InlineArray<16, UInt32>(repeating: 0)
    var message = InlineArray<95, UInt8>(repeating: 0x31)
    var hash = Digest.zero
    var keySpan = keys.mutableSpan
    var messageSpan = message.mutableSpan
    keySpan.withUnsafeMutableBufferPointer { keys in
      messageSpan.withUnsafeMutableBytes { message in
        guard let keys = keys.baseAddress, let start = message.baseAddress else { return }
        casefile_hmac_begin(seed.baseAddress, 32, keys, keys + 8)
        casefile_hmac_end(keys, keys + 8, start, 1, start)
        contents.bytes.withUnsafeBytes { message[35...].copyBytes(from: $0[text]) }
        withUnsafeMutableBytes(of: &hash) {
          casefile_sha256_prefixed(2, start, message.count, $0.baseAddress)
        }
      }
    }
    hash.withUnsafeBytes { plain.extend($0) }
  }
}

/// What one commit stores.
struct LimitBatch: Sendable {
  var envelopes = LimitRows()
  var contents = LimitRows()
  var contentOwners: [Int] = []
  var leaves: [Digest] = []
  var treeRows: [(key: UInt64, hashes: [Digest])] = []
  var root = Digest.zero

  mutating func removeAll() {
    envelopes.removeAll()
    contents.removeAll()
    contentOwners.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    treeRows.removeAll(keepingCapacity: true)
  }
}
