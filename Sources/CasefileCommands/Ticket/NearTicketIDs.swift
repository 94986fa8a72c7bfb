/// Other ways to write the id of a ticket: what people mistype, and what their keyboards do.
///
/// Another digit is no other way to write it: beside every number there is another ticket.
enum NearTicketIDs {
  /// The candidates, the likeliest first, each once; the id itself is none.
  static func of(_ id: String) -> [String] {
    var found: [String] = []
    var seen: Set<String> = [id]
    func add(_ candidate: String) {
      if !candidate.isEmpty, seen.insert(candidate).inserted { found.append(candidate) }
    }
    let bare = String(
      (id.firstIndex(of: "/").map { id[id.index(after: $0)...] } ?? id[...])
        .drop { $0 == "#" || $0 == "№" || $0.isWhitespace })
    let trimmed = String(bare.reversed().drop { $0.isWhitespace }.reversed())
    let layouts = [
      trimmed, latin(trimmed), latin(trimmed.uppercased()), cyrillic(trimmed),
      cyrillic(trimmed.uppercased()),
    ]
    for word in layouts {
      for form in [word, word.uppercased(), word.lowercased()] {
        add(form)
        add(String(form.drop { $0 == "0" }))
      }
    }
    for word in layouts { signs(word).forEach(add) }
    // A long id is a paste, and beside a short one there are only others.
    if (5...40).contains(trimmed.count) {
      transpositions(trimmed).forEach(add)
      omissions(trimmed).forEach(add)
    }
    return found
  }

  /// With and without the sign between letters and number, and the number alone.
  private static func signs(_ word: String) -> [String] {
    guard let last = word.lastIndex(where: { !$0.isNumber }) else { return [] }
    let number = String(word[word.index(after: last)...])
    let letters = String(word.prefix { $0.isLetter })
    guard !number.isEmpty else { return [] }
    let short = String(number.drop { $0 == "0" })
    return ["-", "", "_", "#"].flatMap { sign in
      [letters, letters.uppercased()].map { $0 + sign + number }
    } + [number, short]
  }

  private static func transpositions(_ word: String) -> [String] {
    var letters = Array(word)
    guard letters.count > 1 else { return [] }
    return (1..<letters.count).map { index in
      letters.swapAt(index - 1, index)
      defer { letters.swapAt(index - 1, index) }
      return String(letters)
    }
  }

  /// One sign of a pair too many.
  private static func omissions(_ word: String) -> [String] {
    let letters = Array(word)
    return letters.indices.dropFirst().filter { letters[$0] == letters[$0 - 1] }.map { index in
      var shorter = letters
      shorter.remove(at: index)
      return String(shorter)
    }
  }

  // MARK: Letters that look alike

  private static let lookalikes: [(latin: Character, cyrillic: Character)] = [
    ("A", "А"), ("B", "В"), ("C", "С"), ("E", "Е"), ("H", "Н"), ("K", "К"), ("M", "М"),
    ("O", "О"), ("P", "Р"), ("T", "Т"), ("X", "Х"), ("Y", "У"),
    ("a", "а"), ("c", "с"), ("e", "е"), ("o", "о"), ("p", "р"), ("x", "х"), ("y", "у"),
  ]

  private static func latin(_ word: String) -> String {
    String(word.map { letter in lookalikes.first { $0.cyrillic == letter }?.latin ?? letter })
  }

  private static func cyrillic(_ word: String) -> String {
    String(word.map { letter in lookalikes.first { $0.latin == letter }?.cyrillic ?? letter })
  }
}
