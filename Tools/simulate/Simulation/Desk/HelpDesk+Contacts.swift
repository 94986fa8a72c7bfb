import CasefileModel

/// Contacts as they come, and the tickets that they open.
extension HelpDesk {
  /// Of a thousand contacts of a weekday, how many come in each hour of UTC.
  private static let hours = [
    14, 14, 15, 16, 20, 32, 48, 62, 72, 78, 74, 66, 64, 66, 68, 62, 54, 46, 36, 28, 22, 17, 14, 12,
  ]
  /// Percent of a Wednesday's contacts.
  private static let weekdays = [118, 104, 100, 98, 92, 38, 30]

  func drawHour() {
    let hour = Int(now % 86_400 / 3600)
    if hour == 0 { isPeakDay = dice.chance(45) }
    let day = Zone.weekday(Zone.floor(now, 86_400))
    var mean = settings.contactsPerThousandDays * HelpDesk.hours[hour] / 1000
    // The average week has 83 percent of seven Wednesdays.
    mean = mean * HelpDesk.weekdays[day] / 83
    if isPeakDay { mean = mean * 5 / 2 }
    // It holds for thousandths of a contact, as the rate does for a thousand days.
    var count = dice.count(meanThousandths: mean)
    count = min(count, settings.tickets - openedCount)
    for _ in 0..<max(0, count) {
      agenda.add(.contact, at: now + Int64(dice.below(3600)), place: -1)
    }
    openedCount += max(0, count)
    if openedCount < settings.tickets {
      agenda.add(.hour, at: now + 3600)
    } else if lastArrival == .max {
      lastArrival = now
    }
  }

  // MARK: Who and how

  private func drawClient() -> Client {
    // A tenth of the clients write half of the messages.
    let range = dice.chance(500) ? max(1, settings.clients / 10) : settings.clients
    return client(1 + dice.below(range))
  }

  func client(_ number: Int) -> Client {
    let isRussian: Bool
    switch settings.language {
    case .both: isRussian = number.isMultiple(of: 2)
    case .russian: isRussian = true
    case .english: isRussian = false
    }
    return Client(number, isRussian: isRussian)
  }

  /// A contact comes: a planned repetition, or somebody with something new.
  func contact(_ place: Int) {
    if let planned = repeats.removeValue(forKey: place) {
      meet(planned.client)
      let ticket = makeTicket(planned.client, planned.topicPlace, planned.channel)
      ticket.previous = (planned.previous, planned.closedAt)
      ticket.twin = planned.twin
      open(ticket)
      return
    }
    if dice.chance(70) { contactWithoutTicket(drawClient()) }
    let client = drawClient()
    meet(client)
    var entry = dice.weighted(Entry.shares)
    if outageUntil[entry] > now {
      // Who can't reach the desk one way tries another.
      entry = entry == 0 ? Entry.phone : 0
    }
    let topic = dice.weighted(Topic.all.map(\.share))
    let ticket = makeTicket(client, topic, Entry.all[entry].channel)
    if ticket.channel == .phone {
      ring(ticket.client, for: ticket)
    } else {
      open(ticket)
    }
  }

  func makeTicket(_ client: Client, _ topic: Int, _ channel: Channel) -> Ticket {
    defer { ticketNumber += 1 }
    let ticket = Ticket(
      number: ticketNumber, client: client, topicPlace: topic, channel: channel,
      isRussian: client.isRussian)
    ticket.topicId = Topic.all[topic].id
    ticket.priority = dice.weighted([22, 55, 17, 6])
    ticket.groupPlace = client.isRussian ? Group.firstRussian : Group.firstEnglish
    if let group = Topic.all[topic].group, dice.chance(350) { ticket.groupPlace = group }
    ticket.firstGroup = ticket.groupPlace
    ticket.openedAt = now
    ticket.moves = planMoves(ticket)
    return ticket
  }

  /// Registers a client who comes for the first time.
  func meet(_ client: Client) {
    guard !knownClients[client.number] else { return }
    knownClients[client.number] = true
    let person = client.person
    let stream = stream("client", client.id)
    begin(HelpDesk.system)
    put(
      ClientRegistered(
        clientId: client.id, name: person.name, companyId: client.company.map { "co-\($0)" },
        language: client.isRussian ? "ru" : "en"),
      on: stream)
    put(
      ClientIdentityAdded(clientId: client.id, address: person.phone, kind: .phone), on: stream)
    put(
      ClientIdentityAdded(clientId: client.id, address: person.email, kind: .email), on: stream)
    if settings.faults.contains(.merges), dice.chance(6) {
      let other = self.stream("client", client.id + "x")
      put(ClientRegistered(clientId: client.id + "x", name: person.name), on: other)
      put(ClientMerged(intoClient: client.id, clientId: client.id + "x"), on: other)
    }
    end()
  }

