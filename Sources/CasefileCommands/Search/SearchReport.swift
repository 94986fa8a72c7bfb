import Casefile
import CasefileModel
import CasefileProjections

/// A match in words and in JSON.
struct SearchReport {
  private let people: People
  private let reader: Reader
  private let schema: EventSchema

  init(_ store: Store, _ reader: Reader) {
    people = People(store)
    self.reader = reader
    schema = store.schema
  }

  func json(_ match: SearchMatch) -> JSONValue {
    let entry = match.entry
    let envelope = entry.event.envelope
    return [
      "ticket": JSONValue(match.ticket), "stream": .string(match.stream.description),
      "position": JSONValue(entry.position.rawValue), "type": .string(entry.typeName),
      "occurredAt": JSONValue(entry.occurredAt), "recordedAt": JSONValue(envelope.recordedAt),
      "actor": entry.actor.json, "field": .string(match.field), "text": .string(match.text),
      "visibility": envelope.visibility.json,
      "correctedBy": .array(entry.corrections.map { JSONValue($0.position.rawValue) }),
      "retractedBy": JSONValue(entry.retractedBy?.rawValue),
    ]
  }

  /// When, where and who on one line, the text below.
  func lines(_ match: SearchMatch) throws -> [String] {
    let entry = match.entry
    let names = try people.names(of: Set(People.Key.of(entry.actor)))
    let voice = reader.voice(names, schema: schema)
    let ink = reader.ink
    let width = reader.width
    let start = voice.zone.text(entry.occurredAt) + "  "
    let place = VisibleText.escape(Place.text(match.ticket, match.stream))
    var rest = "  " + voice.actor(entry.actor, at: entry.occurredAt) + "  "
    rest += voice.title(of: entry.typeName)
    if match.field != "body", match.field != "text" {
      rest += " (\(voice.phrases.label(match.field)))"
    }
    rest += "  " + EntryNote.text(entry, voice.phrases)
    rest = VisibleText.escape(rest)
    let head =
      DisplayWidth.of(start + place + rest) <= width
      ? [start + ink.strong(place) + rest] : DisplayWidth.wrap(start + place + rest, to: width)
    let excerpt = Excerpt(match.text, match.ranges, width: max(20, width - 4))
    return head + ["    " + excerpt.line(ink), ""]
  }
}
