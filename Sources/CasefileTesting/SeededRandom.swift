public import CasefileModel

/// Random numbers that repeat: splitmix64, the same on every machine for the same seed.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Begins the sequence of a seed.
  public init(_ seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

/// Seeds of commitments that repeat. For tests only: who knows the seed can guess erased texts.
public struct SeededSeeds: SeedSource {
  private var random: SeededRandom

  /// Begins the sequence of a seed.
  public init(_ seed: UInt64) { random = SeededRandom(seed) }

  /// The next 32 bytes.
  public mutating func next() -> [UInt8] {
    (0..<4).flatMap { _ in withUnsafeBytes(of: random.next().bigEndian) { Array($0) } }
  }
}
