internal import CasefileModel

/// What the ids of a row's events are derived from, so that the same row gives the same ids from
/// another file, under another name, in another order.
///
/// An id's random bits come from SHA-256 of (hash of the source's id ‖ hash of the row's record key,
/// or of its ticket and content ‖ which of several identical rows ‖ which event of the row). Where the
/// row came with imports that were retracted since, their number follows: ids are never used twice.
struct RowIdentity: Hashable, Sendable {
  /// The hash of the source's id.
  let source: Digest
  /// The hash of the record key, or of the whole row.
  let key: Digest
  /// The hash of the whole row.
  let content: Digest
  /// Which of several rows with the same key, from 0.
  let ordinal: UInt32
  /// How many imports that were retracted since had the row.
  var generation: UInt32 = 0

  /// The id of one event of the row, from 0.
  ///
  /// - Complexity: one hash of 72 bytes, about 0.3 µs.
  func eventID(_ index: Int, at time: Timestamp) -> EventID {
    id(key, UInt32(truncatingIfNeeded: index), at: time)
  }

  /// The id of the row's action group. It tells the row's content, so that a row of a known record
  /// key with other content is found out. A row that tells of several actions has several groups.
  func groupID(at time: Timestamp, number: Int = 0) -> EventID {
    id(content, .max - UInt32(truncatingIfNeeded: number), at: time)
  }

  private func id(_ digest: Digest, _ index: UInt32, at time: Timestamp) -> EventID {
    var input: [UInt8] = []
    input.reserveCapacity(76)
    source.withUnsafeBytes { input.append(contentsOf: $0) }
    digest.withUnsafeBytes { input.append(contentsOf: $0) }
    withUnsafeBytes(of: (ordinal.bigEndian, index.bigEndian)) { input.append(contentsOf: $0) }
    if generation > 0 {
      withUnsafeBytes(of: generation.bigEndian) { input.append(contentsOf: $0) }
    }
    return Digest.sha256(input).withUnsafeBytes { hash in
      EventID(
        derivedAt: time,
        UInt64(bigEndian: hash.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        UInt64(bigEndian: hash.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }
}
