import CasefileModel

/// How people are spoken to: in a language, with the times of a zone and the names of those who
/// appear.
struct Voice: Sendable {
  let phrases: any Phrases
  let zone: Zone
  var names = NameBook()
  var schema = EventSchema.builtIn

  init(_ language: Language = .en, zone: Zone = .utc, names: NameBook = NameBook()) {
    phrases = language.phrases
    self.zone = zone
    self.names = names
  }

  /// Says what an event tells.
  ///
  /// - Parameter data: its fields, corrections applied.
  func sentence(
    for type: String, _ data: JSONValue, by actor: Actor, at instant: Timestamp? = nil
  ) -> Sentence {
    var fields = EventFields(
      data, schema.descriptor(named: type)?.fields ?? [], voice: self, at: instant)
    let known = phrases.sentence(for: type, &fields, actor)
    return complete(known ?? Sentence(title(of: type)), with: fields)
  }

  /// The short name of a type; the parts of a name that is not ours, divided.
  func title(of type: String) -> String {
    phrases.title(of: type)
      ?? type.split(separator: ".").map { EventFields.divided(String($0)) }.joined(separator: ": ")
  }

  /// Adds what the sentence did not say: short values in brackets, long ones as quotes.
  private func complete(_ sentence: Sentence, with fields: EventFields) -> Sentence {
    var sentence = sentence
    var short: [String] = []
    for (name, value) in fields.rest {
      if value.utf8.count > 60 || value.contains("\n") {
        sentence.quotes.append(Sentence.Quote(label: name, text: value))
      } else {
        short.append("\(name) \(value)")
      }
    }
    if !short.isEmpty { sentence.what += " (\(short.joined(separator: "; ")))" }
    return sentence
  }

  /// Who acted: `agent a-1`, or the name where one is known.
  func actor(_ actor: Actor, at instant: Timestamp? = nil) -> String {
    let kind: NameBook.Kind? =
      switch actor.kind {
      case .agent, .reviewer: .agent
      case .client: .client
      default: nil
      }
    let name = kind.flatMap { kind in actor.id.map { names.text(kind, $0, at: instant) } }
    return phrases.actor(
      kind: actor.kind, name: name ?? actor.id, hasRealName: name != nil && name != actor.id,
      behalf: actor.onBehalfOf.map { names.text(.agent, $0, at: instant) })
  }
}
