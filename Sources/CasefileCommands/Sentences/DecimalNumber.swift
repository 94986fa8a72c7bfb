/// Writes fractions that are kept as integers, so that no report depends on binary fractions.
enum DecimalNumber {
  /// The number divided by a power of ten, with all its decimals.
  static func text(_ number: Int64, decimals: Int, mark: String) -> String {
    var digits = String(number.magnitude)
    while digits.count <= decimals { digits = "0" + digits }
    let sign = number < 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    return sign + digits.dropLast(decimals) + mark + digits.suffix(decimals)
  }

  /// Part of whole in so many parts, rounded to the nearest; nil of nothing.
  static func share(_ part: Int, of whole: Int, parts: Int) -> Int? {
    guard whole > 0 else { return nil }
    // Wide enough for any sum, and the same to either side of nought.
    let doubled = Int128(part) * Int128(parts) * 2
    let half = doubled < 0 ? -Int128(whole) : Int128(whole)
    return Int(clamping: (doubled + half) / (Int128(whole) * 2))
  }
}
