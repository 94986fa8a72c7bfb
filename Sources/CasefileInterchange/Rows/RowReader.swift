internal import CasefileModel

/// Reads the rows of files into a table, and puts aside those that can't be taken.
struct RowReader {
  let profile: ImportProfile
  let plan: SnapshotPlan
  /// The tables of the profile; mode snapshots has one.
  let plans: [RowPlan]
  var table: RowTable
  /// Which table each file is of, by the file's place.
  var fileTables: [Int] = []
  var paths: [String] = []
  /// The values of each cell's column; a table's pools begin at its plan's `poolStart`.
  var pools: [ValuePool]
  var tickets: ValuePool
  var actors: ValuePool
  var rejections: [ImportRejection] = []
  /// All rows read, rejected ones included.
  private(set) var rowCount = 0
  /// Values of rows that were rejected because no rule names them.
  var unmapped: Set<ImportSummary.Unmapped> = []
  var joins: JoinedRecords
  let people: PersonDirectory
  /// In mode snapshots: the code of the opaque id for the code of each value, by column.
  private var opaqueCodes: [[UInt32: UInt32]]
  let evaluators: [RuleEvaluator]
  private var scratch: [UInt8] = []
  var row = RowTable.Row()
  /// Whether the row is meant to give no event.
  private var isSilent = false
  /// Whether somebody wants to see the texts of rejected rows; they may be long.
  private let keepsRejectedCells: Bool
  private let markers: [[UInt8]]
  private let markerSizeMax: Int

  init(
    _ profile: ImportProfile, people: PersonDirectory, keepsRejectedCells: Bool,
    in directory: String?
  ) {
    self.keepsRejectedCells = keepsRejectedCells
    self.profile = profile
    plan = SnapshotPlan(profile)
    plans = profile.rowPlans(plan)
    self.people = people
    opaqueCodes = Array(repeating: [:], count: plan.columns.count)
    table = RowTable(
      cellCount: plans.map(\.columns.count).max() ?? 0,
      keepsContents: profile.tables.contains { !$0.recordKey.isEmpty }, in: directory)
    joins = JoinedRecords(cellCount: table.cellCount, in: directory)
    evaluators =
      profile.mode == .snapshots
      ? [] : profile.tables.map { RuleEvaluator(profile, $0, people: people) }
    let markers = profile.unknownMarkers
    pools = plans.flatMap(\.columns).map {
      ValuePool($0.rule, unknownMarkers: markers, in: directory)
    }
    tickets = ValuePool(.id, unknownMarkers: markers, in: directory)
    actors = ValuePool(.id, unknownMarkers: markers, in: directory)
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
    do {
      try read(&reader, path: path, ordinal: ordinal, progress: progress)
    } catch var error as ImportError {
      // Damaged gzip data know no lines; the last row that was read tells where to look.
      error.line = error.line ?? reader.line
      throw error
    }
  }

  private mutating func read(
    _ reader: inout CSVReader, path: String, ordinal: UInt32, progress: (Int) throws -> Void
  ) throws {
    switch try reader.next() {
    case .end: throw ImportError(.fileEmpty, "the file is empty; its first line names the columns")
    case .malformed(let error): throw error
    case .row: break
    }
    let (index, map) = try ColumnMap.choose(header: reader.texts, among: plans)
    fileTables.append(index)
    paths.append(path)
    var number: UInt32 = 0
    reading: while true {
      switch try reader.next() {
      case .end: break reading
      case .malformed(let error):
        number += 1
        try reject(error, path: path, ordinal: ordinal, row: number, cells: [])
      case .row:
        number += 1
        let fraction = reader.trimWholeNumbers(map.wholeNumbers)
        row.file = ordinal
        row.row = number
        row.line = UInt32(clamping: reader.line)
        let error =
          fraction.map { fractionFailure(reader, $0, map) } ?? take(reader, map, plans[index])
        if let error {
          let cells = keepsRejectedCells ? zip(map.names, reader.texts).map { ($0, $1) } : []
          try reject(error, path: path, ordinal: ordinal, row: number, cells: cells)
        } else if plans[index].table.join == nil, !isSilent {
          table.append(row)
        }
      }
      rowCount += 1
      if rowCount.isMultiple(of: 8_192) { try progress(rowCount) }
    }
  }

