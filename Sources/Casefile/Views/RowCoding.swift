internal import Foundation

/// The form of the values of views: JSON with sorted members, so that the same state is the same
/// bytes in every build.
enum RowCoding {
  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }

  /// A number whose bytes sort as the numbers do.
  static func key(_ number: UInt64) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  static func number(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A text as a part of a key, with its end. LMDB's keys have at most 511 bytes, so a long text is
  /// cut and told apart by a hash; the row itself holds the whole.
  static func key(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard !isWhole(text) else { return bytes + [0] }
    return [1] + bytes.prefix(380).filter { $0 != 0 } + key(hash(bytes)).map { $0 | 1 } + [0]
  }

  /// Whether a key holds the text as it is, and nothing else has that key.
  static func isWhole(_ text: String) -> Bool {
    let utf8 = text.utf8
    return utf8.count <= 400 && utf8.first != 1 && !utf8.contains(0)
  }

  /// FNV-1a.
  static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
