/// How many tickets came to somebody in each of some hours in a row.
package struct HourPage: Sendable, Equatable {
  private static let bits: Int64 = 9
  private static let size = 1 << Int(bits)

  /// By hour.
  package private(set) var counts = [UInt32](repeating: 0, count: size)

  package init() {}

  /// The number of the page of an hour, which counts from 1970.
  package static func number(of hour: Int64) -> Int64 { hour >> bits }

  private static func place(of hour: Int64) -> Int { Int(hour & (1 << bits - 1)) }

  package func count(in hour: Int64) -> UInt32 { counts[HourPage.place(of: hour)] }

  /// Adds to the hour's tickets or takes away from them, never more than there are.
  package mutating func add(_ more: Int, in hour: Int64) {
    let place = HourPage.place(of: hour)
    counts[place] = UInt32(clamping: Int(counts[place]) + more)
  }

  /// Whether nothing came.
  package var isEmpty: Bool { !counts.contains { $0 > 0 } }
}

extension HourPage: RowCodable {
  /// In most hours nothing comes.
  package func write(to writer: inout RowWriter) {
    var last = -1
    for (place, count) in counts.enumerated() where count > 0 {
      writer.put(number: UInt64(place - last))
      writer.put(number: UInt64(count))
      last = place
    }
    writer.put(number: 0)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init()
    var place = -1
    while true {
      let step = try reader.number()
      if step == 0 { return }
      guard step < UInt64(HourPage.size - place), let count = UInt32(exactly: try reader.number())
      else { throw RowError() }
      place += Int(step)
      counts[place] = count
    }
  }
}
