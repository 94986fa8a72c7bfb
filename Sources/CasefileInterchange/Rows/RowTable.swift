internal import CasefileModel

/// All rows of an import, 40 bytes and 32 of hash each and 4 for each cell.
///
/// It holds what mapping needs and nothing of the text, which lies once in the pools. At 28 columns
/// a row takes about 200 bytes, so that a million rows fit into 200 MB. Imports beyond that will
/// sort outside: runs of rows as they lie here, sorted by (ticket, order key, file order), are
/// spilled to files beside the store and merged; the merge knows each row's effective time and
/// spills (effective time, row) a second time. Only the pools and one buffer a run stay in memory.
struct RowTable {
  let cellCount: Int
  private(set) var cells: [UInt32] = []
  private(set) var tickets: [UInt32] = []
  private(set) var times: [Timestamp] = []
  private(set) var writtenTimes: [Timestamp?] = []
  private(set) var orders: [Int64] = []
  private(set) var actors: [UInt32] = []
  private(set) var files: [UInt32] = []
  private(set) var rows: [UInt32] = []
  private(set) var lines: [UInt32] = []
  /// What the row's ids come from: its record key, or its whole content.
  private(set) var identities: [Digest] = []
  /// Its whole content, where rows have record keys.
  private(set) var contents: [Digest] = []

  private let keepsContents: Bool

  /// - Parameter keepsContents: whether rows may have record keys.
  init(cellCount: Int, keepsContents: Bool) {
    self.cellCount = cellCount
    self.keepsContents = keepsContents
  }

  /// One row before it is taken into the table.
  struct Row {
    var ticket: UInt32 = 0
    var time = Timestamp(microseconds: 0)
    var writtenAt: Timestamp?
    var order: Int64 = 0
    var actor: UInt32 = 0
    var file: UInt32 = 0
    var row: UInt32 = 0
    var line: UInt32 = 0
    var identity = Digest.zero
    var content: Digest?
    var cells: [UInt32] = []
  }

  var count: Int { tickets.count }

  mutating func append(_ row: Row) {
    cells.append(contentsOf: row.cells)
    tickets.append(row.ticket)
    times.append(row.time)
    writtenTimes.append(row.writtenAt)
    orders.append(row.order)
    actors.append(row.actor)
    files.append(row.file)
    rows.append(row.row)
    lines.append(row.line)
    identities.append(row.identity)
    if keepsContents { contents.append(row.content ?? row.identity) }
  }

  func cells(of index: Int) -> [UInt32] {
    Array(cells[index * cellCount..<(index + 1) * cellCount])
  }

  /// The hash of the row's whole content.
  func content(of index: Int) -> Digest {
    contents.isEmpty ? identities[index] : contents[index]
  }
}
