import CasefileModel
import CasefileProjections
import Testing

@testable import CasefileCommands

@Suite("Languages")
struct LanguageTests {
  @Test(
    "The locale names the language: LC_ALL before LC_MESSAGES before LANG",
    arguments: [
      (["LANG": "ru_RU.UTF-8"], .ru), (["LANG": "en_GB.UTF-8"], .en), ([:], .en),
      (["LANG": "C"], .en), (["LANG": "de_DE"], .en), (["LANG": "ru"], .ru),
      (["LC_ALL": "C", "LANG": "ru_RU"], .en), (["LC_ALL": "", "LANG": "ru_RU"], .ru),
      (["LC_MESSAGES": "ru_RU.UTF-8", "LANG": "en_US"], .ru), (["LANG": "rus"], .en),
    ] as [([String: String], Language)])
  func locale(environment: [String: String], language: Language) {
    #expect(Language.ofLocale(environment) == language)
  }

  @Test(
    "Russian nouns agree with their numbers",
    arguments: [
      (0, "0 событий"), (1, "1 событие"), (2, "2 события"), (4, "4 события"), (5, "5 событий"),
      (10, "10 событий"), (11, "11 событий"), (12, "12 событий"), (14, "14 событий"),
      (15, "15 событий"), (20, "20 событий"), (21, "21 событие"), (22, "22 события"),
      (25, "25 событий"), (100, "100 событий"), (101, "101 событие"), (102, "102 события"),
      (111, "111 событий"), (112, "112 событий"), (121, "121 событие"), (1_001, "1001 событие"),
      (1_011, "1011 событий"),
    ])
  func plurals(count: Int, text: String) {
    #expect(RussianPhrases().events(count) == text)
  }

  @Test(
    "Durations in Russian", arguments: [(5, "5 с"), (3_660, "1 ч 1 мин"), (180_000, "2 сут 2 ч")])
  func durations(seconds: Int64, text: String) {
    #expect(RussianPhrases().duration(seconds) == text)
  }

  // MARK: Nothing untranslated

  /// A value for a field in which no Latin letter is.
  private func values(of field: EventSchema.Field) -> [JSONValue] {
    let schema = EventSchema.builtIn
    let one: [JSONValue]
    switch field.kind {
    case .string, .id, .eventID, .bytes, .json: one = ["«1»"]
    case .int: one = [61]
    case .bool: one = [true, false]
    case .time: one = ["2026-03-02T10:00:00Z"]
    case .map: one = [["«2»": "«3»"]]
    case .intMap: one = [["«2»": 4]]
    case .enumeration(let name): one = (schema.enums[name] ?? []).map { .string($0.name) }
    case .message(let name):
      let fields = schema.messages[name] ?? []
      let count = fields.map { values(of: $0).count }.max() ?? 1
      one = (0..<count).map { index in .object(fields.map { member($0, index) }) }
    }
    return field.isList ? one.map { .array([$0]) } : one
  }

  private func member(_ field: EventSchema.Field, _ index: Int) -> JSONValue.Member {
    let values = values(of: field)
    return JSONValue.Member(field.name, values[index % values.count])
  }

  private func latin(_ text: String) -> String {
    String(
      text.unicodeScalars.filter { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
        .map(Character.init))
  }

  /// The types of which a case's timeline can have rows.
  static let types: [String] = EventSchema.builtIn.types.map(\.name).filter { name in
    let kinds = EventSchema.builtIn.descriptor(named: name)?.streamKinds ?? []
    return kinds.isEmpty || !Set(kinds).isDisjoint(with: ["ticket", "call", "contact", "client"])
  }

  @Test("Every type of a case has a title in every language")
  func titles() {
    #expect(LanguageTests.types.count > 100)
    for type in LanguageTests.types {
      for language in Language.allCases {
        #expect(language.phrases.title(of: type) != nil, "\(language) has no title of \(type)")
      }
    }
  }

  @Test(
    "With all fields and all words of the vocabulary, nothing is left untranslated",
    arguments: types)
  func russian(type: String) throws {
    let voice = Voice(.ru)
    let descriptor = try #require(EventSchema.builtIn.descriptor(named: type))
    let count = descriptor.fields.map { values(of: $0).count }.max() ?? 1
    for kind in Actor.Kind.names {
      let name = voice.actor(Actor(Actor.Kind(rawValue: kind.1), "1", onBehalfOf: "2"))
      #expect(latin(name).isEmpty, "\(name)")
    }
    for index in 0..<count {
      let data = JSONValue.object(descriptor.fields.map { member($0, index) })
      let sentence = voice.sentence(for: type, data, by: Actor(.agent, "7"))
      #expect(latin(sentence.what).isEmpty, "\(type): \(sentence.what)")
      for quote in sentence.quotes {
        #expect(latin((quote.label ?? "") + quote.text).isEmpty, "\(type): \(quote)")
      }
      // Nothing is dropped in Russian that English says.
      let empty = voice.sentence(for: type, .object([]), by: Actor(.agent, "7"))
      #expect(latin(empty.what).isEmpty && !empty.what.isEmpty, "\(type): \(empty.what)")
    }
  }

  @Test("Whatever has a sentence of its own in English has one in Russian, and the same texts")
  func sentences() throws {
    for type in LanguageTests.types {
      let descriptor = try #require(EventSchema.builtIn.descriptor(named: type))
      let data = JSONValue.object(descriptor.fields.map { member($0, 0) })
      var spoken: [Bool] = []
      var quotes: [[String]] = []
      for language in Language.allCases {
        let voice = Voice(language)
        var fields = EventFields(data, descriptor.fields, voice: voice, at: nil)
        let own = voice.phrases.sentence(for: type, &fields, Actor(.agent, "7"))
        spoken.append(own != nil)
        quotes.append(own?.quotes.map(\.text) ?? [])
      }
      #expect(spoken[0] == spoken[1], "\(type)")
      #expect(quotes[0] == quotes[1], "\(type)")
    }
  }

  @Test("A head and a timeline in Russian have no English word")
  func story() throws {
    let view = try Lines.view(TicketTextTests.story)
    let voice = Voice(.ru, zone: .utc)
    let lines =
      TicketHead(view, voice: voice).lines(width: 100)
      + TicketTimeline(view, voice: voice).lines(width: 100)
    // Ids, texts of the events, a type that is not ours, and the zone's name.
    let known = [
      "a-1", "a-2", "c-9", "h-1", "m-1", "m-2", "g-1", "q-1", "r-1", "UTC", "It burns.",
      "\\u{001B}[2J\\u{202E}", "answer", "Someone comes", "Call back", "seen in the mailbox",
      "acme: refund paid (amount 12)",
    ]
    for line in lines {
      let rest = known.reduce(line) { $0.replacing($1, with: "") }
      #expect(latin(rest).isEmpty, "\(line)")
    }
  }

  @Test("The Russian head says it as people do")
  func head() throws {
    let view = try Lines.view(TicketTextTests.story)
    let lines = TicketHead(view, voice: Voice(.ru, zone: try Zone(named: "Europe/Moscow")))
      .lines(width: 110)
    #expect(lines[0] == "Заявка 7: Принтер 🔥")
    #expect(lines.contains("  статус         закрыта"))
    #expect(
      lines.contains(
        "  контакты       2 сообщения, 0 звонков, 1 обращение к клиенту, 5 рабочих действий"))
    #expect(lines.contains("  передачи       1 прямая (1 с принятием)"))
    #expect(lines.contains("  подтверждение  никем"))
    #expect(lines.contains("  исправления    #9 исправляет «вид» в #8"))
  }
}
