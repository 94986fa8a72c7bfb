internal import Casefile
internal import CasefileLog
internal import CasefileModel

/// What the store holds of a row: about the first of its events.
struct StoredRow {
  let position: Position
  /// The group of its events, which tells the row's content; nil where it had none.
  let groupID: EventID?
  /// How many events the group has.
  let eventCount: Int
  /// The import that brought it.
  let batch: String?

  init(_ event: StoredEvent) {
    position = event.position
    groupID = event.envelope.group?.id
    eventCount = Int(event.envelope.group?.count ?? 1)
    batch = event.envelope.importBatch
  }

  fileprivate init(_ entry: StoredRows.Entry, batch: String?) {
    position = Position(entry.position)
    groupID = entry.eventCount == 0 ? nil : EventID(high: entry.groupHigh, low: entry.groupLow)
    eventCount = max(1, Int(entry.eventCount))
    self.batch = batch
  }
}

/// All rows of a source that the store holds, by the ids of their first events.
///
/// Going through the log once and keeping what was found takes a microsecond for each event; asking
/// the index takes twenty for each row, since both its pages and the event lie anywhere. Like the rows
/// themselves, the table lies on disk: 56 bytes for each row that is stored.
struct StoredRows {
  fileprivate struct Entry {
    let idHigh: UInt64
    let idLow: UInt64
    let groupHigh: UInt64
    let groupLow: UInt64
    let position: UInt64
    /// 0 where the event has no group.
    let eventCount: UInt32
    /// Its import's place among the names, from 1; 0 for none.
    let batch: UInt32
  }

  private let entries: ScratchArray<Entry>
  /// Places in `entries` from 1 by the ids' random bits, 0 where there is none.
  private let slots: ScratchArray<UInt32>
  private let batches: [String]

  /// Reads them from the log.
  init(of source: String, in store: Store, directory: String?) throws {
    let entries = ScratchArray<Entry>(in: directory)
    let system = Array(source.utf8)
    var names: [[UInt8]] = []
    try store.log.scan { position, span in
      let header = try EnvelopeHeader(span)
      let origin = try header.originTexts(span)
      guard span.has(system, at: origin.system) else { return }
      let group = try header.group(span)
      guard group?.index ?? 1 == 1 else { return }
      var batch = 0
      if let range = origin.importBatch {
        if let known = names.lastIndex(where: { span.has($0, at: range) }) {
          batch = known + 1
        } else {
          names.append(span.extracting(range).withUnsafeBytes { Array($0) })
          batch = names.count
        }
      }
      entries.append(
        Entry(
          idHigh: header.id.high, idLow: header.id.low, groupHigh: group?.id.high ?? 0,
          groupLow: group?.id.low ?? 0, position: position.rawValue,
          eventCount: group.map { max(1, $0.count) } ?? 0, batch: UInt32(batch)))
    }
    self.entries = entries
    batches = names.map { String(decoding: $0, as: UTF8.self) }
    // At most half full, so that few places are looked at for an id.
    let size = max(16, entries.count * 2).nextPowerOfTwo
    slots = ScratchArray(repeating: 0, count: size, in: directory)
    for index in 0..<entries.count {
      var slot = Int(truncatingIfNeeded: entries[index].idLow) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  /// The row whose first event has an id; nil if the store has none.
  subscript(id: EventID) -> StoredRow? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: id.low) & mask
    while slots[slot] != 0 {
      let entry = entries[Int(slots[slot]) - 1]
      if entry.idLow == id.low, entry.idHigh == id.high {
        return StoredRow(entry, batch: entry.batch == 0 ? nil : batches[Int(entry.batch) - 1])
      }
      slot = (slot + 1) & mask
    }
    return nil
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
