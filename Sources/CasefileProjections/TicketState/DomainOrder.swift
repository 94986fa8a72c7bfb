import CasefileModel

/// Brings the entries of a ticket into the order in which things happened.
///
/// By (effectiveAt, position). effectiveAt is the time as given; where the source numbers its rows
/// (`origin.sequence`), no row is earlier than the rows before it in the same source. At one instant
/// the rows of a source keep the order of their numbers, in whatever order they were appended.
enum DomainOrder {
  static func sort(_ entries: [TicketEntry]) -> [TicketEntry] {
    var entries = entries.sorted { $0.position < $1.position }
    raise(&entries)
    entries.sort { ($0.effectiveAt, $0.position) < ($1.effectiveAt, $1.position) }
    settleTies(&entries)
    return entries
  }

  /// What does not count, and what acts elsewhere, pushes nothing.
  private static func isNumbered(_ entry: TicketEntry) -> Bool {
    entry.event.envelope.origin?.sequence != nil && entry.retractedBy == nil && !entry.isAmendment
  }

  private static func key(_ entry: TicketEntry) -> Int64 {
    entry.event.envelope.origin?.sequence ?? 0
  }

  private static func raise(_ entries: inout [TicketEntry]) {
    let numbered = entries.indices.filter { isNumbered(entries[$0]) }
    let sources = Dictionary(grouping: numbered) { entries[$0].event.envelope.origin?.system }
    for indices in sources.values {
      // Rows of equal number do not precede each other.
      var before: Timestamp?
      var current: (key: Int64, newest: Timestamp)?
      for index in indices.sorted(by: { key(entries[$0]) < key(entries[$1]) }) {
        if let found = current, found.key != key(entries[index]) {
          before = found.newest
          current = nil
        }
        let effective = max(entries[index].occurredAt, before ?? entries[index].occurredAt)
        entries[index].effectiveAt = effective
        current = (key(entries[index]), max(current?.newest ?? effective, effective))
      }
    }
  }

  private static func settleTies(_ entries: inout [TicketEntry]) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].effectiveAt == entries[start].effectiveAt { end += 1 }
      if end - start > 1 {
        let places = (start..<end).filter { isNumbered(entries[$0]) }
        let sources = Dictionary(grouping: places) { entries[$0].event.envelope.origin?.system }
        for places in sources.values where places.count > 1 {
          // A stable order: rows of equal number keep their positions' order.
          let sorted = places.map { entries[$0] }.sorted {
            (key($0), $0.position) < (key($1), $1.position)
          }
          for (place, entry) in zip(places, sorted) { entries[place] = entry }
        }
      }
      start = end
    }
  }
}
