internal import CLMDB
internal import CSHA256
internal import CasefileLog
internal import CasefileModel
internal import LMDB
internal import Workload

/// The rows that one case needs, read by LMDB's own functions out of the files that ours reads: index
/// rows, entries, leaf hashes, contents. Nothing is decoded.
final class CaseLimits {
  /// How the rows are read, and what is done with them.
  enum Way: String, CaseIterable {
    /// Each is copied.
    case rows
    /// Leaf hashes and commitments are compared too.
    case hashes
    /// The same with our lookups of many rows at once in place of LMDB's.
    case together
  }

  private let log: RawReader
  private let index: RawReader
  private let environment: Environment
  /// Level and first block of each run of the index.
  private var runs: [[UInt8]] = []
  private let events: UInt64

  /// - Parameter indexed: how many events the index on disk has.
  init(store: String, events: Int, indexed: UInt64) throws {
    log = try RawReader("\(store)/log", ["entries", "contents", "tree"])
    index = try RawReader("\(store)/views/index-v2", ["runs"])
    environment = try Environment.open(at: "\(store)/log")
    self.events = UInt64(events)
    try log.warm()
    guard indexed > 0 else { return }
    try index.warm()
    try index.reading {
      var next = [UInt8](repeating: 0, count: 18)
      while let key = try index.seek(next)?.key {
        runs.append(Array(key.prefix(5)))
        next = runs[runs.count - 1] + Array(repeating: 0xFF, count: 13)
      }
    }
  }

  /// Reads the case that begins at a position.
  ///
  /// - Returns: how many events it has.
  func read(_ stream: StreamID, from first: UInt64, _ way: Way) throws -> Int {
    let hash = Fingerprint.hash(stream.description.utf8.span.bytes, seed: 1)
    try index.reading { for run in runs { try lookUp(hash, run) } }
    let positions = (0..<UInt64(SampleEvents.eventsPerStream))
      .map { first + $0 * UInt64(SampleEvents.streamsAtOnce) }.filter { $0 < events }
    switch way {
    case .together: return try together(positions)
    default: return try log.reading { try single(positions, isHashed: way == .hashes) }
    }
  }

  /// Finds the postings of a word in one run: the row before the first that is behind it.
  private func lookUp(_ hash: UInt64, _ run: [UInt8]) throws {
    var key = run + [1]
    withUnsafeBytes(of: hash.bigEndian) { key += $0 }
    key += [0, 0, 0, 0]
    guard let row = try index.seek(key) else { return }
    let value = try index.previous() ?? row.value
    var low = 0
    var high = value.count / 12
    while low < high {
      let middle = (low + high) / 2
      if value.loadUnaligned(fromByteOffset: middle * 12, as: UInt64.self) < hash {
        low = middle + 1
      } else {
        high = middle
      }
    }
  }

  private func single(_ positions: [UInt64], isHashed: Bool) throws -> Int {
    var copies: [[UInt8]] = []
    for position in positions {
      guard let entry = try log.value(0, position) else { continue }
      copies.append(Array(entry))
      if position < events - events % 127,
        let leaves = try log.value(2, position / 127)
      {
        let place = Int(position % 127) * 32
        if isHashed {
          try CaseLimits.compare(
            entry, UnsafeRawBufferPointer(rebasing: leaves[place..<place + 32]))
        } else {
          copies.append(Array(leaves[place..<place + 32]))
        }
      }
      guard position % 3 == 1, let content = try log.value(1, position) else { continue }
      copies.append(Array(content))
      if isHashed { CaseLimits.commit(content) }
    }
    return copies.isEmpty ? 0 : positions.count
  }

  private func together(_ positions: [UInt64]) throws -> Int {
    try environment.withRead { transaction in
      guard let entries = try transaction.openTable("entries", keys: .integer),
        let contents = try transaction.openTable("contents", keys: .integer),
        let tree = try transaction.openTable("tree", keys: .integer)
      else { return 0 }
      var copies: [[UInt8]] = []
      let rows = try transaction.values(entries, positions)
      let leaves = try transaction.values(tree, positions.map { $0 / 127 }) {
        Int(positions[$0] % 127) * 32
      }
      let texts = try transaction.values(contents, positions.filter { $0 % 3 == 1 })
      var text = 0
      for (index, position) in positions.enumerated() {
        guard let entry = try rows.value(index) else { continue }
        try entry.withUnsafeBytes { entry in
          copies.append(Array(entry))
          let place = Int(position % 127) * 32
          try leaves.value(index)?.withUnsafeBytes {
            try CaseLimits.compare(entry, UnsafeRawBufferPointer(rebasing: $0[place..<place + 32]))
          }
        }
        guard position % 3 == 1 else { continue }
        try texts.value(text)?.withUnsafeBytes { content in
          copies.append(Array(content))
          CaseLimits.commit(content)
        }
        text += 1
      }
      return copies.isEmpty ? 0 : positions.count
    }
  }

