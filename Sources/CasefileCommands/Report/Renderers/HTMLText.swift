/// Writes HTML: what is not markup is escaped, always.
struct HTMLText {
  private(set) var bytes: [UInt8] = []

  /// Adds markup of our own.
  mutating func raw(_ markup: String) { bytes.append(contentsOf: markup.utf8) }

  /// Adds a text that anybody may have written.
  mutating func text(_ text: String) { raw(HTMLText.escape(text)) }

  /// Adds an element with a text in it.
  mutating func element(_ tag: String, _ attributes: String = "", _ text: String) {
    raw("<\(tag)\(attributes.isEmpty ? "" : " " + attributes)>")
    self.text(text)
    raw("</\(tag)>")
  }

  /// An attribute with a space before it.
  static func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(escape(value))\""
  }

  /// Safe inside elements and inside quoted attributes.
  static func escape(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
