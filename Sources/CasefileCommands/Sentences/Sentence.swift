import CasefileModel

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

/// English sentences for events. Another language is another type of this shape; each file of the
/// extensions holds one topic.
struct EnglishSentences {
  /// The zone of the times in sentences.
  let zone: Zone
  let schema: EventSchema

  init(zone: Zone, schema: EventSchema = .builtIn) {
    self.zone = zone
    self.schema = schema
  }

  /// Says what an event tells.
  ///
  /// - Parameter data: its fields, corrections applied.
  func sentence(for type: String, _ data: JSONValue, by actor: Actor) -> Sentence {
    var fields = EventFields(data, zone: zone)
    let known =
      lifecycle(type, &fields) ?? responsibility(type, &fields, actor)
      ?? contact(type, &fields, actor) ?? outcome(type, &fields, actor)
    return complete(known ?? generic(type), with: fields)
  }

  /// A type without a sentence of its own: its name in words.
  private func generic(_ type: String) -> Sentence {
    let parts = type.split(separator: ".").map { EventFields.words(String($0)) }
    return Sentence(parts.joined(separator: ": "))
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
}
