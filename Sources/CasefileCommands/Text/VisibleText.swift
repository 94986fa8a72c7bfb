/// Makes texts of other people safe to show: what a terminal would obey becomes visible.
enum VisibleText {
  /// The text on one line: line ends become spaces, and what could move the cursor, colour the
  /// screen or turn the reading direction is written out, such as `\u{202E}`.
  static func escape(_ text: String) -> String {
    escape(text, keepingLines: false)
  }

  /// The lines of a text, each escaped; empty lines at the end are left out.
  static func lines(_ text: String) -> [String] {
    var lines = escape(text, keepingLines: true).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    while lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func escape(_ text: String, keepingLines: Bool) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var visible = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in text.unicodeScalars {
      let isLineEnd = scalar == "\n" || scalar == "\r" || isLineSeparator(scalar)
      if isLineEnd {
        if !(scalar == "\n" && wasReturn) { visible.append(keepingLines ? "\n" : " ") }
      } else if scalar == "\t" {
        visible.append(" ")
      } else if isDangerous(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        visible.append(contentsOf: "\\u{\(padded)}".unicodeScalars)
      } else {
        visible.append(scalar)
      }
      wasReturn = scalar == "\r"
    }
    return String(visible)
  }

  private static func isLineSeparator(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x85 || scalar.value == 0x2028 || scalar.value == 0x2029
  }

  /// Controls, bidirectional controls, and characters that show nothing and may hide a text.
  private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    // U+00AD is a soft hyphen, U+061C the Arabic letter mark.
    case 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E: true
    case 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0x1D173...0x1D17A, 0xE0000...0xE007F: true
    default: false
    }
  }
}
