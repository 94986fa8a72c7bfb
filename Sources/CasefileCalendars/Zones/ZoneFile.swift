/// The contents of a TZif file (RFC 8536; version 4: RFC 9636): what was, and the rule for what comes.
///
/// Every length is checked before it is used; damaged bytes give an error and never a trap.
struct ZoneFile {
  /// When the offset changes, in seconds since 1970 UTC, ascending.
  private(set) var times: [Int64] = []
  /// The type that begins at each of the times.
  private(set) var types: [Int] = []
  /// The seconds to add to UTC, by type.
  private(set) var offsets: [Int64] = []
  /// What holds after the last time; nil where the file does not say.
  private(set) var rule: ZoneRule?

  /// The largest file that is read. The largest zone of release 2025b takes 3.6 KB.
  static let sizeMax = 1 << 20

  private let zone: String
  private let bytes: [UInt8]
  private var next = 0

  init(zone: String, bytes: [UInt8]) throws(CalendarError) {
    self.zone = zone
    self.bytes = bytes
    guard bytes.count <= ZoneFile.sizeMax else { throw invalid("it has \(bytes.count) bytes") }
    var header = try readHeader()
    if header.version == 0 {
      try readBlock(header, timeSize: 4)
      return
    }
    // The first block is for readers that know 32-bit times only.
    try skip(header.size(timeSize: 4))
    header = try readHeader()
    guard header.version != 0 else { throw invalid("its second header is of version 1") }
    try readBlock(header, timeSize: 8)
    rule = try readFooter()
  }

  private struct Header {
    let version: UInt8
    let utcCount: Int
    let standardCount: Int
    let leapCount: Int
    let timeCount: Int
    let typeCount: Int
    let characterCount: Int

    /// Counts have 32 bits, so the sum can't overflow 64.
    func size(timeSize: Int) -> Int {
      timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4)
        + standardCount + utcCount
    }
  }

  private mutating func readHeader() throws(CalendarError) -> Header {
    let magic = try take(4)
    guard magic.elementsEqual("TZif".utf8) else { throw invalid("it does not begin with TZif") }
    let version = try take(1).first ?? 0
    guard version == 0 || version >= 0x32 else { throw invalid("its version is \(version)") }
    try skip(15)
    let utcCount = try readCount()
    let standardCount = try readCount()
    let leapCount = try readCount()
    let timeCount = try readCount()
    let typeCount = try readCount()
    let characterCount = try readCount()
    return Header(
      version: version, utcCount: utcCount, standardCount: standardCount, leapCount: leapCount,
      timeCount: timeCount, typeCount: typeCount, characterCount: characterCount)
  }

  private mutating func readBlock(_ header: Header, timeSize: Int) throws(CalendarError) {
    guard header.size(timeSize: timeSize) <= bytes.count - next else {
      throw invalid("it is cut off after \(bytes.count) bytes")
    }
    guard header.leapCount == 0 else {
      throw CalendarError(
        .leapSeconds,
        "the zone \(zone) counts leap seconds, which the times of events do not; use the zone files "
          + "without them")
    }
    guard (1...256).contains(header.typeCount), header.characterCount > 0 else {
      throw invalid("it has \(header.typeCount) types and \(header.characterCount) characters")
    }
    for _ in 0..<header.timeCount {
      let time = try readInteger(timeSize)
      guard times.last.map({ $0 < time }) ?? true else { throw invalid("its times go backwards") }
      times.append(time)
    }
    for type in try take(header.timeCount) {
      guard Int(type) < header.typeCount else { throw invalid("it has no type \(type)") }
      types.append(Int(type))
    }
    for _ in 0..<header.typeCount {
      let offset = try readInteger(4)
      // The bounds of the RFC: the offset is less than 25 hours behind and 26 ahead.
      guard (-89_999...93_599).contains(offset) else {
        throw invalid("an offset is \(offset) seconds")
      }
      offsets.append(offset)
      try skip(2)
    }
    try skip(header.characterCount + header.standardCount + header.utcCount)
  }

  private mutating func readFooter() throws(CalendarError) -> ZoneRule? {
    guard try take(1).first == 0x0A else { throw invalid("its footer does not begin a line") }
    let rest = bytes[next...]
    guard let end = rest.firstIndex(of: 0x0A) else { throw invalid("its footer does not end") }
    let text = rest[..<end]
    next = end + 1
    guard !text.isEmpty else { return nil }
    guard let rule = ZoneRule(parsing: Array(text)) else {
      throw invalid(
        "its footer is no rule: \(String(decoding: text, as: UTF8.self).debugDescription)")
    }
    return rule
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws(CalendarError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - next else {
      throw invalid("it is cut off after \(bytes.count) bytes")
    }
    defer { next += count }
    return bytes[next..<next + count]
  }

  private mutating func skip(_ count: Int) throws(CalendarError) { _ = try take(count) }

  private mutating func readCount() throws(CalendarError) -> Int {
    var value = 0
    for byte in try take(4) { value = value << 8 | Int(byte) }
    return value
  }

  private mutating func readInteger(_ size: Int) throws(CalendarError) -> Int64 {
    var value: UInt64 = 0
    for byte in try take(size) { value = value << 8 | UInt64(byte) }
    let isShort = size == 4
    return isShort ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
  }

  private func invalid(_ what: String) -> CalendarError {
    CalendarError(
      .invalidZoneData,
      "the file of the zone \(zone) is no zone data: \(what); install the zone data anew")
  }
}
