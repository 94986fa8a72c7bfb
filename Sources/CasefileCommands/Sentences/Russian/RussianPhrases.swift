import CasefileModel

/// Russian.
///
/// Sentences are written without a subject, as registers are kept: «заявка взята в работу» is right
/// for whoever did it, where «взял» and «взяла» would have to know.
struct RussianPhrases: Phrases {
  func sentence(for type: String, _ fields: inout EventFields, _ actor: Actor) -> Sentence? {
    lifecycle(type, &fields) ?? responsibility(type, &fields, actor)
      ?? contact(type, &fields, actor) ?? outcome(type, &fields, actor)
  }

  func title(of type: String) -> String? { EventTitles.all[type]?.ru }

  func word(_ word: String, of enumeration: String?) -> String {
    enumeration.flatMap { RussianWords.special["\($0).\(word)"] } ?? RussianWords.all[word] ?? word
  }

  func label(_ field: String) -> String {
    let parts = field.split(separator: ".")
    if parts.count > 1 { return parts.map { label(String($0)) }.joined(separator: ".") }
    return RussianLabels.all[field] ?? field
  }

  func duration(_ seconds: Int64) -> String {
    DurationUnits(second: "с", minute: "мин", hour: "ч", day: "сут").text(seconds)
  }

  func bytes(_ count: Int64) -> String { "\(count) байт" }

  func quoted(_ text: String) -> String { "«\(text)»" }

  var erased: String { "удалено" }
  var yes: String { "да" }
  var no: String { "нет" }

  func actor(kind: Actor.Kind, name: String?, hasRealName: Bool, behalf: String?) -> String {
    let word: String
    switch kind {
    case .agent: word = "сотрудник"
    case .client: word = "клиент"
    case .system: word = "система"
    case .rule: word = "правило"
    case .bot: word = "бот"
    case .integration: word = "интеграция"
    case .importer: word = "импорт"
    case .reviewer: word = "контролёр"
    default: word = "участник вида \(kind.rawValue)"
    }
    let text: String
    switch (kind, name) {
    // Whose name is known needs no kind, unless it isn't the desk's own person.
    case (.agent, let name?) where hasRealName: text = name
    case (_, let name?): text = "\(word) \(name)"
    case (_, nil): text = word
    }
    return behalf.map { "\(text) за \($0)" } ?? text
  }
}
