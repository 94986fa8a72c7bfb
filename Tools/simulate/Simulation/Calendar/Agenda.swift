/// What is to happen, soonest first; at one instant in the order in which it was planned.
struct Agenda {
  /// What happens.
  enum Kind: UInt8 {
    /// The next hour's contacts are drawn.
    case hour
    /// A contact comes.
    case contact
    /// A ticket goes on; void once the ticket was planned anew.
    case ticket
    /// Something beside a ticket's course: `note` says what.
    case side
    /// An agent's week is planned.
    case week
    case shiftStart
    case shiftEnd
    case absenceStart
    case absenceEnd
    case outageStart
    case outageEnd
    /// A call is answered, given up or ends.
    case call
    /// A record that comes late.
    case late
    /// Once a month: closes in bulk, releases, trainings.
    case month
    /// A new version of policies and calendars.
    case reference
  }

  /// One plan.
  struct Item {
    let time: Int64
    fileprivate let order: UInt64
    let kind: Kind
    /// What the side item is.
    let note: UInt8
    /// The place of the ticket, agent or record.
    let place: Int
    /// What tells this plan from older ones of the same place.
    let stamp: UInt64
  }

  private var heap: [Item] = []
  private var order: UInt64 = 0

  /// When the next thing happens.
  var nextTime: Int64? { heap.first?.time }

  mutating func add(
    _ kind: Kind, at time: Int64, place: Int = 0, stamp: UInt64 = 0, note: UInt8 = 0
  ) {
    order += 1
    heap.append(
      Item(time: time, order: order, kind: kind, note: note, place: place, stamp: stamp))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Agenda.isBefore(heap[child], heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func next() -> Item? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    var hole = 0
    let count = heap.count
    while true {
      var child = 2 * hole + 1
      guard child < count else { break }
      if child + 1 < count, Agenda.isBefore(heap[child + 1], heap[child]) { child += 1 }
      guard Agenda.isBefore(heap[child], last) else { break }
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = last
    return first
  }

  private static func isBefore(_ left: Item, _ right: Item) -> Bool {
    left.time != right.time ? left.time < right.time : left.order < right.order
  }
}
