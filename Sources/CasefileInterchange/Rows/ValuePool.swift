internal import CasefileLog
internal import CasefileModel

/// The distinct values of one column, each kept and checked once; rows hold four-byte codes.
///
/// A help desk's columns repeat a few hundred labels and ids for millions of rows. Columns of texts
/// don't: large pools lie on disk (see `ScratchArray`), and copies of a pool share its values.
struct ValuePool {
  /// What is asked of a column's values.
  enum Rule: Sendable {
    /// Goes into envelopes as an id or a tag: short, opaque, without control characters.
    case id
    /// Goes into envelopes as a label: not long, and nothing that looks personal.
    case plain
    /// Goes into content, or nowhere.
    case free
  }

  /// What was found wrong with a value.
  enum Verdict: UInt8, Sendable { case fine, address, phoneNumber, tooLong, controlCharacter }

  /// The code of empty cells and of the markers of unknown values.
  static let unknown: UInt32 = 0
  /// The code of what the store does not hold of an earlier row.
  static let notRecorded = UInt32.max

  private let rule: Rule
  private let bytes: ScratchArray<UInt8>
  // Entry 0 is the empty value; a value's bytes end where the next one's begin.
  private let starts: ScratchArray<Int>
  private let verdicts: ScratchArray<Verdict>
  /// Codes up to this one are of markers, which come first.
  private var lastMarker: UInt32 = 0
  /// Seeded anew in each process, so that no file can be made whose values collide.
  private static let seed = UInt64.random(in: 0 ... .max)
  /// Open addressing, at most half full; 0 is free.
  private let table: ScratchArray<UInt32>
  private var last: UInt32 = 0

  /// - Parameter directory: where it lies when it grows large; nil keeps it in memory.
  init(_ rule: Rule, unknownMarkers: [String], in directory: String? = nil) {
    self.rule = rule
    bytes = ScratchArray(in: directory)
    starts = ScratchArray(in: directory)
    starts.append(contentsOf: [0, 0])
    verdicts = ScratchArray(in: directory)
    verdicts.append(.fine)
    table = ScratchArray(repeating: 0, count: 64, in: directory)
    for marker in unknownMarkers where !marker.isEmpty {
      let source = Array(marker.utf8)
      _ = entry(source, CSVField(start: 0, end: source.count))
    }
    lastMarker = UInt32(verdicts.count - 1)
  }

  /// The number of codes given, markers and the empty value included.
  var count: Int { verdicts.count }

  /// The code of a cell: equal cells have equal codes.
  ///
  /// - Complexity: one comparison where the column repeats the row before, else one hash.
  mutating func code(_ source: [UInt8], _ field: CSVField) -> UInt32 {
    guard field.start < field.end else { return ValuePool.unknown }
    if last != 0, isEqual(last, source, field) { return last }
    let found = entry(source, field)
    if found <= lastMarker { return ValuePool.unknown }
    last = found
    return found
  }

  /// The codes of one column's cells in many rows, as `code` gives them one by one.
  ///
  /// What the cells are compared with is asked for ahead, all of it at each step: in a pool of
  /// millions of values each cell costs three looks at memory far away, which took nine tenths of
  /// the time when they came one after the other.
  mutating func codes(_ source: [UInt8], _ fields: [CSVField]) -> [UInt32] {
    let hashes = fields.map { ValuePool.hash(source, $0) }
    let mask = table.count - 1
    for hash in hashes { table.prefetch(hash & mask) }
    let guesses = hashes.map { Int(table[$0 & mask]) }
    for guess in guesses { starts.prefetch(guess) }
    for guess in guesses { bytes.prefetch(starts[guess]) }
    return fields.indices.map { index in
      let field = fields[index]
      guard field.start < field.end else { return ValuePool.unknown }
      let found = entry(source, field, hash: hashes[index])
      return found <= lastMarker ? ValuePool.unknown : found
    }
  }

  mutating func code(_ text: String) -> UInt32 {
    let source = Array(text.utf8)
    return code(source, CSVField(start: 0, end: source.count))
  }

  /// The code of a value that is there already.
  func find(_ text: String) -> UInt32? {
    let source = Array(text.utf8)
    let field = CSVField(start: 0, end: source.count)
    var slot = ValuePool.hash(source, field) & (table.count - 1)
    while table[slot] != 0 {
      if isEqual(table[slot], source, field) { return table[slot] }
      slot = (slot + 1) & (table.count - 1)
    }
    return nil
  }

  /// The value's text; nil where it is unknown.
  func text(_ code: UInt32) -> String? {
    guard code != ValuePool.unknown, code != ValuePool.notRecorded else { return nil }
    let range = starts[Int(code)]..<starts[Int(code) + 1]
    return bytes.withBuffer { String(decoding: $0[range], as: UTF8.self) }
  }

