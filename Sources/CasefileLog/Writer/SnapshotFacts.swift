internal import CasefileMerkle
internal import CasefileModel
internal import LMDB

/// The log at one snapshot, as the core asks for it.
final class SnapshotFacts: LogFacts {
  let transaction: ReadTransaction
  var heads: [StreamID: StreamHead]
  private let log: Log

  init(log: Log, heads: [StreamID: StreamHead]) throws {
    self.log = log
    self.heads = heads
    transaction = try log.environment.beginRead()
  }

  private func end() throws -> UInt64 { try log.meta(transaction).events }

  func head(of stream: StreamID) throws -> StreamHead? {
    if let head = heads[stream] { return head }
    return try log.head(of: stream, in: 0..<end(), transaction)
  }

  func record(of id: EventID) throws -> StoredRecord? {
    try log.record(of: id, in: 0..<end(), transaction)
  }

  func newest(_ query: EventQuery, after since: Position?) throws -> Position? {
    let first = since.map { $0.next.rawValue } ?? 0
    let range = first..<max(try end(), first)
    guard !range.isEmpty else { return nil }
    if query.isEmpty { return Position(range.upperBound - 1) }
    return try log.newestPosition(matching: query, in: range, transaction).map { Position($0) }
  }
}

extension Log {
  func head(
    of stream: StreamID, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
  ) throws -> StreamHead? {
    guard let position = try newestPosition(of: stream, in: range, transaction),
      let entry = try transaction.value(tables.entries, position)
    else { return nil }
    return StreamHead(version: try Seal(of: entry).version, leaf: MerkleHash.leaf(entry))
  }

  func record(
    of id: EventID, in range: Range<UInt64>, _ transaction: borrowing ReadTransaction
  ) throws -> StoredRecord? {
    guard let position = try position(of: id, in: range, transaction),
      let entry = try transaction.value(tables.entries, position)
    else { return nil }
    let envelope = entry.withUnsafeBytes { Array($0) }
    let content = try transaction.value(tables.contents, position)?.copy() ?? []
    return StoredRecord(envelope: envelope, content: content)
  }
}
