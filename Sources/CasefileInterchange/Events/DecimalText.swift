/// Numbers as sources write them, without binary fractions.
enum DecimalText {
  /// A decimal number times a whole one, rounded to the nearest whole, halves away from zero; nil
  /// for what is no number, and for one with a fraction where nothing multiplies it.
  static func times(_ factor: Int64, _ text: String) -> Int64? {
    var digits = text.utf8[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    var value: Int64 = 0
    var scale: Int64 = 1
    var count = 0
    var isFraction = false
    for byte in digits {
      if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
        continue
      }
      // Nine digits of a fraction are finer than anything that is measured in whole units here.
      guard (0x30...0x39).contains(byte), !isFraction || scale < 1_000_000_000 else { return nil }
      count += 1
      let (shifted, isOver) = value.multipliedReportingOverflow(by: 10)
      let (sum, isOverToo) = shifted.addingReportingOverflow(Int64(byte - 0x30))
      guard !isOver, !isOverToo else { return nil }
      value = sum
      if isFraction { scale *= 10 }
    }
    guard count > 0, digits.last != UInt8(ascii: ".") else { return nil }
    guard factor != 1 || value.isMultiple(of: scale) else { return nil }
    let (product, isOver) = value.multipliedReportingOverflow(by: factor)
    guard !isOver else { return nil }
    let quotient = product / scale + (product % scale * 2 >= scale ? 1 : 0)
    return isNegative ? -quotient : quotient
  }
}
