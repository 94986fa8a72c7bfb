/// The part of a text around the words that were found, on one line.
struct Excerpt {
  /// A piece of the line, safe to show.
  struct Piece: Hashable {
    var text: String
    let isMatch: Bool
  }

  /// How many characters stand before the first word.
  private static let lead = 40

  let pieces: [Piece]

  /// Cuts a text.
  ///
  /// - Parameters:
  ///   - ranges: where the words stand, in their order.
  ///   - width: the columns of the line.
  init(_ text: String, _ ranges: [Range<String.Index>], width: Int) {
    let start = Excerpt.start(text, ranges.first?.lowerBound ?? text.startIndex)
    var pieces: [Piece] = []
    var used = 0
    func add(_ visible: String, _ isMatch: Bool) {
      used += DisplayWidth.of(visible)
      if pieces.last?.isMatch == isMatch {
        pieces[pieces.count - 1].text += visible
      } else {
        pieces.append(Piece(text: visible, isMatch: isMatch))
      }
    }
    if start > text.startIndex { add("…", false) }
    var index = start
    var next = ranges[...]
    while index < text.endIndex {
      let visible = VisibleText.escape(String(text[index]))
      let isLast = text.index(after: index) == text.endIndex
      guard used + DisplayWidth.of(visible) <= width - (isLast ? 0 : 1) else {
        add("…", false)
        break
      }
      while let first = next.first, first.upperBound <= index { next = next.dropFirst() }
      add(visible, next.first?.contains(index) ?? false)
      text.formIndex(after: &index)
    }
    self.pieces = pieces
  }

  /// Some characters before the first word, at the beginning of a word.
  private static func start(_ text: String, _ match: String.Index) -> String.Index {
    // A word may begin inside of a character, after a joiner.
    let match = text.index(match, offsetBy: 0, limitedBy: text.endIndex) ?? text.startIndex
    guard
      let early = text.index(match, offsetBy: -Excerpt.lead, limitedBy: text.startIndex)
    else { return text.startIndex }
    let space = text[early..<match].firstIndex { $0.isWhitespace }
    return space.map { text.index(after: $0) } ?? early
  }

  /// The line; the words bold where a terminal shows it.
  func line(_ ink: Ink) -> String {
    pieces.map { $0.isMatch ? ink.strong($0.text) : $0.text }.joined()
  }
}
