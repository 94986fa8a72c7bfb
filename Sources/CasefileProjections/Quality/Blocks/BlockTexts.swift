import CasefileModel

/// Texts of a section of a block, each once; place nought is no text.
struct BlockTexts {
  private var texts: [String] = []
  private var places: [String: UInt64] = [:]

  mutating func place(_ text: String?) -> UInt64 {
    guard let text else { return 0 }
    if let known = places[text] { return known }
    texts.append(text)
    let place = UInt64(texts.count)
    places[text] = place
    return place
  }

  func write(to writer: inout RowWriter) {
    writer.put(number: UInt64(texts.count))
    for text in texts { writer.put(utf8: text) }
  }

  /// The texts by place.
  static func read(_ reader: inout RowReader) throws(RowError) -> [String?] {
    let count = try reader.count()
    var texts: [String?] = [nil]
    texts.reserveCapacity(count + 1)
    for _ in 0..<count { texts.append(try reader.text()) }
    return texts
  }
}

extension RowReader {
  /// A place among texts.
  mutating func place(in texts: [String?]) throws(RowError) -> Int {
    let place = try number()
    guard place < UInt64(texts.count) else { throw RowError() }
    return Int(place)
  }
}
