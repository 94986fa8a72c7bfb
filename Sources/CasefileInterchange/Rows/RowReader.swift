internal import CasefileModel

/// Reads the rows of files into a table, and puts aside those that can't be taken.
struct RowReader {
  let profile: ImportProfile
  let plan: SnapshotPlan
  private(set) var table: RowTable
  /// The values of each cell's column.
  private(set) var pools: [ValuePool]
  private(set) var tickets: ValuePool
  private(set) var actors: ValuePool
  private(set) var rejections: [ImportRejection] = []
  /// All rows read, rejected ones included.
  private(set) var rowCount = 0
  private var scratch: [UInt8] = []
  private var row = RowTable.Row()
  /// Whether somebody wants to see the texts of rejected rows; they may be long.
  private let keepsRejectedCells: Bool
  private let markers: [[UInt8]]
  private let markerSizeMax: Int

  init(_ profile: ImportProfile, keepsRejectedCells: Bool) {
    self.keepsRejectedCells = keepsRejectedCells
    self.profile = profile
    plan = SnapshotPlan(profile)
    table = RowTable(cellCount: plan.columns.count)
    let markers = profile.unknownMarkers
    pools = plan.columns.map { ValuePool($0.rule, unknownMarkers: markers) }
    tickets = ValuePool(.id, unknownMarkers: markers)
    actors = ValuePool(.id, unknownMarkers: markers)
    self.markers = markers.map { Array($0.utf8) }
    markerSizeMax = self.markers.map(\.count).max() ?? 0
  }

  /// Reads one file to its end.
  ///
  /// - Throws: what makes the whole file unreadable, without its name.
  mutating func read(
    _ source: any ByteSource, path: String, ordinal: UInt32, progress: (Int) throws -> Void
  ) throws {
    var reader = CSVReader(source, dialect: profile.dialect)
    switch try reader.next() {
    case .end: throw ImportError(.fileEmpty, "the file is empty; its first line names the columns")
    case .malformed(let error): throw error
    case .row: break
    }
    let map = try ColumnMap(header: reader.texts, profile: profile, plan: plan)
    var number: UInt32 = 0
    reading: while true {
      switch try reader.next() {
      case .end: break reading
      case .malformed(let error):
        number += 1
        try reject(error, path: path, ordinal: ordinal, row: number, cells: [])
      case .row:
        number += 1
        row.file = ordinal
        row.row = number
        row.line = UInt32(clamping: reader.line)
        if let error = take(reader, map) {
          let cells = keepsRejectedCells ? zip(map.names, reader.texts).map { ($0, $1) } : []
          try reject(error, path: path, ordinal: ordinal, row: number, cells: cells)
        } else {
          table.append(row)
        }
      }
      rowCount += 1
      if rowCount.isMultiple(of: 8_192) { try progress(rowCount) }
    }
  }

  private mutating func reject(
    _ error: ImportError, path: String, ordinal: UInt32, row: UInt32, cells: [(String, String)]
  ) throws(ImportError) {
    guard rejections.count < ImportLimits.rejectionCount else {
      throw ImportError(
        .rowsRejected,
        "more than \(ImportLimits.rejectionCount) rows are rejected, the last because "
          + "\(error.message); the profile hardly fits the file", line: error.line)
    }
    var error = error
    error.file = path
    rejections.append(
      ImportRejection(fileOrdinal: Int(ordinal), row: UInt64(row), error: error, cells: cells))
  }

  /// Puts one row's cells into `row`; says why it can't be taken.
  private mutating func take(_ reader: CSVReader, _ map: ColumnMap) -> ImportError? {
    func failure(_ code: ImportError.Code, _ message: String) -> ImportError {
      ImportError(code, message, line: reader.line)
    }
    let buffer = reader.buffer
    let fields = reader.fields
    row.ticket = tickets.code(buffer, fields[map.ticket])
    guard row.ticket != ValuePool.unknown else {
      return failure(.valueMissing, "the column \(profile.ticket), the ticket's id, is empty")
    }
    row.actor = actors.code(buffer, fields[map.actor])
    row.cells.removeAll(keepingCapacity: true)
    var isFine = tickets.verdict(row.ticket) == .fine && actors.verdict(row.actor) == .fine
    for index in map.cells.indices {
      let code = pools[index].code(buffer, fields[map.cells[index]])
      if pools[index].verdict(code) != .fine { isFine = false }
      row.cells.append(code)
    }
    guard isFine else { return verdictFailure(reader.line) }
    row.writtenAt = nil
    guard let time = time(reader, fields[map.eventTime]) else {
      return timeFailure(reader, fields[map.eventTime], column: profile.eventTime)
    }
    row.time = time
    if let place = map.writtenAt, !isUnknown(buffer, fields[place]) {
      row.writtenAt = place == map.eventTime ? time : self.time(reader, fields[place])
      guard row.writtenAt != nil else {
        return timeFailure(reader, fields[place], column: profile.writtenAt ?? "")
      }
    }
    row.order = row.time.microseconds
    if let place = map.order {
      guard let order = Int64(reader: buffer, fields[place]) else {
        return failure(
          .valueInvalid,
          "the column \(profile.order ?? ""), the order key, is no whole number: "
            + RowReader.shape(buffer, fields[place]))
      }
      row.order = order
    }
    return identify(reader, map)
  }

