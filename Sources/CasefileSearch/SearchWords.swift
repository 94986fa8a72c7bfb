internal import Foundation

/// Turns texts into the words by which they are found.
///
/// Letters are compared without case, ё as е. A word of Cyrillic letters is reduced to its stem by
/// the Russian Snowball stemmer, one of Latin letters by the English one; numbers, ids and words of
/// other scripts stay whole. Two texts that differ only so give the same words. Which words a text
/// has depends on the text and on the release of the stemmers alone.
///
/// A value owns its stemmers, which are not thread-safe: make one for each piece of work.
public struct SearchWords: ~Copyable {
  /// A word of a text.
  public struct Word: Hashable, Sendable {
    /// The form by which it is found.
    public let stem: String
    /// Where it stands in the text.
    public let range: Range<String.Index>
  }

  /// Longer runs of letters are no words; what comes after so many is not looked at.
  static let wordSize = 64

  private let russian = Stemmer(.russian)
  private let english = Stemmer(.english)
  /// Words come again and again; a stem is looked up in a tenth of the time that it takes to make.
  private var known: [String: String] = [:]
  private static let knownMax = 20_000

  /// Makes the stemmers.
  public init() {}

  /// What the stemmers make of some words: another release of them that judges otherwise shows.
  public static func probe() -> String {
    var words = SearchWords()
    let text =
      "refunds refunding generously skies conditional relational communities dying happily "
      + "возвраты возвратом договорённостями подписавшаяся счета доставленный скорейшим оплатить"
    return words.stems(in: text).sorted().joined(separator: " ")
  }

  /// The words of a text in their order.
  public mutating func words(in text: String) -> [Word] {
    var words: [Word] = []
    WordCutter.cut(text) { folded, range in
      words.append(Word(stem: stem(folded), range: range))
    }
    return words
  }

  /// The different words of a text.
  public mutating func stems(in text: String) -> Set<String> {
    var stems: Set<String> = []
    WordCutter.cut(text) { folded, _ in stems.insert(stem(folded)) }
    return stems
  }

  private mutating func stem(_ word: String) -> String {
    if let stem = known[word] { return stem }
    let stem =
      switch Script(word) {
      case .latin: english.stem(word)
      case .cyrillic: russian.stem(word)
      case .other: word
      }
    if known.count >= SearchWords.knownMax { known.removeAll(keepingCapacity: true) }
    known[word] = stem
    return stem
  }

  private enum Script {
    case latin
    case cyrillic
    case other

    init(_ word: String) {
      if word.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "'") }) {
        self = .latin
      } else if word.unicodeScalars.allSatisfy({ (0x430...0x44F).contains($0.value) }) {
        self = .cyrillic
      } else {
        self = .other
      }
    }
  }
}

/// Finds the words of a text: runs of letters, digits and marks, folded.
enum WordCutter {
  static func cut(_ text: String, _ each: (_ folded: String, _ range: Range<String.Index>) -> Void)
  {
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    while index < scalars.endIndex {
      guard isWordPart(scalars[index]) else {
        scalars.formIndex(after: &index)
        continue
      }
      let start = index
      var end = index
      while index < scalars.endIndex {
        if isWordPart(scalars[index]) {
          scalars.formIndex(after: &index)
          end = index
          continue
        }
        // An apostrophe inside a word belongs to it: the client's, O'Brien.
        guard isApostrophe(scalars[index]) else { break }
        let next = scalars.index(after: index)
        guard next < scalars.endIndex, scalars[next].properties.isAlphabetic else { break }
        index = next
      }
      let folded = fold(Substring(scalars[start..<end].prefix(SearchWords.wordSize)))
      if !folded.isEmpty { each(folded, start..<end) }
    }
  }

  /// Lower case, ё as е, one way to write an accented letter; apostrophes only in Latin words.
  static func fold(_ word: Substring) -> String {
    if word.utf8.allSatisfy({ $0 < 0x80 }) { return word.lowercased() }
    var folded = String.UnicodeScalarView()
    var isLatin = true
    let composed = String(word).precomposedStringWithCompatibilityMapping.lowercased()
    for scalar in composed.unicodeScalars {
      // U+0451 is ё. A soft hyphen or a joiner shows nothing.
      if scalar.value == 0x451 {
        folded.append("\u{435}")
      } else if isApostrophe(scalar) {
        folded.append("'")
      } else if scalar.properties.generalCategory != .format {
        folded.append(scalar)
      }
      if scalar.value >= 0x80, !isApostrophe(scalar) { isLatin = false }
    }
    return isLatin ? String(folded) : String(folded.filter { $0 != "'" })
  }

  private static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x27 || scalar.value == 0x2019
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x80 {
      return (0x61...0x7A).contains(value) || (0x41...0x5A).contains(value)
        || (0x30...0x39).contains(value)
    }
    if (0x410...0x44F).contains(value) || value == 0x401 || value == 0x451 { return true }
    if value == 0xAD { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }
}
