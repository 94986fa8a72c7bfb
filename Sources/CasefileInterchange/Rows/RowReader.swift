internal import CasefileLog
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
  /// The codes of the block that is taken in; cells column after column.
  private var codes: (tickets: [UInt32], actors: [UInt32]?, cells: [UInt32]) = ([], nil, [])
  var row = RowTable.Row()
  /// Whether the row is meant to give no event.
  private var isSilent = false
  /// Whether somebody wants to see the texts of rejected rows; they may be long.
  private let keepsRejectedCells: Bool
  private let markers: UnknownMarkers

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
    self.markers = UnknownMarkers(markers)
  }

  /// Reads one file to its end.
  ///
  /// - Throws: what makes the whole file unreadable, without its name.
  mutating func read(
    _ source: any ByteSource, path: String, ordinal: UInt32, progress: (Int) throws -> Void
  ) throws {
    var reader = CSVReader(source, dialect: profile.dialect)
    switch try firstStep(&reader) {
    case .end:
      throw ImportError(
        .fileEmpty, "the file is empty; its first line names the columns", line: reader.line)
    case .malformed(let error): throw error
    case .row: break
    }
    let (index, map) = try ColumnMap.choose(header: reader.texts, among: plans)
    fileTables.append(index)
    paths.append(path)
    row.file = ordinal
    row.row = 0
    let scanner = RowScanner(reader, map, plans[index], markers)
    var ahead = Ahead { scanner.next() }
    while true {
      let block = try ahead.get()
      if !block.isLast { ahead = Ahead { scanner.next() } }
      code(block, map, plans[index])
      try block.forEach { place, scanned in
        try take(scanned, place, map, plans[index], path: path)
        rowCount += 1
        if rowCount.isMultiple(of: 8_192) { try progress(rowCount) }
      }
      if let failure = block.failure { throw failure }
      if block.isLast { return }
    }
  }

  private func firstStep(_ reader: inout CSVReader) throws(ImportError) -> CSVReader.Step {
    do {
      return try reader.next()
    } catch {
      var located = error
      located.line = error.line ?? reader.line
      throw located
    }
  }

  /// Finds the codes of all cells of a block, column by column, so that each pool's values are
  /// near when they are compared.
  private mutating func code(_ block: ScannedBlock, _ map: ColumnMap, _ plan: RowPlan) {
    let buffer = block.bytes
    let ticketFields = block.column(map.ticket)
    codes.tickets =
      plan.table.streamKind == "ticket"
      ? tickets.codes(buffer, ticketFields)
      : ticketFields.map { ticketCode(buffer, $0, plan.table) }
    codes.actors = map.actor.map { actors.codes(buffer, block.column($0)) }
    codes.cells.removeAll(keepingCapacity: true)
    for (index, place) in map.cells.enumerated() {
      codes.cells += pools[plan.poolStart + index].codes(buffer, block.column(place))
    }
  }

  /// Takes one row into the table, or puts it aside.
  private mutating func take(
    _ scanned: ScannedRow, _ place: Int, _ map: ColumnMap, _ plan: RowPlan, path: String
  ) throws(ImportError) {
    row.row += 1
    row.line = UInt32(clamping: scanned.line)
    let error =
      scanned.malformed ?? scanned.fraction.map { fractionFailure(scanned, $0, map) }
      ?? take(scanned, place, map, plan)
    if let error {
      let isKept = keepsRejectedCells && scanned.malformed == nil
      let cells = isKept ? zip(map.names, scanned.texts).map { ($0, $1) } : []
      try reject(error, path: path, ordinal: row.file, row: row.row, cells: cells)
    } else if plan.table.join == nil, !isSilent {
      table.append(row)
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
    _ reader: ScannedRow, _ place: Int, _ map: ColumnMap, _ plan: RowPlan
  ) -> ImportError? {
    let buffer = reader.buffer
    isSilent = false
    row.ticket = codes.tickets[place]
    guard row.ticket != ValuePool.unknown else {
      return ImportError(
        .valueMissing,
        "the column \(plan.table.ticket), the \(plan.table.streamKind)'s id, is empty",
        line: reader.line)
    }
    row.actor = codes.actors?[place] ?? ValuePool.unknown
    row.cells.removeAll(keepingCapacity: true)
    var isFine = tickets.verdict(row.ticket) == .fine
    if plan.table.actor.identity == .opaque, actors.verdict(row.actor) != .fine { isFine = false }
    for index in map.cells.indices {
      let code = codes.cells[index * codes.tickets.count + place]
      if pools[plan.poolStart + index].verdict(code) != .fine { isFine = false }
      row.cells.append(code)
    }
    guard isFine else { return verdictFailure(reader.line, plan) }
    while row.cells.count < table.cellCount { row.cells.append(ValuePool.unknown) }
    if let failure = takeTimes(reader, map, plan.table) { return failure }
    for case let index? in [self.plan.openedAt, self.plan.resolvedAt] {
      let field = reader.field(map.cells[index])
      guard markers.contains(buffer, field) || time(reader, field) != nil else {
        return timeFailure(reader, field, column: map.names[map.cells[index]])
      }
    }
    if let name = reader.emptyKey {
      return ImportError(
        .valueMissing, "the column \(name), the record key, is empty", line: reader.line)
    }
    row.identity = reader.identity
    row.content = reader.content
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
    guard !markers.contains(buffer, field) else { return ValuePool.unknown }
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
    _ reader: ScannedRow, _ map: ColumnMap, _ source: SourceTable
  ) -> ImportError? {
    let buffer = reader.buffer
    row.writtenAt = nil
    guard let time = time(reader, reader.field(map.eventTime)) else {
      return timeFailure(reader, reader.field(map.eventTime), column: source.eventTime)
    }
    row.time = time
    if let place = map.writtenAt, !markers.contains(buffer, reader.field(place)) {
      row.writtenAt = place == map.eventTime ? time : self.time(reader, reader.field(place))
      guard row.writtenAt != nil else {
        return timeFailure(reader, reader.field(place), column: source.writtenAt ?? "")
      }
    }
    row.order = row.time.microseconds
    if let place = map.order {
      guard let order = Int64(reader: buffer, reader.field(place)) else {
        return numberFailure(
          reader, reader.field(place), "the column \(source.order ?? ""), the order key")
      }
      row.order = order
    }
    return nil
  }

  func numberFailure(
    _ reader: ScannedRow, _ field: CSVField, _ what: String
  ) -> ImportError {
    ImportError(
      .valueInvalid, "\(what), is no whole number: \(RowReader.shape(reader.buffer, field))",
      line: reader.line)
  }

  private func fractionFailure(
    _ reader: ScannedRow, _ place: Int, _ map: ColumnMap
  ) -> ImportError {
    numberFailure(
      reader, reader.field(place),
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

  private func time(_ reader: ScannedRow, _ field: CSVField) -> Timestamp? {
    for format in profile.timeFormats {
      if let time = format.time(reader.buffer, field, in: profile.zone) {
        return time
      }
    }
    return nil
  }

  private func timeFailure(
    _ reader: ScannedRow, _ field: CSVField, column: String
  ) -> ImportError {
    if markers.contains(reader.buffer, field) {
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
