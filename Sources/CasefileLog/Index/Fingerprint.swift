internal import CasefileModel

/// A 64-bit number for a word of the index.
///
/// Two words may have the same one: a position found by it is confirmed against the entry, so that
/// a collision costs time and never gives a wrong answer.
package enum Fingerprint {
  /// What a word is about. The number is stored.
  enum Kind: UInt8, CaseIterable {
    case id = 0
    case stream = 1
    case type = 2
    case tag = 3
  }

  /// Ids keep their order of time, so that runs of old events are passed over by their range: 48
  /// bits of time, then 16 of the rest.
  static func of(_ id: EventID) -> UInt64 {
    let rest = mix(id.low ^ (id.high << 48))
    return (id.high & 0xFFFF_FFFF_FFFF_0000) | rest >> 48
  }

  static func of(type number: UInt32) -> UInt64 { mix(UInt64(number) &+ 0x9E37_79B9_7F4A_7C15) }

  static func of(stream: String) -> UInt64 { of(stream, kind: .stream) }

  static func of(tag: String) -> UInt64 { of(tag, kind: .tag) }

  static func of(_ text: String, kind: Kind) -> UInt64 {
    var text = text
    return text.withUTF8 { hash($0.span.bytes, seed: UInt64(kind.rawValue)) }
  }

  /// Hashes bytes, eight at a time: multiply and fold.
  package static func hash(_ bytes: RawSpan, seed: UInt64) -> UInt64 {
    var state = mix(seed &+ UInt64(bytes.byteCount) &* 0xA076_1D64_78BD_642F)
    var offset = 0
    while offset + 8 <= bytes.byteCount {
      let word = UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
      state = fold(state ^ word)
      offset += 8
    }
    var rest: UInt64 = 0
    let left = bytes.byteCount - offset
    if left > 0, offset > 0 {
      // The last eight bytes, the highest first, without those that are in the state.
      let word = UInt64(
        bigEndian: bytes.unsafeLoadUnaligned(
          fromByteOffset: bytes.byteCount - 8, as: UInt64.self))
      rest = word & (1 << UInt64(8 * left) - 1)
    } else {
      while offset < bytes.byteCount {
        rest = rest << 8 | UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
        offset += 1
      }
    }
    return mix(fold(state ^ rest))
  }

  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var state = value
    state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
    return state ^ state >> 31
  }
}
