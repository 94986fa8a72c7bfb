/// The name of a stream: `kind/id`, such as `ticket/4711`.
///
/// The kind is a word of the vocabulary or an embedder's own; the id is what the source calls the
/// thing, and opaque: never a name, an address or a phone number of a person.
public struct StreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The whole name, `kind/id`.
  public let description: String

  /// Checks and keeps a whole name.
  ///
  /// - Throws: `ModelError` `.invalidStream` or `.personalData`, without the offending text where it
  ///   may be personal.
  public init(_ text: String) throws(ModelError) {
    guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
      throw ModelError(.invalidStream, "a stream is named kind/id; this name has no slash")
    }
    // By bytes: as characters, a combining mark after the slash would vanish together with it.
    try self.init(
      kind: String(text[..<slash]), id: String(text[text.utf8.index(after: slash)...]))
  }

  /// Checks and joins a kind and an id.
  ///
  /// - Throws: `ModelError` `.invalidStream` or `.personalData`.
  public init(kind: String, id: String) throws(ModelError) {
    let kindIsWord =
      !kind.isEmpty
      && kind.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "-")
      }
    guard kindIsWord else {
      throw ModelError(
        .invalidStream, "a stream's kind is made of letters, digits and hyphens, such as ticket")
    }
    try OpaqueID.check(id, in: "the stream's id")
    let text = kind + "/" + id
    guard text.utf8.count <= Limits.streamSizeBytes else {
      throw ModelError(
        .tooLarge,
        "a stream name has \(text.utf8.count) bytes; the limit is \(Limits.streamSizeBytes)")
    }
    description = text
  }

  /// Keeps a name that is already in the log; reading must not refuse what was once accepted.
  package init(stored: String) { description = stored }

  /// What kind of thing the stream is about: the part before the first slash.
  public var kind: String {
    description.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(description[..<$0]) } ?? ""
  }

  /// Whether it is a ticket's; no text is made of the kind.
  package var isTicket: Bool { isOfKind("ticket") }

  /// Whether the stream's kind is the given one.
  func isOfKind(_ kind: String) -> Bool {
    let (name, kind) = (description.utf8, kind.utf8)
    return name.starts(with: kind) && name.dropFirst(kind.count).first == UInt8(ascii: "/")
  }

  /// Which thing it is: the part after the first slash, as the source wrote it.
  public var id: String {
    guard let slash = description.utf8.firstIndex(of: UInt8(ascii: "/")) else { return description }
    return String(description[description.utf8.index(after: slash)...])
  }

  /// The stream of a ticket.
  ///
  /// - Throws: as `init(kind:id:)`.
  public static func ticket(_ id: String) throws(ModelError) -> StreamID {
    try StreamID(kind: "ticket", id: id)
  }

  /// Compares bytes, as the log does: two spellings of one letter, composed and decomposed, are equal
  /// as Swift texts, and two streams.
  public static func == (left: StreamID, right: StreamID) -> Bool {
    // Of the bytes in memory: element by element it took a fifth of a list of all agents.
    left.description.utf8.span.bytes.equals(right.description.utf8.span.bytes)
  }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    var text = description
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Orders by the bytes of the name.
  public static func < (left: StreamID, right: StreamID) -> Bool {
    left.description.isBefore(right.description)
  }
}

