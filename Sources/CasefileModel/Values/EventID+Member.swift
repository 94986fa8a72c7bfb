extension EventID {
  /// The id of the n-th event of a request whose first event has this id; the same ones each time,
  /// so that a repeated request is recognised.
  ///
  /// A UUIDv8 of the first id's time, so that an index of ids stays nearly ordered.
  package func member(_ index: Int) -> EventID {
    guard index > 0 else { return self }
    let hash = Digest.sha256(bytes + Array("casefile/\(index)".utf8)).bytes
    let words = [hash[0..<8], hash[8..<16]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
    let time = Timestamp(microseconds: Int64(high >> 16) * 1000)
    return EventID(derivedAt: time, words[0], words[1])
  }
}
