internal import CasefileModel
internal import LMDB

/// Joining eight runs into one of the next level, a piece in each transaction.
///
/// A piece takes rows of the old runs away as soon as their postings are in the new one, so that their
/// pages are used for the next piece: with all taken away at the end, the file of ten million events
/// had a quarter of its pages free. Lookups take the old runs and the new one together meanwhile.
extension IndexView {
  /// The runs that cover a stretch of blocks: one, or a join that is not finished and its parts.
  struct Stretch {
    let runs: [IndexRun]
  }

  /// All runs that lookups have to look into, oldest first.
  func stretches(_ transaction: borrowing ReadTransaction) throws -> [Stretch] {
    let blocks = try position(transaction).events / IndexRun.positionsPerBlock
    guard let join = try join(transaction), join.blocks == blocks, blocks > 0 else {
      return IndexRun.runs(blocks: blocks).map { Stretch(runs: [$0]) }
    }
    var runs =
      IndexRun.runs(blocks: blocks - 1) + [IndexRun(level: 0, firstBlock: blocks - 1)]
    for merge in IndexRun.merges(blocks: blocks).prefix(join.done) {
      runs.removeLast(merge.parts.count)
      runs.append(merge)
    }
    guard let target = join.target else { return runs.map { Stretch(runs: [$0]) } }
    let parts = runs.suffix(target.parts.count)
    return runs.dropLast(parts.count).map { Stretch(runs: [$0]) } + [
      Stretch(runs: [target] + parts)
    ]
  }

  private func join(_ transaction: borrowing ReadTransaction) throws -> RunJoin? {
    guard let row = try transaction.value(meta, RunJoin.key.span.bytes) else { return nil }
    return try RunJoin(row)
  }

  /// Joins one piece more, which the state on disk says; false: all runs are joined that are due.
  ///
  /// - Parameter sizeBytes: about how much the piece has; one row at least.
  func joinPiece(sizeBytes: Int) throws -> Bool {
    let known = try environment.withRead { try self.join($0) }
    guard let known, let target = known.target else { return false }
    var piece = JoinPiece(target: target, after: known.last)
    try piece.fill(from: self, sizeBytes: sizeBytes)
    var write = try environment.beginWrite()
    // Another process may have gone on meanwhile.
    guard try write.copy(meta, RunJoin.key) == known.bytes else { return true }
    for row in piece.rows { try write.put(runs, row.key, row.value) }
    for key in piece.emptied { _ = try write.delete(runs, key.span.bytes) }
    if let next = piece.isWhole ? known.nextTarget() : known.moved(to: piece.rows.last?.last) {
      try write.put(meta, RunJoin.key, next.bytes)
    } else {
      _ = try write.delete(meta, RunJoin.key.span.bytes)
    }
    try write.commit()
    return true
  }
}

/// How far the joins are that were due when a block was added: 45 bytes, little-endian.
///
/// Number of blocks (8), how many of the joins that they ask for are finished (8), of the one after
/// these whether something is there (1) and its last posting: kind (4), fingerprint (8), offset (8);
/// checksum (8). No row: nothing is left to join.
struct RunJoin: Equatable {
  static let key: [UInt8] = Array("join".utf8)
  private static let sizeBytes = 45

  let blocks: UInt64
  private(set) var done = 0
  /// The last posting that is in the new run.
  private(set) var last: Posting?

  init(blocks: UInt64) { self.blocks = blocks }

  /// The run that is being made.
  var target: IndexRun? { IndexRun.merges(blocks: blocks).dropFirst(done).first }

  /// After a piece.
  func moved(to last: Posting?) -> RunJoin {
    var join = self
    if let last { join.last = last }
    return join
  }

