internal import CasefileModel

/// A stored row of a run: up to 339 postings of one kind in order, 12 bytes each, and a checksum.
///
/// Key, 18 bytes, big-endian so that LMDB sorts it: level (1), first block of the run (4), kind (1),
/// fingerprint of the first posting (8), its offset (4). Value: for each posting the fingerprint (8)
/// and the offset from the run's first position (4), little-endian; then 8 bytes of checksum over
/// key and value. 339 postings fill LMDB's 4 KiB overflow page but for 4 bytes.
enum PostingChunk {
  static let postingCount = 339
  static let postingSizeBytes = 12
  static let keySizeBytes = 18

  static func key(
    _ run: IndexRun, _ kind: Fingerprint.Kind, _ fingerprint: UInt64, _ offset: UInt32
  ) -> [UInt8] {
    var key: [UInt8] = [UInt8(run.level)]
    key.reserveCapacity(keySizeBytes)
    func put(_ value: UInt64, _ size: Int) {
      for shift in stride(from: (size - 1) * 8, through: 0, by: -8) {
        key.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
      }
    }
    put(run.firstBlock, 4)
    key.append(kind.rawValue)
    put(fingerprint, 8)
    put(UInt64(offset), 4)
    return key
  }

  static func value(_ postings: ArraySlice<Posting>, key: [UInt8]) -> [UInt8] {
    var value: [UInt8] = []
    value.reserveCapacity(postings.count * postingSizeBytes + 8)
    value.append(addingCapacity: postings.count * postingSizeBytes) { out in
      // In place: an append for each number took a fifth of the time in which a block moves to disk.
      out.withUnsafeMutableBufferPointer { buffer, count in
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        for posting in postings {
          bytes.storeBytes(
            of: posting.fingerprint.littleEndian, toByteOffset: count, as: UInt64.self)
          bytes.storeBytes(
            of: posting.offset.littleEndian, toByteOffset: count + 8, as: UInt32.self)
          count += postingSizeBytes
        }
      }
    }
    let sum = checksum(value.span.bytes, key: key.span.bytes)
    withUnsafeBytes(of: sum.littleEndian) { value.append(contentsOf: $0) }
    return value
  }

  private static func checksum(_ value: RawSpan, key: RawSpan) -> UInt64 {
    Fingerprint.hash(value, seed: Fingerprint.hash(key, seed: 7))
  }

  /// The number of postings of a row whose checksum holds.
  ///
  /// - Throws: `.damaged`, upon which the view is built anew.
  static func count(_ value: RawSpan, key: RawSpan) throws(LogError) -> Int {
    let size = value.byteCount - 8
    guard size >= 0, size.isMultiple(of: postingSizeBytes),
      UInt64(littleEndian: value.unsafeLoadUnaligned(fromByteOffset: size, as: UInt64.self))
        == checksum(value.extracting(0..<size), key: key)
    else { throw LogError(.damaged, "a row of the index view does not match its checksum") }
    return size / postingSizeBytes
  }

  static func fingerprint(_ value: RawSpan, _ index: Int) -> UInt64 {
    UInt64(
      littleEndian: value.unsafeLoadUnaligned(
        fromByteOffset: index * postingSizeBytes, as: UInt64.self))
  }

  static func offset(_ value: RawSpan, _ index: Int) -> UInt32 {
    UInt32(
      littleEndian: value.unsafeLoadUnaligned(
        fromByteOffset: index * postingSizeBytes + 8, as: UInt32.self))
  }

  /// The first posting that is not below a fingerprint and offset.
  static func firstIndex(
    _ value: RawSpan, count: Int, atOrAfter fingerprint: UInt64, _ offset: UInt32
  ) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let found = PostingChunk.fingerprint(value, middle)
      if found < fingerprint
        || found == fingerprint && PostingChunk.offset(value, middle) < offset
      {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}

/// A sorted run of the index view: the postings of one or of 8, 64, 512 … whole blocks.
struct IndexRun: Hashable {
  /// Blocks are cut at multiples of this many positions, so that the view is a function of the log.
  static let positionsPerBlock: UInt64 = 65_536
  /// How many runs of a level make one of the next: at 10 M events a word is looked up in up to 12
  /// runs, and each posting was written three times.
  static let fanIn: UInt64 = 8

  let level: Int
  let firstBlock: UInt64

  var blockCount: UInt64 { (0..<level).reduce(1) { count, _ in count * IndexRun.fanIn } }
  var firstPosition: UInt64 { firstBlock * IndexRun.positionsPerBlock }
  var endPosition: UInt64 { (firstBlock + blockCount) * IndexRun.positionsPerBlock }

  /// The runs that a number of blocks lies in, oldest first: the digits of the number to base 8.
  static func runs(blocks: UInt64) -> [IndexRun] {
    var runs: [IndexRun] = []
    var level = 0
    while level < 20, IndexRun(level: level + 1, firstBlock: 0).blockCount <= blocks { level += 1 }
    var next: UInt64 = 0
    while next < blocks {
      let run = IndexRun(level: level, firstBlock: next)
      if next + run.blockCount <= blocks {
        runs.append(run)
        next += run.blockCount
      } else {
        level -= 1
      }
    }
    return runs
  }

  /// The runs that are joined when the block before `blocks` was added, smallest first.
  static func merges(blocks: UInt64) -> [IndexRun] {
    var merges: [IndexRun] = []
    var size = fanIn
    var level = 1
    while blocks > 0, blocks.isMultiple(of: size) {
      merges.append(IndexRun(level: level, firstBlock: blocks - size))
      size *= fanIn
      level += 1
    }
    return merges
  }

  var parts: [IndexRun] {
    let size = IndexRun(level: level - 1, firstBlock: 0).blockCount
    return (0..<IndexRun.fanIn).map {
      IndexRun(level: level - 1, firstBlock: firstBlock + $0 * size)
    }
  }
}
