import CasefileModel
import Testing

@Suite("An event id")
struct EventIDTests {
  @Test("Keeps its 16 bytes through text and back")
  func text() throws {
    let id = try #require(EventID("00010203-0405-0607-0809-0A0b0c0d0e0f"))
    #expect(id.bytes == Array(0...15))
    #expect(id.description == "00010203-0405-0607-0809-0a0b0c0d0e0f")
    #expect(EventID(id.bytes) == id)
    #expect(EventID(Array(0..<15)) == nil)
    #expect(EventID([]) == nil)
  }

  @Test(
    "Refuses every other text",
    arguments: [
      "", "00010203-0405-0607-0809-0a0b0c0d0e0", "00010203-0405-0607-0809-0a0b0c0d0e0f0",
      "000102030405060708090a0b0c0d0e0f", "00010203-0405-0607-08090-a0b0c0d0e0f",
      "0001020g-0405-0607-0809-0a0b0c0d0e0f", "00010203_0405_0607_0809_0a0b0c0d0e0f",
      "{0010203-0405-0607-0809-0a0b0c0d0e0f", "00010203-0405-0607-0809-0a0b0c0d0eЯ",
      "--------------------------------aaaa", " 0010203-0405-0607-0809-0a0b0c0d0e0f",
      "+0010203-0405-0607-0809-0a0b0c0d0e0f",
    ])
  func refused(text: String) {
    #expect(EventID(text) == nil)
  }

  @Test("Carries its time, version and variant, as RFC 9562 says")
  func layout() throws {
    // The example of RFC 9562, appendix A.6: 2022-02-22T14:22:22-05:00.
    let time = try #require(Timestamp("2022-02-22T14:22:22-05:00"))
    var random = SeededRandom(1)
    let live = EventID(at: time, using: &random)
    #expect(live.description.hasPrefix("017f22e2-79b0-7"))
    #expect(live.low >> 62 == 0b10)
    let derived = EventID(derivedAt: time, .max, .max)
    #expect(derived.description == "017f22e2-79b0-8fff-bfff-ffffffffffff")
    #expect(live < EventID(at: time.adding(microseconds: 1000), using: &random))
  }

  @Test("Times before 1970 and beyond 48 bits make ids too")
  func extremes() {
    for time in [Timestamp(microseconds: .min), .earliest, .latest, Timestamp(microseconds: .max)] {
      #expect(EventID(derivedAt: time, 0, 0).bytes.count == 16)
    }
    #expect(EventID(derivedAt: .earliest, 0, 0).high >> 16 == 0)
  }
}

@Suite("A stream name")
struct StreamIDTests {
  @Test(
    "Is a kind and an id",
    arguments: [
      ("ticket/4711", "ticket", "4711"), ("ticket/№ 4711", "ticket", "№ 4711"),
      ("contact/a/b", "contact", "a/b"), ("acme-Stock2/ ", "acme-Stock2", " "),
      // Composed and decomposed letters stay as the source wrote them.
      ("ticket/й", "ticket", "й"), ("ticket/и\u{306}", "ticket", "и\u{306}"),
      ("ticket/\u{301}a", "ticket", "\u{301}a"), ("t/😀", "t", "😀"),
    ])
  func parts(text: String, kind: String, id: String) throws {
    let stream = try StreamID(text)
    #expect(Array(stream.kind.utf8) == Array(kind.utf8))
    #expect(Array(stream.id.utf8) == Array(id.utf8))
    #expect(Array(stream.description.utf8) == Array(text.utf8))
    #expect(try StreamID(kind: kind, id: id) == stream)
  }

  @Test(
    "Is refused with the reason",
    arguments: [
      ("", .invalidStream), ("ticket", .invalidStream), ("/7", .invalidStream),
      ("tick et/7", .invalidStream), ("тикет/7", .invalidStream), ("ti.cket/7", .invalidStream),
      ("ticket\u{301}/7", .invalidStream), ("ticket/", .invalidID), ("ticket/a\n", .invalidID),
      ("ticket/\u{7F}", .invalidID), ("ticket/\u{0}", .invalidID),
      ("client/ivan@example.com", .personalData), ("client/+79161234567", .personalData),
    ] as [(String, ModelError.Code)])
  func refused(text: String, code: ModelError.Code) {
    #expect(modelError { _ = try StreamID(text) }?.code == code)
  }

