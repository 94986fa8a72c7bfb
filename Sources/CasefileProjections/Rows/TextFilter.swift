/// Tells by the bytes of a text that it is none of some, without making a text of them.
///
/// Of millions of tickets few are named by others; who reads all of them makes ids of these alone.
package struct TextFilter: Sendable {
  /// So many hashes are told apart: a hundred thousand texts let one other in ten through.
  private static let size = 1 << 20
  /// A bit for each of the hashes that the texts have; empty while there are none.
  private var bits: [UInt64] = []

  package init() {}

  package mutating func add(_ text: String) {
    let place = TextFilter.place(of: TextFilter.hash(of: text))
    if bits.isEmpty { bits = Array(repeating: 0, count: TextFilter.size / 64) }
    bits[place / 64] |= 1 << UInt64(place % 64)
  }

  /// Whether a text may be one of them; some are not.
  func mayContain(_ text: Span<UInt8>) -> Bool {
    bits.isEmpty ? false : mayContain(hash: TextFilter.hash(of: text))
  }

  /// The same of a text by its hash.
  func mayContain(hash: UInt64) -> Bool {
    guard !bits.isEmpty else { return false }
    let place = TextFilter.place(of: hash)
    return bits[place / 64] & 1 << UInt64(place % 64) != 0
  }

  private static func place(of hash: UInt64) -> Int { Int(hash % UInt64(size)) }

  /// The hash of a text.
  static func hash(of text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { hash(of: $0.span) }
  }

  /// By FNV-1a, whose lower bits tell short texts apart that differ in their last digits.
  static func hash(of text: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3 }
    return hash
  }
}

/// Texts in bytes that are made when somebody asks for one.
package struct TextRanges: Sendable {
  private let bytes: [UInt8]
  /// By place; an empty one is no text.
  private let ranges: [Range<Int>]

  /// - Parameter ranges: within the bytes.
  package init(_ bytes: [UInt8], _ ranges: [Range<Int>]) {
    self.bytes = bytes
    self.ranges = ranges
  }

  subscript(place: Int) -> String? {
    let range = ranges[place]
    return range.isEmpty ? nil : String(decoding: bytes[range], as: UTF8.self)
  }

  /// The hash of the text of a place.
  func hash(at place: Int) -> UInt64 { TextFilter.hash(of: bytes.span.extracting(ranges[place])) }

  /// The text of a place, where it may be one of some.
  func text(at place: Int, among filter: TextFilter) -> String? {
    filter.mayContain(bytes.span.extracting(ranges[place])) ? self[place] : nil
  }
}
