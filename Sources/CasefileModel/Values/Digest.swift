/// The 32 bytes of a SHA-256 hash: a leaf, a node, a root or a commitment.
public struct Digest: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  // Four words instead of an array: no allocation where the writer keeps one for each stream.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// The number of bytes, always 32.
  public static let sizeBytes = 32

  /// Thirty-two zero bytes: the `previous` of a stream's first event.
  public static let zero = Digest(words: (0, 0, 0, 0))

  private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// Copies 32 bytes; nil if `bytes` has another size.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Digest.sizeBytes else { return nil }
    let array = Array(bytes)
    self = array.withUnsafeBytes { Digest(unchecked: $0) }
  }

  /// Copies 32 bytes from `offset` of a span; nil if they are not there.
  public init?(_ span: RawSpan, at offset: Int = 0) {
    guard offset >= 0, offset <= span.byteCount - Digest.sizeBytes else { return nil }
    self.init(
      words: (
        span.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self),
        span.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
        span.unsafeLoadUnaligned(fromByteOffset: offset + 16, as: UInt64.self),
        span.unsafeLoadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)
      ))
  }

  private init(unchecked raw: UnsafeRawBufferPointer) {
    self.init(
      words: (
        raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
        raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
        raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
        raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
      ))
  }

  /// Reads 64 hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes)
  }

  /// The bytes in order.
  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// Lends the bytes without a copy; the buffer is valid inside `body` only.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    try Swift.withUnsafeBytes(of: words) { try body($0) }
  }

  /// 64 lower-case hexadecimal digits.
  public var description: String { withUnsafeBytes { Hex.encode($0) } }

  /// Compares all 32 bytes.
  public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  /// Hashes the first word: it is as random as the whole.
  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// Lower-case hexadecimal text of bytes, and back.
package enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.underestimatedCount * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  package static func decode(_ text: String) -> [UInt8]? {
    let utf8 = Array(text.utf8)
    guard utf8.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count / 2)
    for index in stride(from: 0, to: utf8.count, by: 2) {
      guard let high = value(utf8[index]), let low = value(utf8[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    case 0x41...0x46: digit - 0x41 + 10
    default: nil
    }
  }
}
