import Casefile
import CasefileModel
import CasefileProjections

/// Looks up what agents, clients, groups and topics are called who appear in an answer, each once.
///
/// Only the streams of those who appear are read, and of them only what names somebody.
final class People {
  /// Somebody or something that is named.
  struct Key: Hashable {
    let kind: NameBook.Kind
    let id: String
  }

  private let store: Store
  private let knownAt: KnownAt?
  private var looked: Set<Key> = []
  private var events: [StoredEvent] = []
  private var book = NameBook()

  /// - Parameter knownAt: names that became known later are not told.
  init(_ store: Store, knownAt: KnownAt? = nil) {
    self.store = store
    self.knownAt = knownAt
  }

  /// The names of some, and of all who were asked for before.
  func names(of keys: Set<Key>) throws -> NameBook {
    let new = keys.subtracting(looked)
    guard !new.isEmpty else { return book }
    looked.formUnion(new)
    let known = events.count
    // Kind by kind: there are few names of agents, and many of clients, whose streams are short.
    for (kind, keys) in Dictionary(grouping: new, by: \.kind) {
      // What was stored as an id may break a rule of today; it has no stream then.
      let streams = Set(keys.compactMap { try? StreamID(kind: kind.rawValue, id: $0.id) })
      events += try store.amendedEvents(of: streams, types: NameBook.types(of: kind))
    }
    guard events.count > known else { return book }
    book = NameBook(events: events, knownAt: knownAt, schema: store.schema)
    return book
  }
}

extension People.Key {
  static func agent(_ id: String) -> People.Key { .init(kind: .agent, id: id) }
  static func client(_ id: String) -> People.Key { .init(kind: .client, id: id) }
  static func group(_ id: String) -> People.Key { .init(kind: .group, id: id) }
  static func topic(_ id: String) -> People.Key { .init(kind: .topic, id: id) }

  /// Whoever acted, and for whom.
  static func of(_ actor: Actor) -> [People.Key] {
    let own: People.Key? =
      switch actor.kind {
      case .agent, .reviewer: actor.id.map { .agent($0) }
      case .client: actor.id.map { .client($0) }
      default: nil
      }
    return [own, actor.onBehalfOf.map { .agent($0) }].compactMap { $0 }
  }

  /// Whom an entry names: its actor, and the ids of its fields.
  static func of(_ entry: TicketEntry, schema: EventSchema = .builtIn) -> [People.Key] {
    var found = of(entry.actor)
    let data = entry.correctedData ?? (try? schema.data(of: entry.event).data)
    if let data { collect(data, field: "", &found) }
    return found
  }

  private static func collect(_ value: JSONValue, field: String, _ found: inout [People.Key]) {
    switch value {
    case .string(let id):
      found += NameBook.kinds(ofField: field).map { People.Key(kind: $0, id: id) }
    case .array(let values): for value in values { collect(value, field: field, &found) }
    case .object(let members):
      for member in members { collect(member.value, field: member.name, &found) }
    default: break
    }
  }
}
