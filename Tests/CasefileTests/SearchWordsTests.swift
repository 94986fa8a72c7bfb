import CasefileSearch
import Testing

/// Words of texts, names and telephone numbers, without a store.
@Suite("Search words")
struct SearchWordsTests {
  private func stems(_ text: String) -> Set<String> {
    var words = SearchWords()
    return words.stems(in: text)
  }

  @Test(
    "Endings, case, ё and the way to write an accent make no difference",
    arguments: [
      ("возврата", "Возвраты"), ("договорённости", "ДОГОВОРЕННОСТЬ"), ("счетами", "счета"),
      ("refunds", "Refund"), ("the client's", "the clients"), ("client’s", "client's"),
      ("подписали", "подписал"), ("cafe\u{301}", "café"), ("ё\u{301}ж", "е\u{301}ж"),
      ("й", "и\u{306}"), ("under\u{AD}stand", "understand"), ("Straße", "straße"),
    ])
  func same(left: String, right: String) {
    #expect(stems(left) == stems(right))
    #expect(!stems(left).isEmpty)
  }

  @Test(
    "Different words stay different",
    arguments: [
      ("возврат", "возраст"), ("refund", "refuse"), ("1001", "1002"), ("INC0000130", "INC000013"),
      ("счёт", "счётчик"), ("invoice", "invoke"),
    ])
  func different(left: String, right: String) {
    #expect(stems(left).isDisjoint(with: stems(right)))
  }

  @Test("Numbers and ids stay whole, signs divide, nothing has no words")
  func tokens() {
    #expect(stems("INC0000130, T-1001: 12.5") == ["inc0000130", "t", "1001", "12", "5"])
    #expect(stems(" …!? 👍 ").isEmpty)
    #expect(stems("").isEmpty)
    #expect(stems("'quoted' it's") == ["quot", "it"])
    // A run without end is one word of limited length.
    #expect(stems(String(repeating: "ab1", count: 10_000)).map(\.count) == [64])
  }

  @Test("Each word says where it stands")
  func ranges() {
    var words = SearchWords()
    let text = "Ещё раз: refunds!"
    let found = words.words(in: text)
    #expect(found.map { String(text[$0.range]) } == ["Ещё", "раз", "refunds"])
  }

  @Test(
    "A number is the same in every writing",
    arguments: [
      "+7 (912) 345-67-89", "8 912 3456789", "9123456789", "8(912)345-67-89", "+79123456789",
      "79123456789", "tel:+7-912-345-67-89", "+7 912 345 67 89 доб. 12", "8 912 345 67 89 ext 5",
      "810 7 912 345-67-89", "007 912 345 67 89", "345-67-89",
    ])
  func phones(text: String) throws {
    let number = try #require(PhoneNumber(text))
    let stored = try #require(PhoneNumber("+7 (912) 345-67-89"))
    #expect(number.matches(stored) && stored.matches(number))
    #expect(number.ending == stored.ending)
  }

  @Test("Other numbers are others, and texts are none")
  func noPhones() throws {
    let stored = try #require(PhoneNumber("+7 (912) 345-67-89"))
    for text in ["+7 912 345-67-88", "8 913 345-67-89", "+1 912 345 67 89", "+44 20 7946 0958"] {
      #expect(try !#require(PhoneNumber(text)).matches(stored))
    }
    let london = try #require(PhoneNumber("+44 20 7946 0958"))
    #expect(try #require(PhoneNumber("020 7946 0958")).matches(london))
    for text in ["", "12-34-56", "ab 9123456789", "a@b.c", "+", String(repeating: "1", count: 21)] {
      #expect(PhoneNumber(text) == nil)
    }
  }

  @Test("Names are found by the beginnings of their words, never by stems")
  func names() {
    #expect(IdentityWords.words(in: "Ёлкина-Петрова, O’Brien") == ["елкина", "петрова", "obrien"])
    #expect(IdentityWords.matches(["елк", "пет"], "Анна ЁЛКИНА-Петрова"))
    #expect(!IdentityWords.matches(["елкины"], "Ёлкина"))
    #expect(!IdentityWords.matches([], "Ёлкина"))
    #expect(IdentityWords.prefixes(of: "анна") == ["а", "ан", "анн", "анна"])
    #expect(IdentityWords.prefixes(of: "константинопольский").last?.count == 12)
  }
}
