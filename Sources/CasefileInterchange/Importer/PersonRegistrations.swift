internal import Casefile
internal import CasefileModel

/// The events that tell who stands behind an opaque id: on the person's own stream, as content.
struct PersonRegistrations {
  let profile: ImportProfile
  let store: Store
  let batch: String
  let actor: Actor
  /// The imports that don't count.
  let retracted: Set<String>

  /// An event for each person of whom the store does not know this name, address or number yet.
  func events(for people: [(person: PersonDirectory.Person, time: Timestamp)]) throws -> [Event] {
    var events: [Event] = []
    for (person, time) in people {
      let stream = try StreamID(kind: person.role.rawValue, id: person.id)
      let source = Digest.sha256(Array(profile.source.utf8))
      let text =
        "\(person.role.rawValue)\n\(person.id)\n\(person.identity.rawValue)\n\(person.value)"
      let digest = Digest.sha256(Array(text.utf8))
      var identity = RowIdentity(source: source, key: digest, content: digest, ordinal: 0)
      let stored = try store.head == nil ? [] : store.events(of: stream)
      // The time of the first row depends on the export; the rest of the id tells the person.
      while let known = stored.first(where: {
        $0.envelope.id.low == identity.eventID(0, at: time).low
      }), known.envelope.origin?.importBatch.map(retracted.contains) ?? false {
        identity.generation += 1
      }
      let id = identity.eventID(0, at: time)
      guard !stored.contains(where: { $0.envelope.id.low == id.low }) else { continue }
      events.append(event(person, on: stream, at: time, id: id))
    }
    return events
  }

  private func event(
    _ person: PersonDirectory.Person, on stream: StreamID, at time: Timestamp, id: EventID
  ) -> Event {
    let origin = Origin(system: profile.source, importBatch: batch, basis: .imported)
    let tags =
      profile.tags.contains(person.role) ? ["\(person.role.rawValue):\(person.id)"] : []
    if person.role == .agent {
      var registered = AgentRegistered(agentId: person.id)
      switch person.identity {
      case .email: registered.email = person.value
      case .phone: registered.phone = person.value
      default: registered.name = person.value
      }
      return Event(
        registered, on: stream, at: time, by: actor, id: id, visibility: .internal, tags: tags,
        origin: origin)
    }
    let kind: IdentityKind =
      switch person.identity {
      case .email: .email
      case .phone: .phone
      default: .name
      }
    return Event(
      ClientIdentityAdded(
        clientId: person.id, address: person.value, kind: kind, source: profile.source),
      on: stream, at: time, by: actor, id: id, tags: tags, origin: origin)
  }
}
