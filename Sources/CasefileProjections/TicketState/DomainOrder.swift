import CasefileModel

/// Brings the entries of a ticket into the order in which things happened.
///
/// By (effectiveAt, position). effectiveAt is the time as given; where the source numbers its rows
/// (`origin.sequence`), no row is earlier than the rows before it in the same source. At one instant
/// the rows of a source keep the order of their numbers, in whatever order they were appended.
enum DomainOrder {
  static func sort(_ entries: [TicketEntry]) -> [TicketEntry] {
    // Mostly they come in order, and entries are large to move.
    var entries = entries
    if !isSorted(entries, { $0.position < $1.position }) {
      entries.sort { $0.position < $1.position }
    }
    raise(&entries)
    if !isSorted(entries, isBefore) { entries.sort(by: isBefore) }
    settleTies(&entries)
    return entries
  }

  private static func isBefore(_ left: TicketEntry, _ right: TicketEntry) -> Bool {
    (left.effectiveAt, left.position) < (right.effectiveAt, right.position)
  }

  private static func isSorted(
    _ entries: [TicketEntry], _ isBefore: (TicketEntry, TicketEntry) -> Bool
  ) -> Bool {
    entries.indices.dropFirst().allSatisfy { !isBefore(entries[$0], entries[$0 - 1]) }
  }

  /// What does not count, and what acts elsewhere, pushes nothing.
  private static func isNumbered(_ entry: TicketEntry) -> Bool {
    entry.event.envelope.sequence != nil && entry.retractedBy == nil && !entry.isAmendment
  }

  private static func key(_ entry: TicketEntry) -> Int64 {
    entry.event.envelope.sequence ?? 0
  }

  /// The places of each source. Nearly every ticket has one only, and no table is made for it.
  private static func bySource(_ places: [Int], _ entries: [TicketEntry]) -> [[Int]] {
    guard let first = places.first else { return [] }
    let system = entries[first].event.envelope.sourceSystem
    if places.allSatisfy({ entries[$0].event.envelope.sourceSystem == system }) { return [places] }
    return Array(
      Dictionary(grouping: places) { entries[$0].event.envelope.sourceSystem }.values)
  }

  private static func raise(_ entries: inout [TicketEntry]) {
    let numbered = entries.indices.filter { isNumbered(entries[$0]) }
    for indices in bySource(numbered, entries) {
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
        for places in bySource(places, entries) where places.count > 1 {
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
