/// What happened, in words: what stands after the name of whoever did it, and the texts.
struct Sentence: Hashable {
  /// A text of the event, with the name of its field where that isn't plain from the sentence.
  struct Quote: Hashable {
    let label: String?
    let text: String
  }

  /// Such as `took the ticket`.
  var what: String
  /// What was written.
  var quotes: [Quote] = []

  init(_ what: String) { self.what = what }

  /// The sentence with a part, if there is one.
  func with(_ before: String, _ part: String?, _ after: String = "") -> Sentence {
    guard let part else { return self }
    var copy = self
    copy.what += before + part + after
    return copy
  }

  /// The sentence with a text, if there is one.
  func quoting(_ text: String?, as label: String? = nil) -> Sentence {
    guard let text else { return self }
    var copy = self
    copy.quotes.append(Quote(label: label, text: text))
    return copy
  }
}