  mutating func reject(
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
  private mutating func take(
    _ reader: CSVReader, _ map: ColumnMap, _ plan: RowPlan
  ) -> ImportError? {
    let buffer = reader.buffer
    let fields = reader.fields
    isSilent = false
    row.ticket = ticketCode(buffer, fields[map.ticket], plan.table)
    guard row.ticket != ValuePool.unknown else {
      return ImportError(
        .valueMissing,
        "the column \(plan.table.ticket), the \(plan.table.streamKind)'s id, is empty",
        line: reader.line)
    }
    row.actor = map.actor.map { actors.code(buffer, fields[$0]) } ?? ValuePool.unknown
    row.cells.removeAll(keepingCapacity: true)
    var isFine = tickets.verdict(row.ticket) == .fine
    if plan.table.actor.identity == .opaque, actors.verdict(row.actor) != .fine { isFine = false }
    for index in map.cells.indices {
      let code = pools[plan.poolStart + index].code(buffer, fields[map.cells[index]])
      if pools[plan.poolStart + index].verdict(code) != .fine { isFine = false }
      row.cells.append(code)
    }
    guard isFine else { return verdictFailure(reader.line, plan) }
    while row.cells.count < table.cellCount { row.cells.append(ValuePool.unknown) }
    if let failure = takeTimes(reader, map, plan.table) { return failure }
    for case let index? in [self.plan.openedAt, self.plan.resolvedAt] {
      let place = map.cells[index]
      guard isUnknown(buffer, fields[place]) || time(reader, fields[place]) != nil else {
        return timeFailure(reader, fields[place], column: map.names[place])
      }
    }
    if let failure = identify(reader, map, plan) { return failure }
    if profile.mode == .snapshots, !people.isTrivial { replaceIdentities() }
    if plan.table.join != nil { return join(reader, map, plan) }
    switch ruleOutcome(row, plan) {
    case .events: return nil
    case .nothing:
      isSilent = true
      return nil
    case .fault(let fault): return ImportError(fault.code, fault.message, line: reader.line)
    }
  }

  /// Tickets have their ids as they are; ids of other kinds of streams are told apart by a prefix
  /// that no cell has.
  private mutating func ticketCode(
    _ buffer: [UInt8], _ field: CSVField, _ table: SourceTable
  ) -> UInt32 {
    guard table.streamKind != "ticket", !isUnknown(buffer, field) else {
      return tickets.code(buffer, field)
    }
    scratch.removeAll(keepingCapacity: true)
    scratch.append(0)
    scratch.append(contentsOf: table.streamKind.utf8)
    scratch.append(UInt8(ascii: "/"))
    scratch.append(contentsOf: buffer[field.start..<field.end])
    return tickets.code(scratch, CSVField(start: 0, end: scratch.count))
  }

  /// How the pool of tickets writes a stream.
  static func poolText(of stream: StreamID) -> String {
    stream.kind == "ticket" ? stream.id : "\0" + stream.description
  }

  /// Puts our ids in place of the source's in the columns of people, groups and topics.
  private mutating func replaceIdentities() {
    for (index, column) in plan.columns.enumerated() {
      let code = row.cells[index]
      guard let role = column.person, let text = pools[index].text(code) else { continue }
      if let known = opaqueCodes[index][code] {
        row.cells[index] = known
        continue
      }
      let id = people.id(of: text, as: role, by: column.identity, at: row.time)
      row.cells[index] = pools[index].code(id)
      opaqueCodes[index][code] = row.cells[index]
    }
    if let text = actors.text(row.actor) {
      _ = people.id(of: text, as: .agent, by: profile.actor.identity, at: row.time)
    }
  }

  private mutating func takeTimes(
    _ reader: CSVReader, _ map: ColumnMap, _ source: SourceTable
  ) -> ImportError? {
    let buffer = reader.buffer
    let fields = reader.fields
    row.writtenAt = nil
    guard let time = time(reader, fields[map.eventTime]) else {
      return timeFailure(reader, fields[map.eventTime], column: source.eventTime)
    }
    row.time = time
    if let place = map.writtenAt, !isUnknown(buffer, fields[place]) {
      row.writtenAt = place == map.eventTime ? time : self.time(reader, fields[place])
      guard row.writtenAt != nil else {
        return timeFailure(reader, fields[place], column: source.writtenAt ?? "")
      }
    }
    row.order = row.time.microseconds
    if let place = map.order {
      guard let order = Int64(reader: buffer, fields[place]) else {
        return numberFailure(
          reader, fields[place], "the column \(source.order ?? ""), the order key")
      }
      row.order = order
    }
    return nil
  }

  func numberFailure(
    _ reader: CSVReader, _ field: CSVField, _ what: String
  ) -> ImportError {
    ImportError(
      .valueInvalid, "\(what), is no whole number: \(RowReader.shape(reader.buffer, field))",
      line: reader.line)
  }

  private func fractionFailure(
    _ reader: CSVReader, _ place: Int, _ map: ColumnMap
  ) -> ImportError {
    numberFailure(
      reader, reader.fields[place],
      "the column \(map.names[place]), which the profile lists in wholeNumbers")
  }

  /// The first of the row's values that may not stand where the profile puts it.
  private func verdictFailure(_ line: Int, _ plan: RowPlan) -> ImportError? {
    var verdicts = [(tickets.verdict(row.ticket), plan.table.ticket)]
    if let column = plan.table.actor.column { verdicts.append((actors.verdict(row.actor), column)) }
    for (index, code) in row.cells.enumerated() {
      verdicts.append((pools[plan.poolStart + index].verdict(code), plan.columns[index].name))
    }
    for (verdict, column) in verdicts {
      guard let found = verdict.failure(column: column) else { continue }
      return ImportError(found.code, found.message, line: line)
    }
    return nil
  }

  /// Hashes the row: all columns that the profile reads, or its record key.
  private mutating func identify(
    _ reader: CSVReader, _ map: ColumnMap, _ plan: RowPlan
  ) -> ImportError? {
    scratch.removeAll(keepingCapacity: true)
    plan.identityDigest.withUnsafeBytes { scratch.append(contentsOf: $0) }
    appendCells(map.identity, reader)
    let content = Digest.sha256(scratch)
    row.identity = content
    row.content = nil
    guard !map.recordKey.isEmpty else { return nil }
    for (place, name) in zip(map.recordKey, plan.table.recordKey) {
      guard !isUnknown(reader.buffer, reader.fields[place]) else {
        return ImportError(
          .valueMissing, "the column \(name), the record key, is empty", line: reader.line)
      }
    }
    scratch.removeAll(keepingCapacity: true)
    // Records of two tables may have the same key.
    if !plan.table.name.isEmpty {
      scratch.append(contentsOf: plan.table.name.utf8)
      scratch.append(0)
    }
    appendCells(map.recordKey, reader)
    row.content = content
    row.identity = Digest.sha256(scratch)
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
      if let time = format.time(reader.buffer, field, in: profile.zone) {
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
  init?(reader buffer: [UInt8], _ field: CSVField) {
    self.init(String(decoding: buffer[field.start..<field.end], as: UTF8.self))
  }
}
