internal import CasefileModel

/// All rows of an import: about 80 bytes and 32 of hash each and 4 for each cell, on disk.
///
/// It holds what mapping needs and nothing of the text, which lies once in the pools. Rows stay in
/// the order of the files; what is sorted are their numbers, by `RowOrder`. Columns are mapped from
/// files (see `ScratchArray`), so that five million rows of 28 cells take a gigabyte of disk and, of
/// the memory that can't be given back, nothing.
struct RowTable {
  let cellCount: Int
  let cells: ScratchArray<UInt32>
  let tickets: ScratchArray<UInt32>
  let times: ScratchArray<Timestamp>
  let writtenTimes: ScratchArray<Timestamp?>
  let orders: ScratchArray<Int64>
  let actors: ScratchArray<UInt32>
  let files: ScratchArray<UInt32>
  let rows: ScratchArray<UInt32>
  let lines: ScratchArray<UInt32>
  /// What the row's ids come from: its record key, or its whole content.
  let identities: ScratchArray<Digest>
  /// Its whole content, where rows have record keys.
  let contents: ScratchArray<Digest>

  private let keepsContents: Bool

  /// - Parameters:
  ///   - keepsContents: whether rows may have record keys.
  ///   - directory: where large tables lie.
  init(cellCount: Int, keepsContents: Bool, in directory: String?) {
    self.cellCount = cellCount
    self.keepsContents = keepsContents
    cells = ScratchArray(in: directory)
    tickets = ScratchArray(in: directory)
    times = ScratchArray(in: directory)
    writtenTimes = ScratchArray(in: directory)
    orders = ScratchArray(in: directory)
    actors = ScratchArray(in: directory)
    files = ScratchArray(in: directory)
    rows = ScratchArray(in: directory)
    lines = ScratchArray(in: directory)
    identities = ScratchArray(in: directory)
    contents = ScratchArray(in: directory)
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

  func append(_ row: Row) {
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
    cells.values(index * cellCount..<(index + 1) * cellCount)
  }

  /// Asks for all of a row that will be read soon; rows are mapped in another order than they lie.
  func prefetch(_ index: Int) {
    cells.prefetch(index * cellCount..<(index + 1) * cellCount)
    tickets.prefetch(index)
    times.prefetch(index)
    writtenTimes.prefetch(index)
    orders.prefetch(index)
    actors.prefetch(index)
    files.prefetch(index)
    rows.prefetch(index)
    identities.prefetch(index)
  }

  /// The row as it was taken in.
  func row(_ index: Int) -> Row {
    Row(
      ticket: tickets[index], time: times[index], writtenAt: writtenTimes[index],
      order: orders[index], actor: actors[index], file: files[index], row: rows[index],
      line: lines[index], identity: identities[index], content: content(of: index),
      cells: cells(of: index))
  }

  /// The hash of the row's whole content.
  func content(of index: Int) -> Digest {
    contents.isEmpty ? identities[index] : contents[index]
  }
}
