internal import CasefileModel

/// The newest event of a stream.
struct StreamHead: Hashable {
  var version: StreamVersion
  var leaf: Digest
}

/// The heads of the streams that were written lately, with a bound: a table that is filled, put
/// aside, and forgotten when the next one is full. A stream that is written meanwhile moves along.
struct StreamHeads {
  /// How many streams a table holds: two of them take about 20 MB.
  static let countMax = 65_536

  private struct Entry {
    let fingerprint: UInt64
    /// Where the stream's name lies among all.
    let name: Range<Int>
    var head: StreamHead
  }

  private struct Table {
    var entries: [Entry] = []
    /// The streams' names, one after the other: a look at one counts no reference.
    private var names: [UInt8] = []
    /// Entries by fingerprint, counted from 1, as an open hash table; 0: free.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)

    @_lifetime(borrow self)
    func name(_ place: Int) -> RawSpan { names.span.bytes.extracting(entries[place].name) }

    func find(_ name: RawSpan, _ fingerprint: UInt64) -> Int? {
      var index = Int(truncatingIfNeeded: fingerprint) & (slots.count - 1)
      while slots[index] != 0 {
        let place = Int(slots[index]) - 1
        // Two names may have one fingerprint.
        if entries[place].fingerprint == fingerprint, name.equals(self.name(place)) {
          return place
        }
        index = (index + 1) & (slots.count - 1)
      }
      return nil
    }

    mutating func add(_ name: RawSpan, _ fingerprint: UInt64, _ head: StreamHead) -> Int {
      let start = names.count
      names.append(addingCapacity: name.byteCount) { $0.add(name) }
      entries.append(Entry(fingerprint: fingerprint, name: start..<names.count, head: head))
      if entries.count * 2 > slots.count {
        slots = Array(repeating: 0, count: slots.count * 2)
        for place in entries.indices { put(place) }
      } else {
        put(entries.count - 1)
      }
      return entries.count - 1
    }

    private mutating func put(_ place: Int) {
      var index = Int(truncatingIfNeeded: entries[place].fingerprint) & (slots.count - 1)
      while slots[index] != 0 { index = (index + 1) & (slots.count - 1) }
      slots[index] = UInt32(place + 1)
    }
  }

  private var current = Table()
  private var before = Table()

  /// How many streams are known.
  var count: Int { current.entries.count + before.entries.count }

  /// Makes room; places that were given out before are no longer valid.
  mutating func trim() {
    guard current.entries.count >= StreamHeads.countMax else { return }
    before = current
    current = Table()
  }

  /// The place of a stream's head, valid until `trim`; nil: it is not known here.
  mutating func place(of stream: StreamID, _ fingerprint: UInt64) -> Int? {
    place(of: stream.description.utf8.span.bytes, fingerprint)
  }

  /// The same of a stream's name.
  mutating func place(of name: RawSpan, _ fingerprint: UInt64) -> Int? {
    if let place = current.find(name, fingerprint) { return place }
    guard let old = before.find(name, fingerprint) else { return nil }
    return current.add(name, fingerprint, before.entries[old].head)
  }

  /// Adds a stream that has no place.
  mutating func add(_ stream: StreamID, _ fingerprint: UInt64, _ head: StreamHead) -> Int {
    current.add(stream.description.utf8.span.bytes, fingerprint, head)
  }

  subscript(place: Int) -> StreamHead {
    get { current.entries[place].head }
    set { current.entries[place].head = newValue }
  }
}

/// Which events of a commit have which ids.
struct EventIDs {
  private var ids: [EventID] = []
  /// How many of the ids are in the table: the last append of a commit is asked for by nobody.
  private var tableCount = 0
  /// Ids by their bits, counted from 1, as an open hash table; 0: free.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)

  mutating func removeAll() {
    if tableCount > 0 {
      for index in slots.indices { slots[index] = 0 }
    }
    tableCount = 0
    ids.removeAll(keepingCapacity: true)
  }

  /// Adds an id that is not there.
  mutating func append(_ id: EventID) { ids.append(id) }

  /// Which one an id was, counted from 0; nil: it is not there.
  mutating func index(of id: EventID) -> Int? {
    while tableCount < ids.count { putNext() }
    let slot = find(id)
    return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
  }

  /// Adds an id; false: it is there.
  mutating func insert(_ id: EventID) -> Bool {
    guard index(of: id) == nil else { return false }
    append(id)
    return true
  }

  private mutating func putNext() {
    if (tableCount + 1) * 2 > slots.count { grow() }
    slots[find(ids[tableCount])] = UInt32(tableCount + 1)
    tableCount += 1
  }

  private func find(_ id: EventID) -> Int {
    // Ids of one time differ in their low half, derived ones in any bits of it.
    let product = (id.low ^ id.high << 48).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    var slot = Int(truncatingIfNeeded: product.high ^ product.low) & (slots.count - 1)
    while slots[slot] != 0, ids[Int(slots[slot]) - 1] != id {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for index in 0..<tableCount { slots[find(ids[index])] = UInt32(index + 1) }
  }
}
