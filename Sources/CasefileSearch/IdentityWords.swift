/// The parts of a name or an address by which a person is looked for: words without case and with ё
/// as е, but never stemmed, since the endings of names tell people apart.
public enum IdentityWords {
  /// Longer beginnings are not told apart by an index; a reader compares the whole words.
  public static let prefixSize = 12

  /// The words of a name, an e-mail address or an account: `Ёлкина-Петрова` has two.
  public static func words(in text: String) -> [String] {
    var words: [String] = []
    WordCutter.cut(text) { folded, _ in words.append(folded.filter { $0 != "'" }) }
    return words.filter { !$0.isEmpty }
  }

  /// The beginnings of a word by which it may be looked for, the shortest first.
  public static func prefixes(of word: String) -> [String] {
    let word = word.prefix(prefixSize)
    return (1...max(1, word.count)).map { String(word.prefix($0)) }
  }

  /// An address as a whole, to be compared: without case and without space around it.
  public static func address(_ text: String) -> String {
    let trimmed = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
    return String(trimmed).lowercased()
  }

  /// Whether each word of a query is the beginning of a word of a text.
  public static func matches(_ query: [String], _ text: String) -> Bool {
    let words = words(in: text)
    return !query.isEmpty && query.allSatisfy { part in words.contains { $0.hasPrefix(part) } }
  }
}
