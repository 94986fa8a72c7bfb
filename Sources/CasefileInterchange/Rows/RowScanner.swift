internal import CasefileModel

/// A row as it stands in a file, with the hashes that its ids come from.
struct ScannedRow {
  /// The bytes that the fields refer to, those of other rows among them.
  let buffer: [UInt8]
  /// The line on which the row begins, from 1.
  let line: Int
  /// What can't be read of it; there are no fields then.
  let malformed: ImportError?
  /// A field that should be a whole number and has a fraction.
  let fraction: Int?
  /// The hash of its record key, or of all columns that the profile reads.
  let identity: Digest
  /// The hash of those columns, where the row has a record key.
  let content: Digest?
  /// A column of its record key that is empty.
  let emptyKey: String?
  private let places: [CSVField]
  private let firstPlace: Int
  let fieldCount: Int

  fileprivate init(_ entry: ScannedBlock.Entry, _ block: ScannedBlock) {
    buffer = block.buffer
    places = block.places
    line = entry.line
    malformed = entry.malformed
    fraction = entry.fraction
    identity = entry.identity
    content = entry.content
    emptyKey = entry.emptyKey
    firstPlace = entry.places.lowerBound
    fieldCount = entry.places.count
  }

  /// A field's place in the buffer.
  func field(_ index: Int) -> CSVField { places[firstPlace + index] }

  /// The texts of the row's fields.
  var texts: [String] {
    (0..<fieldCount).map { index in
      String(decoding: buffer[field(index).start..<field(index).end], as: UTF8.self)
    }
  }
}

/// Some rows of a file, in order.
struct ScannedBlock: Sendable {
  fileprivate struct Entry: Sendable {
    var line: Int
    var places: Range<Int>
    var malformed: ImportError?
    var fraction: Int?
    var identity = Digest.zero
    var content: Digest?
    var emptyKey: String?
  }

  fileprivate var buffer: [UInt8] = []
  fileprivate var places: [CSVField] = []
  fileprivate var entries: [Entry] = []
  /// What makes the rest of the file unreadable.
  fileprivate(set) var failure: ImportError?
  /// Whether the file ends after these rows.
  fileprivate(set) var isLast = false

  /// Hands out the rows in order, with their places in the block.
  func forEach(_ each: (Int, ScannedRow) throws -> Void) rethrows {
    for (place, entry) in entries.enumerated() { try each(place, ScannedRow(entry, self)) }
  }

  /// The bytes that all rows' fields refer to.
  var bytes: [UInt8] { buffer }

  /// One column of all rows; a row that can't be read has an empty field.
  func column(_ index: Int) -> [CSVField] {
    entries.map {
      $0.places.isEmpty ? CSVField(start: 0, end: 0) : places[$0.places.lowerBound + index]
    }
  }
}

/// Finds and hashes the rows of one file ahead of those that take them in: reading needs one core for
/// this and one for telling values apart.
///
/// It is `@unchecked`, since a source of bytes is of one thread at a time: a block is asked for only
/// when the one before it has been handed over.
final class RowScanner: @unchecked Sendable {
  /// Enough that waiting for one another costs nothing, and few enough to stay in the cache.
  private static let rowsPerBlock = 1_024
  private static let bytesPerBlock = 512 << 10

  private var reader: CSVReader
  private let map: ColumnMap
  private let plan: RowPlan
  private let markers: UnknownMarkers
  private var scratch: [UInt8] = []

  /// - Parameter reader: has read the header.
  init(_ reader: CSVReader, _ map: ColumnMap, _ plan: RowPlan, _ markers: UnknownMarkers) {
    self.reader = reader
    self.map = map
    self.plan = plan
    self.markers = markers
  }

  /// The next rows. What can't be read is told with them.
  func next() -> ScannedBlock {
    var block = ScannedBlock()
    block.buffer.reserveCapacity(RowScanner.bytesPerBlock)
    do {
      while block.entries.count < RowScanner.rowsPerBlock,
        block.buffer.count < RowScanner.bytesPerBlock
      {
        switch try reader.next() {
        case .end:
          block.isLast = true
          return block
        case .malformed(let error):
          block.entries.append(.init(line: reader.line, places: 0..<0, malformed: error))
        case .row: append(to: &block)
        }
      }
    } catch {
      block.failure = error
      // Damaged gzip data know no lines; the last row that was read tells where to look.
      block.failure?.line = error.line ?? reader.line
      block.isLast = true
    }
    return block
  }

  private func append(to block: inout ScannedBlock) {
    let fraction = reader.trimWholeNumbers(map.wholeNumbers)
    let fields = reader.fields
    let offset = block.buffer.count - (fields.first?.start ?? 0)
    let first = block.places.count
    reader.buffer.withUnsafeBufferPointer { bytes in
      let range = (fields.first?.start ?? 0)..<(fields.last?.end ?? 0)
      block.buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range]))
    }
    for field in fields {
      block.places.append(CSVField(start: field.start + offset, end: field.end + offset))
    }
    var entry = ScannedBlock.Entry(
      line: reader.line, places: first..<block.places.count, fraction: fraction)
    if fraction == nil { identify(&entry) }
    block.entries.append(entry)
  }

  /// Hashes the row: all columns that the profile reads, or its record key.
  private func identify(_ entry: inout ScannedBlock.Entry) {
    scratch.removeAll(keepingCapacity: true)
    plan.identityDigest.withUnsafeBytes { scratch.append(contentsOf: $0) }
    appendCells(map.identity)
    entry.identity = Digest.sha256(scratch)
    guard !map.recordKey.isEmpty else { return }
    for (place, name) in zip(map.recordKey, plan.table.recordKey)
    where markers.contains(reader.buffer, reader.fields[place]) {
      entry.emptyKey = name
      return
    }
    scratch.removeAll(keepingCapacity: true)
    // Records of two tables may have the same key.
    if !plan.table.name.isEmpty {
      scratch.append(contentsOf: plan.table.name.utf8)
      scratch.append(0)
    }
    appendCells(map.recordKey)
    entry.content = entry.identity
    entry.identity = Digest.sha256(scratch)
  }

  /// Appends cells for hashing. A length before each tells "ab", "c" from "a", "bc": one byte, or
  /// 254 and four bytes; 255 stands for unknown.
  private func appendCells(_ places: [Int]) {
    let buffer = reader.buffer
    let fields = reader.fields
    for place in places {
      let field = fields[place]
      let size = field.end - field.start
      guard !markers.contains(buffer, field) else {
        scratch.append(255)
        continue
      }
      if size < 254 {
        scratch.append(UInt8(size))
      } else {
        scratch.append(254)
        withUnsafeBytes(of: UInt32(size).bigEndian) { scratch.append(contentsOf: $0) }
      }
      // In one piece: byte by byte, or as a slice, it took a tenth of the whole reading.
      buffer.withUnsafeBufferPointer {
        scratch.append(contentsOf: UnsafeBufferPointer(rebasing: $0[field.start..<field.end]))
      }
    }
  }
}

/// What stands for an unknown value besides an empty cell.
struct UnknownMarkers: Sendable {
  private let markers: [[UInt8]]
  private let sizeMax: Int

  init(_ texts: [String]) {
    markers = texts.map { Array($0.utf8) }
    sizeMax = markers.map(\.count).max() ?? 0
  }

  /// Whether a cell is empty or one of them.
  func contains(_ buffer: [UInt8], _ field: CSVField) -> Bool {
    let size = field.end - field.start
    if size == 0 { return true }
    guard size <= sizeMax else { return false }
    return markers.contains { $0.elementsEqual(buffer[field.start..<field.end]) }
  }
}
