internal import CasefileModel
internal import CasefileProjections

/// A text of an event with the name of its field.
struct SearchText: Hashable {
  let field: String
  let text: String
}

/// Which fields of which events are searched. What can't be read, because it was erased or is no
/// text, does not match.
enum SearchFields {
  private typealias Table = [UInt32: [UInt32: String]]

  /// Contents that are no texts of people, but addresses, headers and places of files.
  private static let noTexts: Set<String> = [
    "externalId", "fromAddress", "fromName", "address", "threadHeaders", "storageRef", "fromNumber",
    "toNumber", "externalRef", "purpose", "recipient",
  ]

  /// Streams whose texts a reviewer looks for.
  private static let streams: Set<String> = ["ticket", "contact", "call", "dispute"]

  /// By type and field: messages, notes, agreements, subjects, summaries, reasons, comments.
  private static let textFields: Table = table { descriptor, field in
    if descriptor.type.number == EventCorrected.type.number { return field.name == "newValue" }
    guard !streams.isDisjoint(with: descriptor.streamKinds), !noTexts.contains(field.name) else {
      return false
    }
    return field.kind == .string || field.kind == .map || field.name == "newValue"
  }

  /// By type and field: by what a person may be looked for.
  private static let identityFields: Table = table { descriptor, field in
    identityNames[descriptor.type.name]?.contains(field.name) ?? false
  }

  private static let identityNames: [String: Set<String>] = [
    ClientRegistered.type.name: ["name", "address"], ClientIdentityAdded.type.name: ["address"],
    ClientIdentityRemoved.type.name: ["address"], ContractPublished.type.name: ["company"],
    TicketParticipantAdded.type.name: ["address"], SurveyOffered.type.name: ["address"],
    CallOffered.type.name: ["fromNumber", "toNumber"],
    MessageReceived.type.name: ["fromAddress", "fromName"], EventCorrected.type.name: ["newValue"],
  ]

  /// By type, the field that names a client.
  private static let clientFields: [UInt32: UInt32] = {
    var fields: [UInt32: UInt32] = [:]
    for type in EventSchema.builtIn.types {
      let descriptor = EventSchema.builtIn.descriptor(named: type.name)
      fields[type.number] = descriptor?.fields.first { $0.name == "clientId" }?.number
    }
    return fields
  }()

  private static func table(
    _ isMeant: (EventSchema.TypeDescriptor, EventSchema.Field) -> Bool
  ) -> Table {
    var table: Table = [:]
    for type in EventSchema.builtIn.types {
      guard let descriptor = EventSchema.builtIn.descriptor(named: type.name) else { continue }
      for field in descriptor.fields where field.isContent && isMeant(descriptor, field) {
        table[type.number, default: [:]][field.number] = field.name
      }
    }
    return table
  }

  /// What was written or said.
  static func texts(of event: StoredEvent) -> [SearchText] { contents(of: event, textFields) }

  /// Names, addresses and numbers of people.
  static func identities(of event: StoredEvent) -> [SearchText] {
    let texts = contents(of: event, identityFields)
    // A corrected value may be a whole message; nobody's name is so long.
    guard event.envelope.typeNumber == EventCorrected.type.number else { return texts }
    return texts.filter { $0.text.utf8.count <= 200 }
  }

  private static func contents(of event: StoredEvent, _ table: Table) -> [SearchText] {
    guard let fields = table[event.envelope.typeNumber], let content = event.content else {
      return []
    }
    var texts: [SearchText] = []
    for value in content.values {
      // A list's element and a map's value stand below the field.
      let digits = value.path.prefix { $0 != "." }
      guard let number = UInt32(digits), let name = fields[number],
        let text = String(utf8: value.bytes)
      else { continue }
      guard name == "newValue" else {
        texts.append(SearchText(field: name, text: text))
        continue
      }
      if case .string(let text)? = try? JSONValue(parsing: value.bytes) {
        texts.append(SearchText(field: name, text: text))
      }
    }
    return texts
  }

  // MARK: Ids

  /// The clients of whom an event says something; a ticket's own events are found by the ticket.
  static func clients(of event: StoredEvent) -> Set<String> {
    let stream = event.envelope.stream
    guard stream.kind != "ticket" else { return [] }
    var clients: Set<String> = stream.kind == "client" ? [stream.id] : []
    if let client = client(of: event) { clients.insert(client) }
    if let merge = ClientMerge(event) { clients.formUnion([merge.client, merge.into]) }
    return clients
  }

  /// The client that an event itself names.
  static func client(of event: StoredEvent) -> String? {
    guard let field = clientFields[event.envelope.typeNumber] else { return nil }
    return (try? event.fields.id(field)) ?? nil
  }

  /// The contract of an event and its company, and the company of a client.
  static func contracts(of event: StoredEvent) -> Set<String> {
    if let contract = try? event.payload(as: ContractPublished.self) {
      return Set([contract.contractId, contract.companyId].compactMap { $0 })
    }
    let client = try? event.payload(as: ClientRegistered.self)
    return Set([client?.companyId].compactMap { $0 })
  }

  /// Both ends of a link between a ticket and a contact.
  static func links(of event: StoredEvent) -> Set<String> {
    guard let link = ContactLink(event) else { return [] }
    return [ContactLink.ticketWord(link.ticket), ContactLink.contactWord(link.contact)]
  }
}

/// That a contact belongs to a ticket, or no longer does.
struct ContactLink: Hashable {
  let contact: String
  let ticket: String
  let isLinked: Bool

  init?(_ event: StoredEvent) {
    if let link = try? event.payload(as: ContactLinkedToTicket.self) {
      (contact, ticket, isLinked) = (link.contactId, link.ticketId, true)
    } else if let link = try? event.payload(as: ContactUnlinked.self) {
      (contact, ticket, isLinked) = (link.contactId, link.ticketId, false)
    } else if let opened = try? event.payload(as: TicketOpened.self), let id = opened.contactId {
      (contact, ticket, isLinked) = (id, event.envelope.stream.id, true)
    } else {
      return nil
    }
  }

  /// The two kinds of ids are told apart.
  static func ticketWord(_ id: String) -> String { "ticket/" + id }
  static func contactWord(_ id: String) -> String { "contact/" + id }
}
