/// How the fields of a CSV file are told apart.
package struct CSVDialect: Hashable, Sendable {
  /// What stands between fields: one byte.
  package var delimiter = UInt8(ascii: ",")
  /// What encloses fields that hold delimiters, quotes or line ends.
  package var quote = UInt8(ascii: "\"")
  /// How letters are written.
  var encoding = TextEncoding.utf8

  package init() {}

  /// Commas and quotes in an encoding; nil where it is not known by this name.
  package init?(encoding: String) {
    guard let encoding = TextEncoding(rawValue: encoding) else { return nil }
    self.encoding = encoding
  }
}

/// A field's place in the buffer.
package struct CSVField: Sendable {
  package var start: Int
  package var end: Int
  /// Whether doubled quotes are still to be made single.
  var isEscaped = false

  package init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }

  init(start: Int, end: Int, isEscaped: Bool) {
    self.init(start: start, end: end)
    self.isEscaped = isEscaped
  }
}

/// Something in the text that is against RFC 4180, with its byte in the buffer.
struct CSVFault {
  let code: ImportError.Code
  let message: String
  let offset: Int
  /// Where to look for the end of the line, if not there.
  var resume: Int?
}

/// Finds the fields of one row in a part of the text. It keeps no state: if the part ends before
/// the row does, it is called again with more.
enum CSVScanner {
  enum Outcome {
    /// A row with the offset after its line end, the line ends inside it, and the last of these.
    case row(next: Int, lineBreaks: Int, lineStart: Int, isASCII: Bool)
    /// The row does not end in this part.
    case needsMore
    /// The row can't be read; scanning may go on after the next line end.
    case fault(CSVFault)
    /// A quoted field, opened at the offset, does not end, and nothing more comes.
    case unclosed(Int)
  }

  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  /// Scans the row that begins at `start`; `isLast` says that no more bytes come after `end`.
  ///
  /// - Complexity: one look at each byte, about 1 ns.
  static func scan(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, isLast: Bool, dialect: CSVDialect,
    into fields: inout [CSVField]
  ) -> Outcome {
    fields.removeAll(keepingCapacity: true)
    let delimiter = dialect.delimiter
    let quote = dialect.quote
    var index = start
    var seen: UInt8 = 0
    var lineBreaks = 0
    var lineStart = start
    while true {
      let fieldStart = index
      if index < end, bytes[index] == quote {
        let quoted = scanQuoted(bytes, from: index + 1, to: end, quote: quote)
        guard let close = quoted.close else {
          return isLast ? .unclosed(fieldStart) : .needsMore
        }
        if let offset = quoted.firstNul { return .fault(nul(at: offset, resume: close)) }
        // What follows the quote may be its twin in the next part.
        guard close + 1 < end || isLast else { return .needsMore }
        seen |= quoted.seen
        lineBreaks += quoted.lineBreaks
        lineStart = quoted.lastBreak.map { $0 + 1 } ?? lineStart
        fields.append(CSVField(start: fieldStart + 1, end: close, isEscaped: quoted.isEscaped))
        index = close + 1
        if index < end, bytes[index] == delimiter {
          index += 1
          continue
        }
      } else {
        while index < end {
          let byte = bytes[index]
          seen |= byte
          if byte == delimiter || byte == quote || byte < 0x0E,
            byte == delimiter || byte == quote || byte == lineFeed || byte == carriageReturn
              || byte == 0
          {
            break
          }
          index += 1
        }
        fields.append(CSVField(start: fieldStart, end: index))
        if index < end, bytes[index] == delimiter {
          index += 1
          continue
        }
      }
      guard index < end else {
        guard isLast else { return .needsMore }
        return .row(
          next: end, lineBreaks: lineBreaks, lineStart: lineStart, isASCII: seen < 0x80)
      }
      if bytes[index] == carriageReturn {
        guard index + 1 < end || isLast else { return .needsMore }
        if index + 1 < end, bytes[index + 1] == lineFeed { index += 1 }
      }
      if bytes[index] == lineFeed {
        return .row(
          next: index + 1, lineBreaks: lineBreaks, lineStart: lineStart, isASCII: seen < 0x80)
      }
      return .fault(
        fault(bytes[index], at: index, isAfterQuote: bytes[fieldStart] == quote, quote: quote))
    }
  }

  private struct Quoted {
    var close: Int?
    var seen: UInt8 = 0
    var lineBreaks = 0
    var lastBreak: Int?
    var isEscaped = false
    var firstNul: Int?
  }

  private static func scanQuoted(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, quote: UInt8
  ) -> Quoted {
    var quoted = Quoted()
    var index = start
    while index < end {
      let byte = bytes[index]
      seenByte: switch byte {
      case quote:
        if index + 1 < end, bytes[index + 1] == quote {
          quoted.isEscaped = true
          index += 1
          break seenByte
        }
        quoted.close = index
        return quoted
      case lineFeed:
        quoted.lineBreaks += 1
        quoted.lastBreak = index
      case 0: quoted.firstNul = quoted.firstNul ?? index
      default: quoted.seen |= byte
      }
      index += 1
    }
    return quoted
  }

  private static func nul(at offset: Int, resume: Int? = nil) -> CSVFault {
    CSVFault(
      code: .csvNulByte,
      message: "the row holds a NUL byte, which no text has; export the file again",
      offset: offset, resume: resume)
  }

  private static func fault(
    _ byte: UInt8, at offset: Int, isAfterQuote: Bool, quote: UInt8
  ) -> CSVFault {
    if byte == 0 { return nul(at: offset) }
    if byte == carriageReturn {
      return CSVFault(
        code: .csvLineEnd,
        message: "a carriage return stands without a line feed; end lines by LF or CR LF, and "
          + "quote a field that holds one", offset: offset)
    }
    return CSVFault(
      code: .csvStrayQuote,
      message: isAfterQuote
        ? "text follows a closing quote; double a quote that belongs to the text"
        : "a quote stands inside an unquoted field; quote the whole field and double the quote",
      offset: offset)
  }
}
