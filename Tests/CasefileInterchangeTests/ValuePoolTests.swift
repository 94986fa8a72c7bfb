import CasefileTesting
import Testing

@testable import CasefileInterchange

@Suite("Values of a column")
struct ValuePoolTests {
  /// Cells of a file's block one after another, and where each lies.
  private static func block(_ texts: [String]) -> (bytes: [UInt8], fields: [CSVField]) {
    var bytes: [UInt8] = []
    let fields = texts.map { text in
      let start = bytes.count
      bytes += Array(text.utf8)
      return CSVField(start: start, end: bytes.count)
    }
    return (bytes, fields)
  }

  @Test("A column's cells get the codes that they get one by one", arguments: [3, 40, 5_000])
  func together(distinct: Int) {
    var random = SeededRandom(UInt64(distinct))
    var together = ValuePool(.id, unknownMarkers: ["?", "n/a", "?"])
    var single = ValuePool(.id, unknownMarkers: ["?", "n/a", "?"])
    for _ in 0..<8 {
      let texts = (0..<700).map { _ in
        switch random.next() % 10 {
        case 0: ""
        case 1: "?"
        case 2: "n/a"
        default: "value \(random.next() % UInt64(distinct))"
        }
      }
      let (bytes, fields) = ValuePoolTests.block(texts)
      let codes = together.codes(bytes, fields)
      #expect(codes == fields.map { single.code(bytes, $0) })
      for (text, code) in zip(texts, codes) {
        let isUnknown = ["", "?", "n/a"].contains(text)
        #expect(together.text(code) == (isUnknown ? nil : text))
      }
    }
    #expect(together.codes == single.codes)
    #expect(together.codes.count <= distinct)
    #expect(together.codes.allSatisfy { together.find(together.text($0) ?? "") == $0 })
  }
}
