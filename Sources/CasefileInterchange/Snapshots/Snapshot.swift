internal import CasefileModel

/// A ticket after one of its rows: what the next row is compared with.
struct Snapshot: Hashable, Sendable {
  /// A wait that has begun and not ended.
  struct Wait: Hashable, Sendable {
    let id: String
    let reason: WaitReason
  }

  /// The codes of the tracked and untracked cells, in the order of the plan.
  var cells: [UInt32]
  /// The wait that goes on.
  var wait: Wait?
}

/// One row, ready to be mapped.
struct SnapshotRow: Sendable {
  let stream: StreamID
  let cells: [UInt32]
  let time: Timestamp
  let writtenAt: Timestamp?
  /// The source's order key, where it has one.
  let sequence: Int64?
  let actor: UInt32
  let identity: RowIdentity
  let file: UInt32
  let row: UInt64
}
