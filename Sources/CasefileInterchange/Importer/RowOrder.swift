internal import CasefileModel

/// The orders in which rows are mapped: within each ticket by the source's order key, and over all
/// tickets by effective time.
///
/// Storing by time keeps ids, which begin with it, nearly ordered, and makes the log read like the
/// help desk's days. A ticket's rows keep their own order in it, since effective time never goes
/// back within a ticket (definitions.md).
struct RowOrder {
  /// Rows by ticket, order key, then file order.
  private(set) var byTicket: [UInt32] = []
  /// The part of `byTicket` of each ticket.
  private(set) var ticketRanges: [Range<Int>] = []
  /// All rows by effective time; of equal times each ticket's rows stay together.
  private(set) var byTime: [UInt32] = []
  /// Which of several identical rows of a ticket each row is.
  private(set) var ordinals: [UInt32] = []

  init() {}

  /// - Parameter isKeyed: whether a row has a record key, which no other row shares.
  init(_ table: RowTable, isKeyed: (Int) -> Bool) {
    let tickets = table.tickets
    let orders = table.orders
    byTicket = (0..<UInt32(table.count)).sorted { left, right in
      let (left, right) = (Int(left), Int(right))
      if tickets[left] != tickets[right] { return tickets[left] < tickets[right] }
      if orders[left] != orders[right] { return orders[left] < orders[right] }
      return left < right
    }
    var start = 0
    for index in byTicket.indices
    where index + 1 == byTicket.count
      || tickets[Int(byTicket[index])] != tickets[Int(byTicket[index + 1])]
    {
      ticketRanges.append(start..<index + 1)
      start = index + 1
    }
    arrangeByTime(table)
    numberIdenticalRows(table, isKeyed)
  }

  private mutating func arrangeByTime(_ table: RowTable) {
    var effective = [Timestamp](repeating: .earliest, count: byTicket.count)
    for range in ticketRanges {
      var latest = Timestamp.earliest
      for place in range {
        latest = max(latest, table.times[Int(byTicket[place])])
        effective[place] = latest
      }
    }
    byTime = (0..<UInt32(byTicket.count)).sorted { left, right in
      let (first, second) = (effective[Int(left)], effective[Int(right)])
      return first == second ? left < right : first < second
    }.map { byTicket[Int($0)] }
  }

  /// Identical rows have the same order key, so they lie in one run of it.
  private mutating func numberIdenticalRows(_ table: RowTable, _ isKeyed: (Int) -> Bool) {
    ordinals = [UInt32](repeating: 0, count: table.count)
    for range in ticketRanges {
      var seen: [Digest: UInt32] = [:]
      for place in range {
        let row = Int(byTicket[place])
        func hasEqualOrder(_ other: Int) -> Bool {
          range.contains(other) && table.orders[Int(byTicket[other])] == table.orders[row]
        }
        if !hasEqualOrder(place - 1) { seen.removeAll(keepingCapacity: true) }
        guard !isKeyed(row), hasEqualOrder(place - 1) || hasEqualOrder(place + 1) else { continue }
        ordinals[row] = seen[table.identities[row], default: 0]
        seen[table.identities[row], default: 0] += 1
      }
    }
  }
}
