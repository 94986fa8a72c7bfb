/// Writes rows of RFC 4180 for a spreadsheet: lines end by CR LF, and a field with a comma, a quote or
/// a line end is quoted.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe before it, which the
/// spreadsheet does not show: whoever writes a subject to a help desk must not run anything on the
/// machine of those who read the export.
public struct CSVWriter: Sendable {
  /// One cell.
  public enum Field: Sendable, Hashable {
    /// A text that somebody wrote.
    case text(String?)
    /// A number, a time or a word of our own, which is never a formula.
    case plain(String?)
    /// A number.
    case number(Int64?)
  }

  /// What was written and not yet taken.
  public private(set) var bytes: [UInt8] = []

  /// Makes a writer.
  ///
  /// - Parameter hasMark: whether the bytes begin with U+FEFF, without which some spreadsheets take
  ///   other letters than the Latin ones for something else.
  public init(hasMark: Bool = false) {
    if hasMark { bytes += [0xEF, 0xBB, 0xBF] }
  }

  /// Adds a row.
  public mutating func write(_ fields: [Field]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      switch field {
      case .text(let text?): write(text, isGuarded: CSVWriter.isFormula(text))
      case .plain(let text?): write(text, isGuarded: false)
      case .number(let number?): bytes.append(contentsOf: "\(number)".utf8)
      case .text(nil), .plain(nil), .number(nil): break
      }
    }
    bytes.append(contentsOf: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
  }

  /// Hands over what was written so far.
  public mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  private mutating func write(_ text: String, isGuarded: Bool) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes = text.utf8.contains {
      $0 == quote || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        // Some spreadsheets split at these where the local settings say so.
        || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\t")
    }
    if needsQuotes { bytes.append(quote) }
    if isGuarded { bytes.append(UInt8(ascii: "'")) }
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    if needsQuotes { bytes.append(quote) }
  }

  /// Whether a spreadsheet may compute the text: by its first character, also after spaces, and also in
  /// its full-width forms.
  static func isFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    if first == "\t" || first == "\r" || first == "\n" { return true }
    let visible = text.unicodeScalars.first { !$0.properties.isWhitespace }
    guard let visible else { return false }
    return "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(visible)
  }
}
