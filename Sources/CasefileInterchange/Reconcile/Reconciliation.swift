/// How a source's export and the store differ: what an administrator wants to know who runs both
/// systems side by side.
public struct Reconciliation {
  /// One thing in which they differ.
  public struct Difference: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, CaseIterable {
      /// The export has a ticket that the store does not have.
      case ticketMissing
      /// The store has a ticket of this source that the export does not have.
      case ticketGone
      /// A ticket's state in the store is not what its last row in the export shows.
      case field
      /// A row of a ticket that is in the store was not imported.
      case rowNew
      /// A record was imported, and the export has it with other content.
      case rowChanged
      /// A row can't be imported as it is.
      case rowRejected
    }

    /// What it is.
    public let kind: Kind
    /// The ticket; nil for a row that can't be read.
    public internal(set) var ticket: String?
    /// The column.
    public internal(set) var field: String?
    /// What the store shows there; nil where it shows nothing.
    public internal(set) var store: String?
    /// What the export shows there; nil where it shows nothing.
    public internal(set) var export: String?
    /// The export's file; nil for what it does not have.
    public internal(set) var file: String?
    /// The line.
    public internal(set) var line: Int?
    /// Why a row can't be imported.
    public internal(set) var reason: String?

    init(_ kind: Kind) { self.kind = kind }
  }

  /// Rows of the export.
  public internal(set) var rows = 0
  /// Tickets of the export.
  public internal(set) var tickets = 0
  /// How many differences of each kind there are.
  public internal(set) var counts: [Difference.Kind: Int] = [:]
  /// How many there are of all kinds.
  public var differences: Int { counts.values.reduce(0, +) }

  /// Differences by their places: a few bytes each, on disk where they are many.
  struct Entry {
    let kind: UInt8
    var column: UInt16 = 0
    var row: UInt32 = .max
    var text: UInt32 = ValuePool.unknown
  }

  let run: ImportRun
  let entries: ScratchArray<Entry>
  var texts: ValuePool

  init(_ run: ImportRun) {
    self.run = run
    entries = ScratchArray(in: run.scratchDirectory)
    texts = ValuePool(.free, unknownMarkers: [], in: run.scratchDirectory)
  }

  /// Hands out the differences: rows that can't be taken in the order of the files, then those of
  /// each ticket, then tickets that the export does not have.
  public func forEach(_ each: (Difference) throws -> Void) rethrows {
    for rejection in run.rejections {
      var difference = Difference(
        rejection.error.code == .rowChanged ? .rowChanged : .rowRejected)
      let names = run.profile.tables.map(\.ticket)
      difference.ticket = rejection.cells.first { names.contains($0.name) }?.text
      difference.file = rejection.error.file
      difference.line = rejection.error.line
      if difference.kind == .rowRejected { difference.reason = rejection.error.message }
      try each(difference)
    }
    for index in 0..<entries.count { try each(difference(entries[index])) }
  }

  private func difference(_ entry: Entry) -> Difference {
    var difference = Difference(Difference.Kind.allCases[Int(entry.kind)])
    guard entry.row != .max else {
      difference.ticket = texts.text(entry.text)
      return difference
    }
    let row = Int(entry.row)
    let table = run.reader.table
    difference.ticket = run.ticketName(table.tickets[row])
    difference.file = run.path(of: row)
    difference.line = Int(table.lines[row])
    if difference.kind == .field {
      let column = Int(entry.column)
      difference.field = run.reader.plan.columns[column].name
      difference.store = texts.text(entry.text)
      difference.export = run.pools[column].text(table.cells(of: row)[column])
    }
    return difference
  }

  /// Notes a difference of a row, or of the ticket whose row it is.
  mutating func note(
    _ kind: Difference.Kind, row: Int, column: Int = 0, store: String? = nil
  ) {
    let text = store.map { texts.code($0) } ?? ValuePool.unknown
    add(
      kind,
      Entry(kind: number(kind), column: UInt16(column), row: UInt32(row), text: text))
  }

  /// Notes a ticket that the export does not have.
  mutating func note(gone ticket: String) {
    add(.ticketGone, Entry(kind: number(.ticketGone), text: texts.code(ticket)))
  }

  private mutating func add(_ kind: Difference.Kind, _ entry: Entry) {
    entries.append(entry)
    counts[kind, default: 0] += 1
  }

  private func number(_ kind: Difference.Kind) -> UInt8 {
    UInt8(Difference.Kind.allCases.firstIndex(of: kind) ?? 0)
  }
}
