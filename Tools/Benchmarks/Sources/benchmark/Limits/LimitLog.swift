internal import Workload

/// A chain and the tables that it is stored in.
// SAFETY: of its two halves each is used by one thread at a time, which its users see to: sealing by
// the one, storing by the other.
final class LimitLog: @unchecked Sendable {
  private let tables: LimitTables
  private var chain: LimitChain
  private var batch = LimitBatch()

  init(at path: String, events: Int) throws {
    tables = try LimitTables(at: path)
    chain = LimitChain(events: events)
  }

  /// Judges, seals, hashes and stores, on one thread.
  func append(_ events: LimitEvents, _ range: Range<Int>) throws {
    batch.removeAll()
    let first = chain.size
    try chain.seal(events, range, into: &batch)
    chain.grow(&batch)
    try tables.begin()
    try tables.put(batch, from: first)
    try tables.finish(batch)
    try tables.commit()
  }

  /// A batch ready to be stored.
  func sealed(_ events: LimitEvents) throws -> (batch: LimitBatch, first: UInt64) {
    var batch = LimitBatch()
    let first = chain.size
    try chain.seal(events, 0..<events.count, into: &batch)
    chain.grow(&batch)
    return (batch, first)
  }

  func store(_ sealed: (batch: LimitBatch, first: UInt64)) throws {
    try tables.begin()
    try tables.put(sealed.batch, from: sealed.first)
    try tables.finish(sealed.batch)
    try tables.commit()
  }

  /// The same as `append`, with each part stored while the next one is hashed.
  func append(_ events: LimitEvents, parts: Int, _ side: SideThread) throws {
    let size = events.count / parts
    var leaves = LimitBatch()
    for part in 0..<parts {
      var batch = LimitBatch()
      let first = chain.size
      let end = part + 1 == parts ? events.count : (part + 1) * size
      try chain.seal(events, part * size..<end, into: &batch)
      leaves.leaves += batch.leaves
      if part > 0 { try side.end() }
      let sealed = batch
      side.begin { [tables] in
        if part == 0 { try tables.begin() }
        try tables.put(sealed, from: first)
      }
    }
    chain.grow(&leaves)
    try side.end()
    let last = leaves
    side.begin { [tables] in
      try tables.finish(last)
      try tables.commit()
    }
    try side.end()
  }
}
