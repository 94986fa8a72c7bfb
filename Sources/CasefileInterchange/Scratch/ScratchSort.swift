/// A row with what it is sorted by.
package struct SortEntry {
  package let key: UInt64
  package let row: UInt32

  package init(key: UInt64, row: UInt32) {
    self.key = key
    self.row = row
  }
}

extension ScratchArray<SortEntry> {
  /// Sorts by key; entries of equal keys keep their order.
  ///
  /// By digits instead of by comparing: it goes through the array in order, a few times, and needs
  /// one more array on disk and no memory.
  package func sorted(in directory: String?) -> ScratchArray<SortEntry> {
    var least = UInt64.max
    var most = UInt64.min
    withBuffer {
      for entry in $0 {
        least = min(least, entry.key)
        most = max(most, entry.key)
      }
    }
    guard count > 1, least < most else { return self }
    let digit = 11
    let bits = UInt64.bitWidth - (most - least).leadingZeroBitCount
    var source = self
    var target = ScratchArray(
      repeating: SortEntry(key: 0, row: 0), count: count, in: directory)
    for shift in stride(from: 0, to: bits, by: digit) {
      var places = [Int](repeating: 0, count: 1 << digit)
      func value(_ entry: SortEntry) -> Int {
        Int(truncatingIfNeeded: (entry.key - least) >> UInt64(shift)) & (1 << digit - 1)
      }
      source.withBuffer { for entry in $0 { places[value(entry)] += 1 } }
      var sum = 0
      for index in places.indices { (places[index], sum) = (sum, sum + places[index]) }
      source.withBuffer { from in
        target.withBuffer { into in
          for entry in from {
            into[places[value(entry)]] = entry
            places[value(entry)] += 1
          }
        }
      }
      swap(&source, &target)
    }
    return source
  }
}

extension Int64 {
  /// The number with its order kept, without a sign.
  package var sortKey: UInt64 { UInt64(bitPattern: self) ^ (1 << 63) }
}
