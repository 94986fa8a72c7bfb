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
    whole > 0 ? (part * parts * 2 + whole) / (whole * 2) : nil
  }
}