  @Test("Has up to 200 bytes")
  func size() throws {
    let longest = "ticket/" + String(repeating: "ж", count: 96) + "7"
    #expect(try StreamID(longest).description.utf8.count == 200)
    #expect(modelError { _ = try StreamID(longest + "7") }?.code == .tooLarge)
  }

  @Test("Differs from another spelling of the same letters, as its bytes do")
  func bytes() throws {
    let composed = try StreamID("ticket/й")
    let decomposed = try StreamID("ticket/и\u{306}")
    #expect(composed.description == decomposed.description)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    // Swift orders texts by their composed form, LMDB and Python by bytes.
    #expect(decomposed < composed)
    #expect(try StreamID("a/\u{FFFD}") < StreamID("a/😀"))
  }
}

@Suite("The shape of personal data")
struct PersonalDataShapeTests {
  @Test(
    "Is seen in addresses and phone numbers",
    arguments: [
      "ivan@example.com", "client:ivan.petrov@mail.example.ru", "a@b.c", "+79161234567",
      "+7 916 123-45-67", "8 (916) 123-45-67", "(495) 123 45 67", "+7 (495) 123.45.67",
      "+7\u{A0}916\u{A0}123\u{2011}45\u{2011}67", "tel:+79161234567", "client:+7 916 123 45 67",
      "sip:x:+442071838750", "+44 20 7183 8750",
    ])
  func seen(text: String) {
    #expect(PersonalDataShape(of: text) != nil)
    #expect(modelError { try OpaqueID.check(text, in: "a tag") }?.code == .personalData)
  }

  @Test("Is seen at any place of an id of any length, and so is a control character")
  func anywhere() {
    for size in 1...25 {
      for place in 0..<size {
        var id = [UInt8](repeating: 0x62, count: size)
        id[place] = 0x1F
        #expect(modelError { try OpaqueID.check(id.span.bytes) { "an id" } }?.code == .invalidID)
        #expect(!OpaqueID.isPlain(tag: String(decoding: id, as: UTF8.self)))
        guard place > 0, place < size - 2 else { continue }
        id.replaceSubrange(place..<place + 2, with: [0x40, 0x2E])
        #expect(
          modelError { try OpaqueID.check(id.span.bytes) { "an id" } }?.code == .personalData)
        #expect(!OpaqueID.isPlain(tag: String(decoding: id, as: UTF8.self)))
      }
      // Ten digits and a plus sign, the others letters; nine digits are too few to look closer.
      guard size >= 11 else { continue }
      for start in 0...size - 11 {
        let letters = String(repeating: "x", count: start) + (start > 0 ? ":" : "")
        let tag = letters + "+7916123456" + String(repeating: " ", count: size - 11 - start)
        #expect(!OpaqueID.isPlain(tag: tag))
        #expect(modelError { try OpaqueID.check(tag, in: "a tag") }?.code == .personalData)
        #expect(OpaqueID.isPlain(tag: tag.replacing("6", with: "x")))
      }
    }
  }

  @Test(
    "Is not seen in ids",
    arguments: [
      "4711", "79161234567", "2026-03-02 11:05:00", "2026-03-02T11:05:00+03:00", "INC0000045",
      "a-1", "@ivan", "ivan@", "user@host", "c-9", "1.2.3.4", "+", "1+1", "№ 4711",
      "00010203-0405-0607-0809-0a0b0c0d0e0f", "(1) 2", "+7 916 123-45-67 доп", "1234567890123456",
      "agent:a-1", "topic:возврат денег", "12 345 678",
    ])
  func unseen(text: String) {
    #expect(PersonalDataShape(of: text) == nil)
  }
}