extension String {
  /// Orders by UTF-8 bytes, as other languages do; Swift's `<` normalises first.
  package func isBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

/// The rule for ids and tags: they name a thing or a person without telling anything of a person.
package enum OpaqueID {
  /// Refuses empty ids, control characters, and what looks like a mail address or a phone number.
  package static func check(
    _ id: some StringProtocol, in place: @autoclosure () -> String
  ) throws(ModelError) {
    // Text in memory is looked at without a copy; other text becomes such first.
    let verdict =
      id.utf8.withContiguousStorageIfAvailable { judge(UnsafeRawBufferPointer($0)) }
      ?? Array(id.utf8).withUnsafeBytes { judge($0) }
    try refuse(verdict, place)
  }

  /// The same of UTF-8 bytes.
  package static func check(
    _ id: RawSpan, in place: () -> String
  ) throws(ModelError) {
    try refuse(id.withUnsafeBytes { judge($0) }, place)
  }

  /// Whether bytes are an id that `check` takes.
  package static func passes(_ id: RawSpan) -> Bool {
    guard id.isUTF8, case .fine = id.withUnsafeBytes({ judge($0) }) else { return false }
    return true
  }

  /// Whether a tag is short, no id that `check` refuses, and holds nothing for which one looks more
  /// closely: then the part behind its kind is an id too.
  package static func isPlain(tag: String) -> Bool {
    tag.utf8.span.bytes.withUnsafeBytes { bytes in
      guard let last = bytes.last, last != UInt8(ascii: ":"),
        bytes.count <= Limits.shortTextSizeBytes
      else { return false }
      let look = Look(bytes)
      return !look.hasControl && !look.isWorthReading
    }
  }

  private enum Verdict {
    case fine, empty, control
    case personal(PersonalDataShape)
  }

  private static func judge(_ bytes: UnsafeRawBufferPointer) -> Verdict {
    guard !bytes.isEmpty else { return .empty }
    let look = Look(bytes)
    if look.hasControl { return .control }
    // Nearly every id has neither, and is not looked at more closely.
    guard look.isWorthReading else { return .fine }
    return PersonalDataShape(of: String(decoding: bytes, as: UTF8.self)).map { .personal($0) }
      ?? .fine
  }

  /// What is seen of an id eight bytes at a time: one by one, the ids of an event took as long as
  /// its leaf hash.
  private struct Look {
    /// Of each, a high bit somewhere where there was one.
    private var controls: UInt64 = 0
    private var ats: UInt64 = 0
    private var digits: UInt64 = 0

    var hasControl: Bool { controls & Look.highBits != 0 }

    /// Whether it may be somebody's address or phone number.
    var isWorthReading: Bool {
      ats & Look.highBits != 0 || digits >= UInt64(PersonalDataShape.phoneDigitsMin)
    }

    init(_ bytes: UnsafeRawBufferPointer) {
      var offset = 0
      while offset + 8 <= bytes.count {
        add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      guard offset < bytes.count else { return }
      // Filled up with letters, which are nothing of what is looked for.
      let letters: UInt64 = 0x6161_6161_6161_6161
      if offset > 0 {
        // The last eight bytes, without those that were seen.
        let word = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        let seen = UInt64(8 - (bytes.count - offset)) * 8
        add(UInt64(littleEndian: word) >> seen | letters << (64 - seen))
        return
      }
      var rest = letters
      while offset < bytes.count {
        rest = rest << 8 | UInt64(bytes[offset])
        offset += 1
      }
      add(rest)
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// A high bit somewhere if a byte is below `limit`, which is at most 128, and none if none is. A
    /// carry may add some above the byte.
    @inline(__always)
    private static func anyBelow(_ limit: UInt64, _ word: UInt64) -> UInt64 {
      (word &- ones &* limit) & ~word
    }

    @inline(__always)
    private mutating func add(_ word: UInt64) {
      let (ones, highBits) = (Look.ones, Look.highBits)
      controls |= Look.anyBelow(0x20, word) | Look.anyBelow(1, word ^ ones &* 0x7F)
      ats |= Look.anyBelow(1, word ^ ones &* 0x40)
      // From 0x30 to 0x39, each byte by itself: a high bit before keeps it from taking of the next.
      let high = word | highBits
      let digit = (high &- ones &* 0x30) & ~(high &- ones &* 0x3A) & ~word & highBits
      // The sum of eight bytes: the compiler may not use an instruction that counts bits, and makes a
      // dozen of it.
      digits += ((digit >> 7) &* ones) >> 56
    }
  }

  private static func refuse(
    _ verdict: Verdict, _ place: () -> String
  ) throws(ModelError) {
    switch verdict {
    case .fine: return
    case .empty: throw ModelError(.invalidID, "\(place()) is empty")
    case .control: throw ModelError(.invalidID, "\(place()) holds a control character")
    case .personal(let shape):
      throw ModelError(
        .personalData,
        "\(place()) looks like \(shape.rawValue); give an opaque id and put the value into content"
      )
    }
  }
}

/// What a text that should be opaque looks like.
package enum PersonalDataShape: String {
  case address = "a mail address"
  case phoneNumber = "a phone number"

  static let phoneDigitsMin = 10

  /// Nil for a text that looks like neither. Digits alone are an ordinary ticket number; a phone
  /// number is known by its plus sign, or by the brackets and spaces between its digits, also
  /// behind a prefix such as `tel:`.
  package init?(of text: String) {
    let bytes = Array(text.utf8)
    if let at = bytes.firstIndex(of: UInt8(ascii: "@")), at > 0, at < bytes.count - 1,
      bytes[at...].contains(UInt8(ascii: "."))
    {
      self = .address
      return
    }
    guard bytes.count > 10 else { return nil }
    var digits = 0
    var marks = 0
    var isNumeric = true
    for scalar in text.unicodeScalars {
      switch scalar {
      case "0"..."9": digits += 1
      case "+", "(", ")", " ", "\u{A0}", "\u{2007}", "\u{2009}", "\u{202F}": marks += 1
      case "-", ".", "\u{2010}"..."\u{2015}": continue
      case ":":
        digits = 0
        marks = 0
        isNumeric = true
      default: isNumeric = false
      }
    }
    guard isNumeric, marks > 0, (PersonalDataShape.phoneDigitsMin...15).contains(digits) else {
      return nil
    }
    self = .phoneNumber
  }
}
