internal import CasefileModel
internal import CasefileSearch

/// What somebody knows of a client: words of a name, a telephone number, an address, an id.
struct ClientQuery {
  /// A number among the words.
  let phone: PhoneNumber?
  /// A word with an at sign.
  let address: String?
  /// The rest: beginnings of words of a name, an address or an account.
  let words: [String]
  /// The whole as the id of a client, a contract or a company; also in other case.
  let ids: [String]

  /// - Throws: `ModelError` `.invalidText` for a text without letters and digits.
  init(_ text: String) throws(ModelError) {
    let whole = text.split { $0.isWhitespace }.joined(separator: " ")
    var rest = whole
    var phone: PhoneNumber?
    for run in ClientQuery.phoneRuns(in: whole) {
      guard let number = PhoneNumber(String(whole[run])) else { continue }
      phone = number
      rest = String(whole[..<run.lowerBound]) + " " + String(whole[run.upperBound...])
      break
    }
    let parts = rest.split(separator: " ")
    address = parts.first { $0.contains("@") && $0.count > 2 }.map {
      IdentityWords.address(String($0))
    }
    words = parts.filter { !$0.contains("@") }.flatMap { IdentityWords.words(in: String($0)) }
    self.phone = phone
    var ids: [String] = []
    for id in [whole, whole.lowercased(), whole.uppercased()]
    where !id.isEmpty && !ids.contains(id) && id.utf8.count <= Limits.streamSizeBytes {
      ids.append(id)
    }
    self.ids = ids
    guard phone != nil || address != nil || !words.isEmpty else {
      throw ModelError(
        .invalidText, "there is nothing to look for; give a name, a number, an address or an id")
    }
  }

  /// Runs of digits and what people write between them.
  private static func phoneRuns(in text: String) -> [Range<String.Index>] {
    var runs: [Range<String.Index>] = []
    var start: String.Index?
    for index in text.indices {
      let isPart = text[index].isASCII && "0123456789+()-. /".contains(text[index])
      if isPart, start == nil, text[index] != " " { start = index }
      if !isPart, let first = start {
        runs.append(first..<index)
        start = nil
      }
    }
    if let start { runs.append(start..<text.endIndex) }
    // A letter right beside makes it a part of an id, such as T-1234567.
    return runs.filter { run in
      let before = run.lowerBound > text.startIndex ? text[text.index(before: run.lowerBound)] : " "
      let after = run.upperBound < text.endIndex ? text[run.upperBound] : " "
      return before == " " && (after == " " || text[text.index(before: run.upperBound)] == " ")
    }
  }
}