  // MARK: Opening

  /// A client opens a ticket by writing.
  func open(_ ticket: Ticket) {
    keep(ticket)
    let client = ticket.client
    begin(Actor(.client, client.id))
    putOpening(ticket, role: nil)
    let attachment = dice.chance(120) ? ticket.part("f") : nil
    receive(ticket, texts(ticket).questions[dice.below(4)], attachment: attachment)
    if let attachment {
      put(
        AttachmentAdded(
          attachmentId: attachment, name: "screen.png", mime: "image/png",
          sizeBytes: dice.between(20_000, 900_000), sha256: randomBytes(),
          messageId: ticket.lastClientMessage),
        ticket)
    }
    end(ticket)
    if ticket.channel == .chat || ticket.channel == .telegram, dice.chance(500) {
      begin(Actor(.bot, "bot-welcome"))
      put(
        MessageSent(
          messageId: ticket.part("m"), to: [Recipient(role: .client, personId: client.id)],
          channel: ticket.channel, author: .bot, body: texts(ticket).answers[0],
          templateId: Template.ids[0], templateVersion: templateVersion),
        ticket)
      ticket.messageCount += 1
      end(ticket)
    }
    afterOpening(ticket)
    enqueue(ticket)
  }

  func putOpening(_ ticket: Ticket, role: PartyRole?) {
    let subject = texts(ticket).subjects[dice.below(4)]
    let entry = ticket.channel == .web ? ["help", "contact", "order"][dice.below(3)] : nil
    put(
      TicketOpened(
        number: ticket.id, subject: subject, clientId: ticket.client.id, channel: ticket.channel,
        entryPoint: entry,
        kind: [.question, .incident, .complaint, .order][dice.weighted([55, 30, 8, 7])],
        topicId: ticket.topicId, groupId: Group.all[ticket.groupPlace].id,
        priority: Priority.all[ticket.priority], language: ticket.isRussian ? "ru" : "en",
        projectId: ticket.client.company.map { "pr-\($0)" },
        entryPath: entry.map { $0 == "order" ? ["home", "orders", $0] : ["home", $0] } ?? [],
        secondsToFind: ticket.channel == .web ? dice.between(5, 400) : nil,
        channelId: Entry.id(of: ticket.channel), callId: ticket.callId, openedByRole: role),
      ticket,
      tags: [
        ticket.client.tag, Topic.all[ticket.topicPlace].tag, Group.all[ticket.groupPlace].tag,
      ])
  }

  /// What follows every opening: the policy, the links, and what may happen if nobody acts.
  func afterOpening(_ ticket: Ticket) {
    ticket.policy = matchingPolicy(ticket)
    // A few tickets come before any rule was made for them.
    if !dice.chance(8) { applyPolicy(ticket, .initial) }
    if let previous = ticket.previous, dice.chance(700) {
      begin(HelpDesk.system)
      put(
        TicketFollowUpLinked(
          previousTicket: previous.id, daysSinceClose: (now - previous.closedAt) / 86_400,
          sameTopic: true),
        ticket)
      end(ticket)
    }
    if let company = ticket.client.company, HelpDesk.confirmer(of: company) != ticket.client.number
    {
      begin(HelpDesk.system)
      put(
        TicketParticipantAdded(
          role: .authorisedConfirmer, personId: "c-\(HelpDesk.confirmer(of: company))"),
        ticket)
      end(ticket)
    }
    if dice.chance(350) { plan(.reminder, ticket, after: 3600 + dice.about(50_000)) }
    if dice.chance(25) { planTwin(of: ticket) }
  }

  /// The same client writes about the same once more, often by another channel.
  private func planTwin(of ticket: Ticket) {
    guard openedCount < settings.tickets else { return }
    openedCount += 1
    contactCount += 1
    repeats[contactCount] = Repeat(
      client: ticket.client, topicPlace: ticket.topicPlace,
      channel: dice.chance(500) ? .email : .telegram, previous: ticket.id, closedAt: now,
      twin: settings.faults.contains(.merges) ? ticket : nil)
    agenda.add(.contact, at: now + 600 + dice.about(9000), place: contactCount)
  }

  func randomBytes() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for _ in 0..<4 {
      var word = dice.next()
      for _ in 0..<8 {
        bytes.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
    }
    return bytes
  }
}
