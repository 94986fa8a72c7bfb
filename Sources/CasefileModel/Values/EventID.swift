/// The 16 bytes that name an event once in a whole store, for ever.
///
/// Live events carry a UUIDv7 (RFC 9562 §5.7); importers derive a UUIDv8 (§5.8) whose first 48 bits
/// are the event's own time in milliseconds, so ids stay nearly ordered and an index of them small.
public struct EventID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The first eight bytes, big-endian.
  public let high: UInt64
  /// The last eight bytes, big-endian.
  public let low: UInt64

  /// Makes an id from its two big-endian halves, without a check of version or variant.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes a UUIDv7 of a time and 74 random bits, which the caller gives.
  ///
  /// - Parameters:
  ///   - time: its milliseconds since 1970 become the first 48 bits.
  ///   - random: where the other bits come from; inject a seeded one in tests.
  public init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
    self.init(milliseconds: time.milliseconds, version: 7, random.next(), random.next())
  }

  /// Makes a UUIDv8 of a time and bits that the caller derived from its source, 12 of `first` and 62
  /// of `second` counted.
  public init(derivedAt time: Timestamp, _ first: UInt64, _ second: UInt64) {
    self.init(milliseconds: time.milliseconds, version: 8, first, second)
  }

  private init(milliseconds: Int64, version: UInt64, _ first: UInt64, _ second: UInt64) {
    let time = UInt64(max(0, milliseconds)) & 0xFFFF_FFFF_FFFF
    high = time << 16 | version << 12 | first & 0xFFF
    low = 0x8000_0000_0000_0000 | second & 0x3FFF_FFFF_FFFF_FFFF
  }

  /// Reads the 36-character text form, in either case; nil for anything else.
  public init?(_ text: String) {
    var digits: [UInt8] = []
    digits.reserveCapacity(32)
    for (index, byte) in text.utf8.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
      } else {
        digits.append(byte)
      }
    }
    guard digits.count == 32, text.utf8.count == 36,
      let bytes = Hex.decode(String(decoding: digits, as: UTF8.self))
    else { return nil }
    self.init(bytes)
  }

  /// Reads 16 bytes; nil if there is another number of them.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads 16 bytes of a range that the caller has checked; nil if there is another number of them.
  package init?(_ span: RawSpan, _ range: Range<Int>) {
    guard range.count == 16 else { return nil }
    let bytes = span.extracting(range)
    high = UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
    low = UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  /// The 16 bytes in order.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    for word in [high, low] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return bytes
  }

  /// The lower-case text form with hyphens.
  public var description: String {
    let hex = Hex.encode(bytes)
    var text = ""
    for (index, digit) in hex.enumerated() {
      if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
      text.append(digit)
    }
    return text
  }

  /// Orders by bytes, which for one writer's UUIDv7s is the order of their times.
  public static func < (left: EventID, right: EventID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