  /// After the last piece of a run; nil: no other join is due.
  func nextTarget() -> RunJoin? {
    var join = RunJoin(blocks: blocks)
    join.done = done + 1
    return join.target == nil ? nil : join
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func put(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    put(blocks)
    put(UInt64(done))
    put(UInt8(last == nil ? 0 : 1))
    put(UInt32(last?.kind.rawValue ?? 0))
    put(last?.fingerprint ?? 0)
    put(UInt64(last?.offset ?? 0))
    put(Fingerprint.hash(bytes.span.bytes, seed: UInt64(IndexView.version)))
    return bytes
  }

  init(_ row: RawSpan) throws(LogError) {
    func number<Number: FixedWidthInteger & BitwiseCopyable>(_ at: Int, _: Number.Type) -> Number {
      Number(littleEndian: row.unsafeLoadUnaligned(fromByteOffset: at, as: Number.self))
    }
    guard row.byteCount == RunJoin.sizeBytes,
      number(37, UInt64.self)
        == Fingerprint.hash(row.extracting(0..<37), seed: UInt64(IndexView.version)),
      let kind = Fingerprint.Kind(rawValue: UInt8(truncatingIfNeeded: number(17, UInt32.self))),
      let offset = UInt32(exactly: number(29, UInt64.self)),
      let done = Int(exactly: number(8, UInt64.self)), done <= 20
    else { throw LogError(.damaged, "the state of the index's joins does not match its checksum") }
    blocks = number(0, UInt64.self)
    self.done = done
    if number(16, UInt8.self) == 1 {
      last = Posting(kind: kind, fingerprint: number(21, UInt64.self), offset: offset)
    }
  }
}

/// The rows of one piece of a join, and those that are not needed any more with it.
private struct JoinPiece {
  let target: IndexRun
  /// The last posting of the piece before.
  let after: Posting?
  private(set) var rows: [RunWriter.Row] = []
  /// Keys of rows of the old runs whose postings all are in the new one.
  private(set) var emptied: [[UInt8]] = []
  /// Whether nothing of the old runs is left.
  private(set) var isWhole = true

  init(target: IndexRun, after: Posting?) {
    self.target = target
    self.after = after
  }

  mutating func fill(from view: IndexView, sizeBytes: Int) throws {
    var writer = RunWriter(run: target)
    var size = 0
    var used: [(key: [UInt8], last: Posting)] = []
    let first = after?.kind ?? .id
    kinds: for kind in Fingerprint.Kind.allCases where kind.rawValue >= first.rawValue {
      var sources = try target.parts.map { part in
        var source = RunSource(
          run: part, kind: kind, shift: UInt32(part.firstPosition - target.firstPosition))
        try source.load(view, after: after, &used)
        return source
      }
      while let (index, posting) = JoinPiece.smallest(of: sources) {
        if let row = writer.add(posting) {
          rows.append(row)
          size += row.key.count + row.value.count
          if size >= sizeBytes {
            isWhole = false
            break kinds
          }
        }
        try sources[index].advance(view, &used)
      }
      if let row = writer.finish() {
        rows.append(row)
        size += row.key.count + row.value.count
      }
    }
    // A row that was read to its end may have postings that wait for the next piece.
    emptied = used.filter { used in
      isWhole || rows.last.map { used.last <= $0.last } ?? false
    }.map(\.key)
  }

  private static func smallest(of sources: [RunSource]) -> (index: Int, posting: Posting)? {
    var smallest: (index: Int, posting: Posting)?
    for (index, source) in sources.enumerated() {
      guard let head = source.head else { continue }
      if let known = smallest, known.posting <= head { continue }
      smallest = (index, head)
    }
    return smallest
  }
}

/// The postings of one kind of a run in order, a row in memory.
private struct RunSource {
  let run: IndexRun
  let kind: Fingerprint.Kind
  let shift: UInt32
  private var chunk: [Posting] = []
  private var next = 0
  private var lastKey: [UInt8]?

  init(run: IndexRun, kind: Fingerprint.Kind, shift: UInt32) {
    self.run = run
    self.kind = kind
    self.shift = shift
  }

  var head: Posting? { next < chunk.count ? chunk[next] : nil }

  /// Goes to the next posting; rows that were left behind are noted.
  mutating func advance(
    _ view: IndexView, _ used: inout [(key: [UInt8], last: Posting)]
  ) throws {
    next += 1
    if next == chunk.count { try load(view, after: nil, &used) }
  }

  /// Loads the next row that has a posting behind another one.
  mutating func load(
    _ view: IndexView, after: Posting?, _ used: inout [(key: [UInt8], last: Posting)]
  ) throws {
    repeat {
      if let last = chunk.last, let lastKey { used.append((lastKey, last)) }
      chunk.removeAll(keepingCapacity: true)
      next = 0
      guard try loadRow(view) else { return }
      if let after { next = chunk.firstIndex { $0 > after } ?? chunk.count }
    } while next == chunk.count
  }

  private mutating func loadRow(_ view: IndexView) throws -> Bool {
    // The next key after one is that with a zero added.
    let start = lastKey.map { $0 + [0] } ?? PostingChunk.key(run, kind, 0, 0)
    let transaction = try view.environment.beginRead()
    var cursor = try transaction.cursor(view.runs)
    guard try cursor.seek(atOrAfter: start.span.bytes), cursor.key.starts(with: start[..<6]) else {
      return false
    }
    let value = cursor.value
    for index in 0..<(try PostingChunk.count(value, key: cursor.key)) {
      chunk.append(
        Posting(
          kind: kind, fingerprint: PostingChunk.fingerprint(value, index),
          offset: PostingChunk.offset(value, index) + shift))
    }
    lastKey = cursor.key.copy()
    return true
  }
}