  /// Asks for where a value's text is; `prefetchText`, some time later, for the text.
  func prefetch(_ code: UInt32) { starts.prefetch(Int(code)) }

  func prefetchText(_ code: UInt32) {
    guard code != ValuePool.notRecorded else { return }
    bytes.prefetch(starts[Int(code)])
  }

  func verdict(_ code: UInt32) -> Verdict { verdicts[Int(code)] }

  /// How long a value is; 0 where it is unknown.
  func sizeBytes(_ code: UInt32) -> Int {
    code == ValuePool.notRecorded ? 0 : starts[Int(code) + 1] - starts[Int(code)]
  }

  /// Every code that stands for a value.
  var codes: [UInt32] { Array(lastMarker + 1..<UInt32(count)) }

  private func entry(_ source: [UInt8], _ field: CSVField) -> UInt32 {
    entry(source, field, hash: ValuePool.hash(source, field))
  }

  private func entry(_ source: [UInt8], _ field: CSVField, hash: Int) -> UInt32 {
    var slot = hash & (table.count - 1)
    while table[slot] != 0 {
      if isEqual(table[slot], source, field) { return table[slot] }
      slot = (slot + 1) & (table.count - 1)
    }
    let code = UInt32(verdicts.count)
    source.withUnsafeBufferPointer {
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[field.start..<field.end]))
    }
    starts.append(bytes.count)
    verdicts.append(verdict(of: source, field))
    table[slot] = code
    if verdicts.count * 2 > table.count { grow() }
    return code
  }

  private func isEqual(_ code: UInt32, _ source: [UInt8], _ field: CSVField) -> Bool {
    let start = starts[Int(code)]
    let end = starts[Int(code) + 1]
    guard end - start == field.end - field.start else { return false }
    return source.withUnsafeBytes { source in
      bytes.withBuffer { bytes in
        let (left, right) = (source[field.start..<field.end], bytes[start..<end])
        return UnsafeRawBufferPointer(rebasing: left).elementsEqual(
          UnsafeMutableBufferPointer(rebasing: right))
      }
    }
  }

  private static func hash(_ source: [UInt8], _ field: CSVField) -> Int {
    let hash = Fingerprint.hash(
      source.span.bytes.extracting(field.start..<field.end), seed: ValuePool.seed)
    return Int(truncatingIfNeeded: hash & UInt64(Int.max))
  }

  private func grow() {
    table.append(repeating: 0, count: table.count)
    table.withBuffer { $0.update(repeating: 0) }
    for code in 1..<UInt32(verdicts.count) {
      var slot = hash(of: code) & (table.count - 1)
      while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
      table[slot] = code
    }
  }

  private func hash(of code: UInt32) -> Int {
    let range = starts[Int(code)]..<starts[Int(code) + 1]
    let hash = bytes.withBuffer {
      Fingerprint.hash($0.span.bytes.extracting(range), seed: ValuePool.seed)
    }
    return Int(truncatingIfNeeded: hash & UInt64(Int.max))
  }

  private func verdict(of source: [UInt8], _ field: CSVField) -> Verdict {
    var field = field
    // The kind before an id is ours; see RowReader.ticketCode.
    if source[field.start] == 0, let slash = source[field.start..<field.end].firstIndex(of: 0x2F) {
      field.start = slash + 1
    }
    let size = field.end - field.start
    switch rule {
    case .free: return .fine
    case .id:
      guard size <= ImportLimits.idSizeBytes else { return .tooLong }
      let isPlain = source[field.start..<field.end].allSatisfy { $0 >= 0x20 && $0 != 0x7F }
      guard isPlain else { return .controlCharacter }
    case .plain: guard size <= ImportLimits.plainSizeBytes else { return .tooLong }
    }
    let text = String(decoding: source[field.start..<field.end], as: UTF8.self)
    switch PersonalDataShape(of: text) {
    case .address: return .address
    case .phoneNumber: return .phoneNumber
    case nil: return .fine
    }
  }
}

extension ValuePool.Verdict {
  /// What to tell of a cell that was found wrong; nil if nothing is.
  func failure(column: String) -> (code: ImportError.Code, message: String)? {
    switch self {
    case .fine: nil
    case .address, .phoneNumber:
      (
        .valuePersonal,
        "the column \(column) holds what looks like "
          + (self == .address ? "a mail address" : "a phone number")
          + "; such values may not stand in envelopes. Declare by what the column identifies people "
          + "(name, email or phone), take it as content, or make its values opaque in the export"
      )
    case .tooLong:
      (
        .valueTooLong,
        "the column \(column) holds more than \(ImportLimits.plainSizeBytes) bytes (an id "
          + "\(ImportLimits.idSizeBytes)); take it as content"
      )
    case .controlCharacter:
      (.valueInvalid, "the column \(column) holds an id with a control character")
    }
  }
}
