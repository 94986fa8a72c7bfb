public import CasefileModel

/// Who a client is by all that is known: names, addresses, and the ids that were found to be the same
/// person.
///
/// A pure value: the same events, in any order, give the same record.
public struct ClientRecord: Sendable, Hashable {
  /// A name, an address or a number of a client.
  public struct Identity: Sendable, Hashable {
    /// Whose it was when it was recorded, before merges.
    public let client: String
    /// What it is; nil where that was not stated.
    public let kind: IdentityKind?
    /// The kind of channel that it is of.
    public let channel: Channel?
    /// The text; nil once erased.
    public let address: String?
    /// Whether it was checked.
    public let isVerified: Bool
    /// Since when it is known.
    public let since: Timestamp
    /// When it was removed; nil while it stands.
    public internal(set) var removedAt: Timestamp?
    /// The event that states it.
    public let position: Position
    fileprivate let id: String?
  }

  /// The client that survives all merges.
  public let client: String
  /// The others that were merged into it, sorted.
  public let merged: [String]
  /// The name that is known last; of the surviving client, else of another.
  public private(set) var name: String?
  /// All names, addresses and numbers in the order in which they became known.
  public private(set) var identities: [Identity] = []
  /// The organisation that the client belongs to.
  public private(set) var company: String?
  /// What is recorded of the client itself, in domain order.
  public let entries: [TicketEntry]

  /// Folds a client's record.
  ///
  /// - Parameters:
  ///   - id: the client, or one that was merged into it.
  ///   - events: the events of the client's stream and of those it was ever merged with, and what
  ///     corrects them; others do not act.
  public init(of id: String, events: [StoredEvent], schema: EventSchema = .builtIn) {
    let amendments = Amendments(events, schema: schema)
    let known = DomainOrder.sort(
      events.filter { $0.envelope.stream.kind == "client" }.map { amendments.entry(of: $0) })
    let survivors = ClientRecord.survivors(known.filter { $0.retractedBy == nil })
    let root = ClientRecord.root(of: id, survivors)
    client = root
    let others = Set(survivors.keys).filter {
      $0 != root && ClientRecord.root(of: $0, survivors) == root
    }
    merged = others.sorted()
    entries = known.filter { entry in
      let stream = entry.event.envelope.stream.id
      return stream == root || others.contains(stream)
    }
    for entry in entries where entry.retractedBy == nil { apply(entry) }
  }

  /// When the client's own record shows that the client was there: not when somebody tidied it up.
  public var seenAt: [Timestamp] {
    entries.filter {
      $0.retractedBy == nil
        && [ClientRegistered.type.number, ClientIdentityAdded.type.number].contains($0.typeNumber)
    }.map(\.occurredAt)
  }

  /// The client that survives, of one that may have been merged.
  private static func root(of id: String, _ survivors: [String: String]) -> String {
    var id = id
    // There are no circles among survivors.
    while let next = survivors[id] { id = next }
    return id
  }

  /// The company of each client, as the client's registration names it last.
  ///
  /// - Parameter events: registrations, with what corrects or retracts them, in any order.
  package static func companies(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [String: String] {
    let amendments = Amendments(events, schema: schema)
    var companies: [String: String] = [:]
    let entries = events.filter { $0.envelope.typeNumber == ClientRegistered.type.number }
      .map { amendments.entry(of: $0) }.filter { $0.retractedBy == nil }
    for entry in entries.sorted(by: {
      ($0.effectiveAt, $0.position) < ($1.effectiveAt, $1.position)
    }) {
      guard let payload = try? entry.payload(ClientRegistered.self), let id = payload.companyId
      else { continue }
      companies[payload.clientId] = id
    }
    return companies
  }

  static func survivors(_ entries: [TicketEntry]) -> [String: String] {
    var survivors: [String: String] = [:]
    for entry in entries {
      guard let merge = ClientMerge(entry) else { continue }
      if merge.isMerge {
        guard merge.client != merge.into else { continue }
        // Of merges in a circle the newest holds: the client that it names is no survivor.
        var last = merge.into
        while let next = survivors[last], next != merge.client { last = next }
        survivors[last] = nil
        survivors[merge.client] = merge.into
      } else if survivors[merge.client] == merge.into {
        survivors[merge.client] = nil
      }
    }
    return survivors
  }

  private mutating func apply(_ entry: TicketEntry) {
    switch entry.typeNumber {
    case ClientRegistered.type.number:
      guard let payload = try? entry.payload(ClientRegistered.self) else { return }
      if let text = payload.name { setName(text, entry) }
      add(payload.name, .name, nil, nil, false, entry)
      add(payload.address, nil, payload.channel, nil, false, entry)
      if let id = payload.companyId { company = id }
    case ClientIdentityAdded.type.number:
      guard let payload = try? entry.payload(ClientIdentityAdded.self) else { return }
      if payload.kind == .name, let text = payload.address { setName(text, entry) }
      add(
        payload.address, payload.kind, payload.channel, payload.identityId,
        payload.isVerified ?? false, entry)
    case ClientIdentityRemoved.type.number:
      guard let payload = try? entry.payload(ClientIdentityRemoved.self) else { return }
      remove(payload, at: entry.occurredAt)
    default: return
    }
  }

  private mutating func setName(_ text: String, _ entry: TicketEntry) {
    let isOwn = entry.event.envelope.stream.id == client
    if isOwn || !isNamedItself { name = text }
    isNamedItself = isNamedItself || isOwn
  }

  /// Whether the name is the surviving client's own.
  private var isNamedItself = false

  private mutating func add(
    _ address: String?, _ kind: IdentityKind?, _ channel: Channel?, _ id: String?,
    _ isVerified: Bool, _ entry: TicketEntry
  ) {
    // A registration need not state one; an identity that was erased is still one.
    guard address != nil || entry.typeNumber == ClientIdentityAdded.type.number else { return }
    identities.append(
      Identity(
        client: entry.event.envelope.stream.id, kind: kind, channel: channel, address: address,
        isVerified: isVerified, since: entry.occurredAt, position: entry.position, id: id))
  }

  private mutating func remove(_ removal: ClientIdentityRemoved, at time: Timestamp) {
    for index in identities.indices where identities[index].removedAt == nil {
      let identity = identities[index]
      let isMeant =
        if let id = removal.identityId {
          identity.id == id
        } else {
          identity.address != nil && identity.address == removal.address
            && (removal.kind == nil || identity.kind == nil || removal.kind == identity.kind)
        }
      if isMeant { identities[index].removedAt = time }
    }
  }
}
