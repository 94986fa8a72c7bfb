/// Where each ticket stands while rows of all tickets are mapped in order of time.
///
/// A ticket's state is that of its last row, which lies in the table already; only waits that have
/// begun are kept besides.
struct TicketProgress {
  /// The place after that of the ticket's last row; 0 where it has not begun.
  private let lastRows: ScratchArray<UInt32>
  /// Which tickets have begun with rows that an earlier run stored, and got nothing in this one.
  private let stored: ScratchArray<Bool>
  private var waits: [UInt32: Snapshot.Wait] = [:]
  private var bases: [UInt32: Snapshot] = [:]

  init(count: Int, in directory: String?) {
    lastRows = ScratchArray(repeating: 0, count: count, in: directory)
    stored = ScratchArray(repeating: false, count: count, in: directory)
  }

  func hasBegun(_ ticket: UInt32) -> Bool { lastRows[Int(ticket)] != 0 }

  /// Notes the row that was mapped last.
  mutating func set(_ row: Int, _ snapshot: Snapshot?, of ticket: UInt32) {
    lastRows[Int(ticket)] = UInt32(row + 1)
    if let wait = snapshot?.wait {
      waits[ticket] = wait
    } else if !waits.isEmpty {
      waits[ticket] = nil
    }
  }

  /// Notes that the ticket has begun with a row that is stored.
  func noteStored(_ ticket: UInt32) { stored[Int(ticket)] = true }

  /// Whether the ticket had only rows that are stored until now.
  func takeStored(_ ticket: UInt32) -> Bool {
    defer { stored[Int(ticket)] = false }
    return stored[Int(ticket)]
  }

  /// The ticket after the row that was mapped last.
  func snapshot(of ticket: UInt32, in table: RowTable) -> Snapshot? {
    let row = Int(lastRows[Int(ticket)])
    guard row > 0 else { return nil }
    return Snapshot(cells: table.cells(of: row - 1), wait: waits[ticket])
  }

  /// Asks for where a ticket stands.
  func prefetch(_ ticket: UInt32) {
    lastRows.prefetch(Int(ticket))
    stored.prefetch(Int(ticket))
  }

  /// Asks for the row that was mapped last.
  func prefetchSnapshot(of ticket: UInt32, in table: RowTable) {
    let row = Int(lastRows[Int(ticket)])
    guard row > 0 else { return }
    table.cells.prefetch((row - 1) * table.cellCount..<row * table.cellCount)
  }

  /// Sets what a ticket's next rows are compared with, where its earlier rows were corrected.
  mutating func setBase(_ snapshot: Snapshot, of ticket: UInt32) {
    bases[ticket] = snapshot
  }

  func base(of ticket: UInt32) -> Snapshot? { bases[ticket] }
}

/// Snapshots of tickets by their codes, on disk where they are many.
struct SnapshotTable {
  private let cells: ScratchArray<UInt32>
  private var places: [UInt32: Int] = [:]
  private var waits: [UInt32: Snapshot.Wait] = [:]
  private var cellCount = 0

  init(in directory: String?) { cells = ScratchArray(in: directory) }

  mutating func set(_ snapshot: Snapshot, of ticket: UInt32) {
    places[ticket] = cells.count
    waits[ticket] = snapshot.wait
    cellCount = snapshot.cells.count
    cells.append(contentsOf: snapshot.cells)
  }

  func snapshot(of ticket: UInt32) -> Snapshot? {
    guard let place = places[ticket] else { return nil }
    return Snapshot(cells: cells.values(place..<place + cellCount), wait: waits[ticket])
  }
}
