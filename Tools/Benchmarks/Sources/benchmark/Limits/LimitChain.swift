internal import CSHA256
internal import CasefileModel
internal import Workload

/// The newest event of each stream, all ids, and the growing Merkle tree, by tables of numbers: what
/// the writer has to know, and nothing that makes it small or safe.
struct LimitChain {
  private(set) var size: UInt64 = 0
  /// Open hash tables of fingerprints, 0 for a free place, large enough for all events.
  private var ids: [UInt64]
  private var streams: [UInt64]
  private var heads: [Digest]
  private var versions: [Int64]
  private var subtrees: [Digest] = Array(repeating: .zero, count: 64)
  private var row: [Digest] = []
  /// The newest event, which is hashed together with the next one.
  private var waiting: (event: Int, row: Int, place: Int)?

  init(events: Int) {
    let count = 1 << (Int.bitWidth - events.leadingZeroBitCount + 1)
    ids = Array(repeating: 0, count: count)
    streams = Array(repeating: 0, count: count)
    heads = Array(repeating: .zero, count: count)
    versions = Array(repeating: 0, count: count)
  }

  private static func hash(_ rows: LimitRows, _ index: Int) -> UInt64 {
    let range = rows.range(index)
    return rows.bytes.withUnsafeBytes { bytes in
      var hash = UInt64(range.count)
      var offset = range.lowerBound
      while offset + 8 <= range.upperBound {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let product = (hash ^ word).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        hash = product.high ^ product.low
        offset += 8
      }
      for byte in bytes[offset..<range.upperBound] {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
      return hash | 1
    }
  }

  private static func find(_ hash: UInt64, in table: [UInt64]) -> Int {
    var place = Int(truncatingIfNeeded: hash >> 20) & (table.count - 1)
    while table[place] != 0, table[place] != hash { place = (place + 1) & (table.count - 1) }
    return place
  }

  /// Judges and seals events: id check, version, link to the stream's newest event, leaf hash.
  mutating func seal(
    _ events: LimitEvents, _ range: Range<Int>, into batch: inout LimitBatch
  ) throws {
    for index in range {
      let id = LimitChain.hash(events.ids, index)
      let known = LimitChain.find(id, in: ids)
      guard ids[known] == 0 else { throw UsageError("an id is there twice") }
      ids[known] = id
      let stream = LimitChain.hash(events.streams, index)
      let place = LimitChain.find(stream, in: streams)
      streams[place] = stream
      if waiting?.place == place { finishLeaf(events, into: &batch) }
      versions[place] += 1
      add(events, index, place, to: &batch)
      let row = batch.envelopes.count - 1
      guard let first = waiting else {
        waiting = (index, row, place)
        continue
      }
      // Two hashes at once take little more time than one.
      let (one, two) = LimitChain.leaves(
        events, (first.event, first.row), (index, row), batch.envelopes)
      heads[first.place] = one
      heads[place] = two
      batch.leaves.append(one)
      batch.leaves.append(two)
      waiting = nil
    }
    finishLeaf(events, into: &batch)
  }

  private mutating func finishLeaf(_ events: LimitEvents, into batch: inout LimitBatch) {
    guard let last = waiting else { return }
    let row = (last.event, last.row)
    heads[last.place] = LimitChain.leaves(events, row, row, batch.envelopes).0
    batch.leaves.append(heads[last.place])
    waiting = nil
  }

  private mutating func add(
    _ events: LimitEvents, _ index: Int, _ place: Int, to batch: inout LimitBatch
  ) {
    var seal = (size, versions[place], size, heads[place], UInt64(0), UInt8(0))
    size += 1
    events.plain.bytes.withUnsafeBytes {
      batch.envelopes.append(UnsafeRawBufferPointer(rebasing: $0[events.plain.range(index)]))
    }
    withUnsafeBytes(of: &seal) {
      batch.envelopes.extend(UnsafeRawBufferPointer(rebasing: $0[..<Seal.sizeBytes]))
    }
    let content = events.contents.range(index)
    if !content.isEmpty {
      events.contents.bytes.withUnsafeBytes {
        batch.contents.append(UnsafeRawBufferPointer(rebasing: $0[content]))
      }
      batch.contentOwners.append(batch.envelopes.count - 1)
    }
  }

  /// Adds the batch's leaves to the tree, level by level.
  mutating func grow(_ batch: inout LimitBatch) {
    let first = size - UInt64(batch.leaves.count)
    for (index, leaf) in batch.leaves.enumerated() {
      row.append(leaf)
      guard row.count == 127 else { continue }
      batch.treeRows.append(((first + UInt64(index)) / 127, row))
      row.removeAll(keepingCapacity: true)
    }
    var hashes = batch.leaves
    var height = 0
    while !hashes.isEmpty {
      if first >> UInt64(height) & 1 == 1 { hashes.insert(subtrees[height], at: 0) }
      if !hashes.count.isMultiple(of: 2) { subtrees[height] = hashes.removeLast() }
      let count = hashes.count / 2
      hashes.withUnsafeMutableBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        casefile_sha256_pairs(1, start, count, start)
      }
      hashes.removeLast(count)
      height += 1
    }
    var root: Digest?
    for height in 0..<64 where size >> UInt64(height) & 1 == 1 {
      guard let right = root else {
        root = subtrees[height]
        continue
      }
      var pair = (subtrees[height], right)
      withUnsafeMutableBytes(of: &pair) { pair in
        if let start = pair.baseAddress { casefile_sha256_pairs(1, start, 1, start) }
      }
      root = pair.0
    }
    batch.root = root ?? .zero
  }

  private static func leaves(
    _ events: LimitEvents, _ first: (event: Int, row: Int), _ second: (event: Int, row: Int),
    _ rows: LimitRows
  ) -> (Digest, Digest) {
    let (left, right) = (rows.range(first.row), rows.range(second.row))
    var pair = (Digest.zero, Digest.zero)
    withUnsafeMutableBytes(of: &pair) { pair in
      rows.bytes.withUnsafeBytes { bytes in
        withUnsafeBytes(of: events.states[first.event]) { leftState in
          withUnsafeBytes(of: events.states[second.event]) { rightState in
            guard let out = pair.baseAddress, let bytes = bytes.baseAddress,
              let leftState = leftState.baseAddress?.assumingMemoryBound(to: UInt32.self),
              let rightState = rightState.baseAddress?.assumingMemoryBound(to: UInt32.self)
            else { return }
            casefile_sha256_resume_two(
              leftState, bytes + left.lowerBound, left.count - Seal.sizeBytes, left.count,
              rightState, bytes + right.lowerBound, right.count - Seal.sizeBytes, right.count, 0,
              out, out + 32)
          }
        }
      }
    }
    return pair
  }
}
