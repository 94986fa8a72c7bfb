/// Random numbers that repeat on every machine (splitmix64), and what is drawn with them. Integers
/// only: floating-point functions differ between libraries.
package struct Dice: RandomNumberGenerator {
  private var state: UInt64

  package init(_ seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  /// A number from 0 to below a bound of at least 1.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }

  mutating func below64(_ bound: Int) -> Int64 { Int64(below(bound)) }

  /// A number between two, both included.
  mutating func between(_ low: Int64, _ high: Int64) -> Int64 {
    low + Int64(below(Int(max(0, high - low)) + 1))
  }

  /// Whether something comes about that does so in so many of a thousand cases.
  mutating func chance(_ permille: Int) -> Bool { below(1000) < permille }

  /// One of several.
  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  /// The place of one of several that differ in weight.
  mutating func weighted(_ weights: [Int]) -> Int {
    var rest = below(weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      if rest < weight { return index }
      rest -= weight
    }
    return 0
  }

  /// Sixteen equally likely parts of an exponential distribution of mean 1000.
  private static let quantiles: [Int64] = [
    32, 99, 171, 247, 330, 420, 519, 629, 753, 893, 1057, 1253, 1497, 1822, 2310, 3968,
  ]

  /// A time like those between chance events: mostly shorter than the mean, at times much longer.
  mutating func about(_ mean: Int64) -> Int64 {
    let low = Dice.quantiles[below(16)]
    return max(1, mean * (low * 3 / 4 + Int64(below(Int(low / 2) + 1))) / 1000)
  }

  /// How many events come in an interval that has so many thousandths of one on average.
  mutating func count(meanThousandths mean: Int) -> Int {
    guard mean > 16_000 else {
      var count = 0
      for _ in 0..<32 where below(32_000) < mean { count += 1 }
      return count
    }
    // Two throws make a triangle about the mean, as wide as chance alone would make it.
    var root = 1
    while (root + 1) * (root + 1) * 1000 <= mean { root += 1 }
    return max(0, mean / 1000 + below(2 * root + 1) + below(2 * root + 1) - 2 * root)
  }
}