  /// The first of the row's values that may not stand where the profile puts it.
  private func verdictFailure(_ line: Int) -> ImportError? {
    var verdicts = [
      (tickets.verdict(row.ticket), profile.ticket),
      (actors.verdict(row.actor), profile.actor.column),
    ]
    for (index, code) in row.cells.enumerated() {
      verdicts.append((pools[index].verdict(code), plan.columns[index].name))
    }
    for (verdict, column) in verdicts {
      guard let found = verdict.failure(column: column) else { continue }
      return ImportError(found.code, found.message, line: line)
    }
    return nil
  }

  /// Hashes the row: all columns that the profile reads, or its record key.
  private mutating func identify(_ reader: CSVReader, _ map: ColumnMap) -> ImportError? {
    scratch.removeAll(keepingCapacity: true)
    plan.identityDigest.withUnsafeBytes { scratch.append(contentsOf: $0) }
    appendCells(map.identity, reader)
    let content = ImportHash.digest(of: scratch)
    row.identity = content
    row.content = nil
    guard !map.recordKey.isEmpty else { return nil }
    for (place, name) in zip(map.recordKey, profile.recordKey) {
      guard !isUnknown(reader.buffer, reader.fields[place]) else {
        return ImportError(
          .valueMissing, "the column \(name), the record key, is empty", line: reader.line)
      }
    }
    scratch.removeAll(keepingCapacity: true)
    appendCells(map.recordKey, reader)
    row.content = content
    row.identity = ImportHash.digest(of: scratch)
    return nil
  }

  /// Appends cells for hashing. A length before each tells "ab", "c" from "a", "bc": one byte, or
  /// 254 and four bytes; 255 stands for unknown.
  private mutating func appendCells(_ places: [Int], _ reader: CSVReader) {
    let buffer = reader.buffer
    let fields = reader.fields
    for place in places {
      let field = fields[place]
      let size = field.end - field.start
      guard !isUnknown(buffer, field) else {
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

  private func isUnknown(_ buffer: [UInt8], _ field: CSVField) -> Bool {
    let size = field.end - field.start
    if size == 0 { return true }
    guard size <= markerSizeMax else { return false }
    return markers.contains { $0.elementsEqual(buffer[field.start..<field.end]) }
  }

  private func time(_ reader: CSVReader, _ field: CSVField) -> Timestamp? {
    for format in profile.timeFormats {
      if let time = format.time(reader.buffer, field, zoneSeconds: profile.zoneSeconds) {
        return time
      }
    }
    return nil
  }

  private func timeFailure(
    _ reader: CSVReader, _ field: CSVField, column: String
  ) -> ImportError {
    if isUnknown(reader.buffer, field) {
      return ImportError(
        .valueMissing, "the column \(column), a time, is empty", line: reader.line)
    }
    return ImportError(
      .valueInvalid,
      "the column \(column) is no time in \(profile.timeFormats.map(\.text)), or one that does not "
        + "exist: \(RowReader.shape(reader.buffer, field))", line: reader.line)
  }

  /// A cell's shape without its text: digits as 9, letters as a.
  static func shape(_ buffer: [UInt8], _ field: CSVField) -> String {
    let shown = buffer[field.start..<min(field.end, field.start + 32)].map { byte -> UInt8 in
      switch byte {
      case 0x30...0x39: UInt8(ascii: "9")
      case 0x20...0x2F, 0x3A...0x40: byte
      default: UInt8(ascii: "a")
      }
    }
    return String(decoding: shown, as: UTF8.self)
      + (field.end - field.start > 32 ? "… (\(field.end - field.start) bytes)" : "")
  }
}

extension Int64 {
  /// Reads a whole number from a cell; nil for anything else.
  fileprivate init?(reader buffer: [UInt8], _ field: CSVField) {
    self.init(String(decoding: buffer[field.start..<field.end], as: UTF8.self))
  }
}
