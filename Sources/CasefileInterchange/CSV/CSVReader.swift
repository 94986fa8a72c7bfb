/// Splits a CSV text (RFC 4180) into rows, in memory bounded by the longest row.
///
/// The fields are byte ranges of `buffer`, valid until the next call of `next()`; doubled quotes
/// have been made single. Lines end with LF or CR LF; empty lines are passed over.
package struct CSVReader {
  /// What a call of `next()` found.
  package enum Step {
    /// A row with as many fields as the header, or the header itself.
    case row
    /// A row that can't be taken. Reading may go on with the next line.
    case malformed(ImportError)
    /// Nothing more.
    case end
  }

  /// The bytes that the fields refer to.
  private(set) var buffer: [UInt8]
  /// The fields of the row.
  private(set) var fields: [CSVField] = []
  /// The line on which the row begins, from 1.
  package private(set) var line = 1
  /// The number of fields that each row must have; nil before the header.
  private(set) var fieldCount: Int?

  private var source: any ByteSource
  private let dialect: CSVDialect
  private let rowSizeBytes: Int
  private var start = 0
  private var end = 0
  private var nextLine = 1
  private var isSourceAtEnd = false
  private var isSkippingLine = false
  private var hasBegun = false

  package init(
    _ source: any ByteSource, dialect: CSVDialect = CSVDialect(),
    rowSizeBytes: Int = ImportLimits.rowSizeBytes, chunkSizeBytes: Int = 256 << 10
  ) {
    self.source =
      dialect.encoding == .utf8 ? source : TranscodedSource(source, from: dialect.encoding)
    self.dialect = dialect
    self.rowSizeBytes = rowSizeBytes
    buffer = [UInt8](repeating: 0, count: max(16, chunkSizeBytes))
  }

  /// The texts of the row's fields, for headers and tests.
  package var texts: [String] {
    fields.map { String(decoding: buffer[$0.start..<$0.end], as: UTF8.self) }
  }

  /// Reads the next row.
  ///
  /// - Throws: what the source throws, and what makes the rest of the file unreadable: an unclosed
  ///   quote, a row over the limit, another encoding. Errors have no file name.
  package mutating func next() throws(ImportError) -> Step {
    if !hasBegun { try begin() }
    if isSkippingLine { try skipLine() }
    while true {
      line = nextLine
      if start == end, isSourceAtEnd { return .end }
      // A local array: the span borrows `self` meanwhile.
      var found: [CSVField] = []
      swap(&found, &fields)
      let outcome = CSVScanner.scan(
        buffer.span, from: start, to: end, isLast: isSourceAtEnd, dialect: dialect, into: &found)
      swap(&found, &fields)
      switch outcome {
      case .needsMore:
        guard end - start <= rowSizeBytes else { throw tooLong() }
        try fill()
      case .row(let next, let lineBreaks, let lineStart, let isASCII):
        guard next - start <= rowSizeBytes + 2 else { throw tooLong() }
        let rowStart = start
        start = next
        nextLine = line + lineBreaks + 1
        if isBlank(rowStart) { continue }
        return finish(from: rowStart, lineStart: lineStart, isASCII: isASCII)
      case .fault(let fault):
        let error = failure(fault)
        nextLine = error.line ?? line
        for offset in fault.offset..<(fault.resume ?? fault.offset)
        where buffer[offset] == CSVScanner.lineFeed { nextLine += 1 }
        start = fault.resume ?? fault.offset
        isSkippingLine = true
        return .malformed(error)
      case .unclosed(let offset):
        throw failure(
          CSVFault(
            code: .csvUnclosedQuote,
            message: "the quote that opens here is not closed before the end of the file",
            offset: offset))
      }
    }
  }

  /// Skips a byte order mark and names encodings that are not UTF-8.
  private mutating func begin() throws(ImportError) {
    hasBegun = true
    while end < 4, !isSourceAtEnd { try fill() }
    let head = buffer[0..<min(end, 4)]
    if head.starts(with: [0xEF, 0xBB, 0xBF]) {
      start = 3
      return
    }
    // What spreadsheets save by themselves: a zip archive, or the older compound file.
    let isArchive =
      head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0xD0, 0xCF, 0x11, 0xE0])
    guard !isArchive else {
      throw ImportError(
        .csvEncoding,
        "the file is a spreadsheet or an archive, no text; save it as CSV first", line: 1,
        position: 1)
    }
    let isUTF16 =
      head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
      || head.count == 4 && (head[0] == 0) != (head[1] == 0) && (head[0] == 0) == (head[2] == 0)
        && (head[1] == 0) == (head[3] == 0)
    guard !isUTF16 else {
      throw ImportError(
        .csvEncoding,
        "the file is UTF-16; declare it by \"encoding\": \"utf-16\" in csv of the profile", line: 1,
        position: 1)
    }
  }

  private func isBlank(_ rowStart: Int) -> Bool {
    // In a file of one column an empty line is a row with an empty cell only where it is quoted.
    fields.count == 1 && fields[0].start == fields[0].end && fields[0].start == rowStart
  }

  /// Checks a row that was split: text, number of fields; and makes doubled quotes single.
  private mutating func finish(from rowStart: Int, lineStart: Int, isASCII: Bool) -> Step {
    if !isASCII, let offset = UTF8Check.firstFault(buffer.span, from: rowStart, to: start) {
      return .malformed(
        failure(
          CSVFault(
            code: .csvInvalidText,
            message: dialect.encoding == .utf8
              ? "the row is not UTF-8; declare the file's encoding in csv of the profile, such as "
                + "windows-1251"
              : "the row holds what \(dialect.encoding.rawValue), the encoding that the profile "
                + "declares, does not have; is it another one, or is the file cut?",
            offset: offset), rowStart: rowStart))
    }
    for index in fields.indices where fields[index].isEscaped { unescape(index) }
    guard let expected = fieldCount else {
      fieldCount = fields.count
      return .row
    }
    guard fields.count == expected else {
      return .malformed(
        ImportError(
          .csvFieldCount,
          "the row has \(fields.count) fields; the header has \(expected); "
            + (fields.count > expected
              ? "a field that holds the delimiter must be quoted"
              : "a line end inside a field must be quoted, and a file that was cut ends so"),
          line: line,
          position: max(1, start - lineStart)))
    }
    return .row
  }

  /// Reads `12.0` as `12` in the fields given, as spreadsheets write whole numbers.
  ///
  /// - Returns: the first field that is a number with a fraction; nil if there is none.
  mutating func trimWholeNumbers(_ places: [Int]) -> Int? {
    for place in places {
      let field = fields[place]
      guard let point = buffer[field.start..<field.end].firstIndex(of: UInt8(ascii: ".")),
        point > field.start,
        buffer[field.start..<point].allSatisfy({ (0x30...0x39).contains($0) })
      else { continue }
      let rest = buffer[point + 1..<field.end]
      guard rest.allSatisfy({ (0x30...0x39).contains($0) }) else { continue }
      guard rest.allSatisfy({ $0 == UInt8(ascii: "0") }) else { return place }
      fields[place].end = point
    }
    return nil
  }

  private mutating func unescape(_ index: Int) {
    var target = fields[index].start
    var offset = fields[index].start
    while offset < fields[index].end {
      let byte = buffer[offset]
      buffer[target] = byte
      target += 1
      offset += byte == dialect.quote ? 2 : 1
    }
    fields[index].end = target
  }

  private mutating func skipLine() throws(ImportError) {
    isSkippingLine = false
    while true {
      if let found = buffer[start..<end].firstIndex(of: CSVScanner.lineFeed) {
        start = found + 1
        nextLine += 1
        return
      }
      start = end
      guard !isSourceAtEnd else { return }
      try fill()
    }
  }

  /// Gets more bytes behind those of the row that has begun, and makes room where there is none.
  private mutating func fill() throws(ImportError) {
    if start > 0 {
      buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
      end -= start
      start = 0
    }
    if end == buffer.count {
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
    }
    let result = buffer.withUnsafeMutableBytes { raw in
      Result { () throws(ImportError) in
        try source.read(into: UnsafeMutableRawBufferPointer(rebasing: raw[end...]))
      }
    }
    let count = try result.get()
    end += count
    isSourceAtEnd = count == 0
  }

  private func tooLong() -> ImportError {
    ImportError(
      .csvRowTooLong,
      "the row has more than \(rowSizeBytes) bytes; a quote may be open, or the delimiter or line "
        + "ends may be others", line: line, position: 1)
  }

  private func failure(_ fault: CSVFault, rowStart: Int? = nil) -> ImportError {
    var line = line
    var lineStart = rowStart ?? start
    for offset in lineStart..<fault.offset where buffer[offset] == CSVScanner.lineFeed {
      line += 1
      lineStart = offset + 1
    }
    return ImportError(
      fault.code, fault.message, line: line, position: fault.offset - lineStart + 1)
  }
}