  private static func compare(
    _ entry: UnsafeRawBufferPointer, _ leaf: UnsafeRawBufferPointer
  ) throws {
    var hash = Digest.zero
    withUnsafeMutableBytes(of: &hash) {
      casefile_sha256_prefixed(0, entry.baseAddress, entry.count, $0.baseAddress)
    }
    guard hash.withUnsafeBytes({ $0.elementsEqual(leaf) }) else {
      throw UsageError("an entry does not have the hash that is in the tree")
    }
  }

  /// What checking one commitment takes: a salt by HMAC, and the hash of it with the text.
  private static func commit(_ content: UnsafeRawBufferPointer) {
    var keys = InlineArray<16, UInt32>(repeating: 0)
    var salt = Digest.zero
    var span = keys.mutableSpan
    span.withUnsafeMutableBufferPointer { keys in
      guard let start = keys.baseAddress else { return }
      casefile_hmac_begin(content.baseAddress, 32, start, start + 8)
      withUnsafeMutableBytes(of: &salt) {
        casefile_hmac_end(start, start + 8, content.baseAddress, 1, $0.baseAddress)
        casefile_sha256_prefixed(2, content.baseAddress, 95, $0.baseAddress)
      }
    }
  }
}

/// An LMDB environment that is read by LMDB's own functions while a store has it open: without locks,
/// since nobody writes meanwhile.
final class RawReader {
  private let environment: OpaquePointer
  private var tables: [MDB_dbi] = []
  private var transaction: OpaquePointer?
  private var cursor: OpaquePointer?

  init(_ directory: String, _ names: [String]) throws {
    var opened: OpaquePointer?
    try RawReader.check(mdb_env_create(&opened))
    guard let opened else { throw RawLMDBError(code: 0) }
    environment = opened
    try RawReader.check(mdb_env_set_mapsize(opened, 1 << 40))
    try RawReader.check(mdb_env_set_maxdbs(opened, 8))
    try RawReader.check(
      mdb_env_open(opened, directory, UInt32(MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS), 0o644))
    try RawReader.check(mdb_txn_begin(opened, nil, UInt32(MDB_RDONLY), &transaction))
    for name in names {
      var table: MDB_dbi = 0
      try RawReader.check(mdb_dbi_open(transaction, name, 0, &table))
      tables.append(table)
    }
    try RawReader.check(mdb_txn_commit(transaction))
    transaction = nil
  }

  deinit { mdb_env_close(environment) }

  /// Runs a body in a snapshot of its own, as each of our reads has one.
  func reading<Value>(_ body: () throws -> Value) throws -> Value {
    try RawReader.check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction))
    defer {
      mdb_txn_abort(transaction)
      transaction = nil
    }
    try RawReader.check(mdb_cursor_open(transaction, tables[0], &cursor))
    defer { mdb_cursor_close(cursor) }
    return try body()
  }

  /// Touches every page once, so that what is measured is no page fault.
  func warm() throws {
    try reading {
      for table in tables {
        var cursor: OpaquePointer?
        try RawReader.check(mdb_cursor_open(transaction, table, &cursor))
        defer { mdb_cursor_close(cursor) }
        var key = MDB_val()
        var value = MDB_val()
        var sum: UInt64 = 0
        while mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS {
          if let data = value.mv_data { sum &+= UInt64(data.load(as: UInt8.self)) }
        }
        guard sum > 0 else { throw UsageError("a table of the store is empty") }
      }
    }
  }

  func value(_ table: Int, _ key: UInt64) throws -> UnsafeRawBufferPointer? {
    var number = key
    return try withUnsafeMutableBytes(of: &number) { number in
      var key = MDB_val(mv_size: 8, mv_data: number.baseAddress)
      var value = MDB_val()
      let status = mdb_get(transaction, tables[table], &key, &value)
      if status == MDB_NOTFOUND { return nil }
      try RawReader.check(status)
      return UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
    }
  }

  /// The first row of the first table whose key is not below a key.
  func seek(_ key: [UInt8]) throws -> (key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)?
  {
    var wanted = key
    return try wanted.withUnsafeMutableBytes { wanted in
      var key = MDB_val(mv_size: wanted.count, mv_data: wanted.baseAddress)
      var value = MDB_val()
      let status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE)
      if status == MDB_NOTFOUND { return nil }
      try RawReader.check(status)
      return (
        UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size),
        UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
      )
    }
  }

  /// The value of the row before the one that was found.
  func previous() throws -> UnsafeRawBufferPointer? {
    var key = MDB_val()
    var value = MDB_val()
    let status = mdb_cursor_get(cursor, &key, &value, MDB_PREV)
    if status == MDB_NOTFOUND { return nil }
    try RawReader.check(status)
    return UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
  }

  private static func check(_ status: Int32) throws {
    guard status == MDB_SUCCESS else { throw RawLMDBError(code: status) }
  }
}
