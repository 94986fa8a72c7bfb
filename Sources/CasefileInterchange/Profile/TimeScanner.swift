/// Reads the parts of a time from a cell's bytes. Each method says whether the part was there.
struct TimeScanner {
  // The array is shared with its owner, not copied.
  let bytes: [UInt8]
  var index: Int
  let end: Int

  var isAtEnd: Bool { index == end }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard index < end, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// As many digits as there are, up to the most; nil if there are too few.
  mutating func number(_ digits: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while index < end, count < digits.upperBound, (0x30...0x39).contains(bytes[index]) {
      value = value * 10 + Int(bytes[index] - 0x30)
      index += 1
      count += 1
    }
    return count < digits.lowerBound ? nil : value
  }

  mutating func number(_ digits: ClosedRange<Int>, into value: inout Int) -> Bool {
    guard let read = number(digits) else { return false }
    value = read
    return true
  }

  /// One of the lower-case names, in either case; its number from 1.
  mutating func name(_ names: [[UInt8]], into value: inout Int) -> Bool {
    for (number, name) in names.enumerated() where index + name.count <= end {
      let found = bytes[index..<index + name.count]
      guard found.elementsEqual(name, by: { $0 | 0x20 == $1 }) else { continue }
      index += name.count
      value = number + 1
      return true
    }
    return false
  }

  /// Digits after a point, as microseconds.
  mutating func fraction(_ digits: ClosedRange<Int>, into microseconds: inout Int) -> Bool {
    let start = index
    guard var value = number(digits) else { return false }
    for _ in (index - start)..<6 { value *= 10 }
    microseconds = value
    return true
  }

  /// `Z`, `+03:00`, `+0300` or `+03`, as seconds east of Greenwich.
  mutating func offset(into seconds: inout Int64) -> Bool {
    if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) {
      seconds = 0
      return true
    }
    let isWest = skip(UInt8(ascii: "-"))
    guard isWest || skip(UInt8(ascii: "+")), let hours = number(2...2), hours < 24 else {
      return false
    }
    var minutes = 0
    if skip(UInt8(ascii: ":")) || (index < end && (0x30...0x39).contains(bytes[index])) {
      guard number(2...2, into: &minutes), minutes < 60 else { return false }
    }
    seconds = Int64(hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    return true
  }

  /// `AM` or `PM`, in either case.
  mutating func half(into isAfternoon: inout Bool) -> Bool {
    guard index + 2 <= end, bytes[index + 1] | 0x20 == UInt8(ascii: "m") else { return false }
    switch bytes[index] | 0x20 {
    case UInt8(ascii: "a"): isAfternoon = false
    case UInt8(ascii: "p"): isAfternoon = true
    default: return false
    }
    index += 2
    return true
  }
}
