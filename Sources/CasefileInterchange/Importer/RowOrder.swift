internal import CasefileModel

/// The orders in which rows are mapped: within each ticket by the source's order key, and over all
/// tickets by effective time.
///
/// Storing by time keeps ids, which begin with it, nearly ordered, and makes the log read like the
/// help desk's days. A ticket's rows keep their own order in it, since effective time never goes
/// back within a ticket (definitions.md).
struct RowOrder {
  /// Rows by ticket, order key, then file order.
  let byTicket: ScratchArray<UInt32>
  /// Where each ticket's part of `byTicket` begins, and where the last one ends.
  private let starts: ScratchArray<UInt32>
  /// All rows by effective time; of equal times each ticket's rows stay together.
  let byTime: ScratchArray<UInt32>
  /// Which of several identical rows of a ticket each row is.
  let ordinals: ScratchArray<UInt32>
  private let directory: String?

  /// The order of no rows.
  init() {
    directory = nil
    byTicket = ScratchArray(in: nil)
    starts = ScratchArray(repeating: 0, count: 1, in: nil)
    byTime = ScratchArray(in: nil)
    ordinals = ScratchArray(in: nil)
  }

  /// - Parameters:
  ///   - ticketCount: how many codes of tickets there are.
  ///   - directory: where large orders lie.
  ///   - isKeyed: whether a row has a record key, which no other row shares.
  init(_ table: RowTable, ticketCount: Int, in directory: String?, isKeyed: (Int) -> Bool) {
    self.directory = directory
    starts = ScratchArray(repeating: 0, count: ticketCount + 1, in: directory)
    byTicket = ScratchArray(repeating: 0, count: table.count, in: directory)
    byTime = ScratchArray(in: directory)
    ordinals = ScratchArray(repeating: 0, count: table.count, in: directory)
    arrangeByTicket(table)
    arrangeByTime(table)
    numberIdenticalRows(table, isKeyed)
  }

  /// The part of `byTicket` of each ticket that has rows.
  var ticketRanges: some Sequence<Range<Int>> {
    (0..<starts.count - 1).lazy.map { Int(starts[$0])..<Int(starts[$0 + 1]) }
      .filter { !$0.isEmpty }
  }

  /// The rows of a part of `byTicket`.
  func rows(_ range: Range<Int>) -> [Int] { byTicket.values(range).map { Int($0) } }

  /// Tickets have codes without gaps, so that their rows are counted out, and then each ticket's few
  /// rows are sorted.
  private func arrangeByTicket(_ table: RowTable) {
    for row in 0..<table.count { starts[Int(table.tickets[row])] += 1 }
    var end: UInt32 = 0
    for index in 0..<starts.count {
      end += starts[index]
      starts[index] = end
    }
    // From the last row to the first, so that each place is the begin of its ticket at the end.
    for row in (0..<table.count).reversed() {
      let ticket = Int(table.tickets[row])
      starts[ticket] -= 1
      byTicket[Int(starts[ticket])] = UInt32(row)
    }
    let orders = table.orders
    for range in ticketRanges where range.count > 1 {
      byTicket.withBuffer { all in
        var rows = UnsafeMutableBufferPointer(rebasing: all[range])
        rows.sort { left, right in
          let (first, second) = (orders[Int(left)], orders[Int(right)])
          return first == second ? left < right : first < second
        }
      }
    }
  }

  private func arrangeByTime(_ table: RowTable) {
    let entries = ScratchArray<SortEntry>(in: directory)
    for range in ticketRanges {
      var latest = Timestamp.earliest
      for place in range {
        let row = byTicket[place]
        latest = max(latest, table.times[Int(row)])
        entries.append(SortEntry(key: latest.microseconds.sortKey, row: row))
      }
    }
    let sorted = entries.sorted(in: directory)
    for place in 0..<sorted.count { byTime.append(sorted[place].row) }
  }

  /// Identical rows have the same order key, so they lie in one run of it.
  private func numberIdenticalRows(_ table: RowTable, _ isKeyed: (Int) -> Bool) {
    var seen: [Digest: UInt32] = [:]
    for range in ticketRanges where range.count > 1 {
      if !seen.isEmpty { seen.removeAll(keepingCapacity: true) }
      for place in range {
        let row = Int(byTicket[place])
        func hasEqualOrder(_ other: Int) -> Bool {
          range.contains(other) && table.orders[Int(byTicket[other])] == table.orders[row]
        }
        if !hasEqualOrder(place - 1), !seen.isEmpty { seen.removeAll(keepingCapacity: true) }
        guard !isKeyed(row), hasEqualOrder(place - 1) || hasEqualOrder(place + 1) else { continue }
        ordinals[row] = seen[table.identities[row], default: 0]
        seen[table.identities[row], default: 0] += 1
      }
    }
  }
}
