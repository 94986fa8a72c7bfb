import Casefile
import CasefileModel
import CasefileProjections

/// A match in words and in JSON.
struct SearchReport {
  private let people: PeopleVoice
  private let ink: Ink

  init(_ people: PeopleVoice, ink: Ink) {
    self.people = people
    self.ink = ink
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
  func lines(_ match: SearchMatch, width: Int) throws -> [String] {
    let entry = match.entry
    let voice = try people.voice(for: [entry.actor])
    var head = voice.zone.text(entry.occurredAt) + "  " + Place.text(match.ticket, match.stream)
    head +=
      "  " + voice.actor(entry.actor, at: entry.occurredAt) + "  " + voice.title(of: entry.typeName)
    if match.field != "body", match.field != "text" {
      head += " (\(voice.phrases.label(match.field)))"
    }
    head += "  " + EntryNote.text(entry, voice.phrases)
    let excerpt = Excerpt(match.text, match.ranges, width: max(20, width - 4))
    return DisplayWidth.wrap(VisibleText.escape(head), to: width) + [
      "    " + excerpt.line(ink), "",
    ]
  }
}

/// Where something happened, in short.
enum Place {
  /// The ticket, and the contact where it is another stream.
  static func text(_ ticket: String?, _ stream: StreamID) -> String {
    guard let ticket else { return stream.description }
    return stream.kind == "ticket" ? ticket : "\(ticket) (\(stream))"
  }
}

/// What is known of an entry beside its fields.
enum EntryNote {
  /// Its position, how it came in, and what was said of it since.
  static func text(_ entry: TicketEntry, _ phrases: any Phrases) -> String {
    let envelope = entry.event.envelope
    var text = "#\(entry.position) " + phrases.basis(envelope.origin?.basis ?? .live)
    if envelope.visibility != .public {
      text += ", " + phrases.word(envelope.visibility.word, of: "Audience")
    }
    let corrections = entry.corrections.filter(\.isApplied).map { "#\($0.position)" }
    if !corrections.isEmpty {
      text += ", " + phrases.corrected(by: corrections.joined(separator: ", "))
    }
    if let position = entry.retractedBy { text += ", " + phrases.retracted(by: "#\(position)") }
    return text
  }
}

/// Speaks with the names of those who act, each looked up once.
final class PeopleVoice {
  private let store: Store
  private let base: Voice
  private var events: [StreamID: [StoredEvent]] = [:]

  init(_ store: Store, zone: Zone) {
    self.store = store
    var voice = Voice(.en, zone: zone)
    voice.schema = store.schema
    base = voice
  }

  /// A voice that knows the names of some actors.
  func voice(for actors: some Sequence<Actor>) throws -> Voice {
    var known: [StoredEvent] = []
    for stream in Set(actors.flatMap(PeopleVoice.streams)) {
      if events[stream] == nil { events[stream] = try store.events(of: stream) }
      known += events[stream] ?? []
    }
    var voice = base
    voice.names = NameBook(events: try store.withoutRetracted(known))
    return voice
  }

  /// Where the names of an actor are recorded; an old id that breaks a rule of today has none.
  private static func streams(of actor: Actor) -> [StreamID] {
    let kind: String? =
      switch actor.kind {
      case .agent, .reviewer: "agent"
      case .client: "client"
      default: nil
      }
    let own = kind.flatMap { kind in actor.id.flatMap { try? StreamID(kind: kind, id: $0) } }
    let other = actor.onBehalfOf.flatMap { try? StreamID(kind: "agent", id: $0) }
    return [own, other].compactMap { $0 }
  }
}
