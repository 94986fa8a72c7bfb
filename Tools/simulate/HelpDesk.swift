import CasefileModel

/// Random numbers that repeat (splitmix64).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

/// A help desk with two shifts: every ticket runs from its opening to its close, and many change
/// hands when the shift ends.
struct HelpDesk {
  var random: SplitMix
  var start: Timestamp
  /// What the register draws from.
  var seed: UInt64

  /// One event before it is put in order.
  struct Line {
    let time: Timestamp
    let number: Int
    let json: JSONValue
  }

  private static let morning = ["ag-anna", "ag-boris", "ag-clara"]
  private static let evening = ["ag-dmitri", "ag-elena", "ag-farid"]
  private static let topics = ["invoice", "login", "delivery", "contract"]

  init(seed: UInt64, start: Timestamp) {
    random = SplitMix(seed)
    self.start = start
    self.seed = seed
  }

  /// The lines of a whole history in order of time.
  mutating func history(tickets: Int) -> [String] {
    var lines: [Line] = []
    var register = Register(seed: seed, start: start)
    for number in 0..<tickets {
      var ticket = TicketScript(desk: self, number: number, firstLine: lines.count)
      register.meet(ticket.clientNumber, at: ticket.now)
      if number % 11 == 5 {
        register.missedCall(ticket.clientNumber, ticket: number, at: ticket.now)
      }
      lines += ticket.play()
      random = ticket.desk.random
    }
    lines += register.lines
    lines.sort { ($0.time, $0.number) < ($1.time, $1.number) }
    return lines.map { $0.json.text }
  }

  mutating func agent(morning: Bool) -> String {
    let team = morning ? HelpDesk.morning : HelpDesk.evening
    return team[Int.random(in: 0..<team.count, using: &random)]
  }

  mutating func topic() -> String {
    HelpDesk.topics[Int.random(in: 0..<HelpDesk.topics.count, using: &random)]
  }
}

/// The life of one ticket.
struct TicketScript {
  var desk: HelpDesk
  private let id: String
  private let number: Int
  let clientNumber: Int
  private let client: String
  private let isRussian: Bool
  private(set) var now: Timestamp
  private var lines: [HelpDesk.Line] = []
  private let firstLine: Int

  init(desk: HelpDesk, number: Int, firstLine: Int) {
    self.desk = desk
    self.number = number
    self.firstLine = firstLine
    id = "T-\(1001 + number)"
    clientNumber = 1 + Int(self.desk.random.next() % 97)
    client = "c-\(clientNumber)"
    isRussian = self.desk.random.next().isMultiple(of: 2)
    now = desk.start.adding(
      microseconds: Int64(number) * 420_000_000
        + Int64(self.desk.random.next() % 300) * 1_000_000)
  }

  /// Plays the ticket; about one in three is handed over, one in eight opened again.
  mutating func play() -> [HelpDesk.Line] {
    let topic = desk.topic()
    let channel = ["email", "chat", "web", "telegram"][Int(desk.random.next() % 4)]
    let texts = isRussian ? Texts.russian(topic) : Texts.english(topic)
    add(
      "ticket.opened", by: ("client", client),
      [
        "number": .string(id), "subject": .string(texts.subject), "clientId": .string(client),
        "channel": .string(channel), "kind": "question", "topicId": .string(topic),
        "priority": .string(["low", "normal", "high"][Int(desk.random.next() % 3)]),
        "language": isRussian ? "ru" : "en",
      ], tags: ["client:\(client)", "topic:\(topic)"])
    message(from: client, texts.question, channel)
    pass(minutes: 3...30)
    var agent = desk.agent(morning: true)
    if number % 7 == 3 { call(agent) }
    add(
      "ticket.assigned", by: ("agent", agent), ["agentId": .string(agent), "mode": "take"],
      tags: ["agent:\(agent)"])
    pass(minutes: 2...40)
    reply(agent, texts.answer, channel)
    if desk.random.next() % 3 == 0 { agent = handOver(from: agent, texts) }
    if desk.random.next() % 2 == 0 { waitForClient(agent, texts, channel) }
    pass(minutes: 10...90)
    resolve(agent, texts, channel)
    if desk.random.next() % 8 == 0 {
      pass(minutes: 60...600)
      add(
        "ticket.reopened", by: ("client", client),
        ["byRole": "client", "reason": .string(texts.again)])
      pass(minutes: 5...60)
      reply(agent, texts.answer, channel)
      resolve(agent, texts, channel)
    }
    return lines
  }

  private mutating func handOver(from giver: String, _ texts: Texts) -> String {
    pass(minutes: 30...120)
    let taker = desk.agent(morning: false)
    let handoff = "h-\(id)-\(lines.count)"
    add(
      "handoff.offered", by: ("agent", giver),
      [
        "handoffId": .string(handoff), "fromAgent": .string(giver), "toAgent": .string(taker),
        "reason": "shiftEnd", "summary": .string(texts.summary),
        "nextStep": .string(texts.nextStep),
      ], tags: ["agent:\(giver)", "agent:\(taker)"])
    pass(minutes: 1...25)
    add(
      "handoff.accepted", by: ("agent", taker),
      ["handoffId": .string(handoff), "agentId": .string(taker)], tags: ["agent:\(taker)"])
    return taker
  }

  private mutating func waitForClient(_ agent: String, _ texts: Texts, _ channel: String) {
    pass(minutes: 5...30)
    let wait = "w-\(id)-\(lines.count)"
    add(
      "waiting.started", by: ("agent", agent), ["waitId": .string(wait), "reason": "client"])
    pass(minutes: 20...300)
    message(from: client, texts.details, channel)
    add(
      "waiting.ended", by: ("system", nil),
      ["waitId": .string(wait), "reason": "client", "ending": "answered"])
    pass(minutes: 5...40)
    reply(agent, texts.answer, channel)
  }

  private mutating func resolve(_ agent: String, _ texts: Texts, _ channel: String) {
    add(
      "resolution.proposed", by: ("agent", agent),
      [
        "by": .string(agent), "summary": .string(texts.solution), "expectsConfirmation": true,
      ])
    pass(minutes: 10...200)
    if desk.random.next() % 4 == 0 {
      add(
        "ticket.closed", by: ("rule", "auto-close"),
        ["kind": "autoClose", "ruleId": "auto-close", "silentForSeconds": 259_200])
      return
    }
    message(from: client, texts.thanks, channel)
    add(
      "close.confirmed", by: ("client", client),
      [
        "confirmedBy": .string(client), "messageId": .string("m-\(id)-\(lines.count - 1)"),
        "authority": "client",
      ])
    add("ticket.closed", by: ("agent", agent), ["kind": "confirmed", "by": .string(agent)])
  }

  /// The client calls too; it draws from numbers of its own, so that the other tickets of a seed do
  /// not depend on it.
  private mutating func call(_ agent: String) {
    let rest = desk.random
    desk.random = SplitMix(desk.seed &+ UInt64(number) &* 0x9E37_79B9)
    defer { desk.random = rest }
    let call = "call-\(id)"
    add(
      "call.offered", by: ("client", client),
      [
        "callId": .string(call), "direction": "inbound", "toLine": "support",
        "fromNumber": .string(Person(client: clientNumber).dialled),
      ])
    add(
      "call.answered", by: ("agent", agent),
      ["callId": .string(call), "agentId": .string(agent), "waitSeconds": 12],
      tags: ["agent:\(agent)"])
    add(
      "call.ended", by: ("agent", agent),
      ["callId": .string(call), "talkSeconds": 95, "endedBy": "client"])
  }

  private mutating func message(from client: String, _ text: String, _ channel: String) {
    var data: [JSONValue.Member] = [
      .init("messageId", .string("m-\(id)-\(lines.count)")), .init("authorRole", "client"),
      .init("channel", .string(channel)), .init("body", .string(text)),
      .init("clientId", .string(client)),
    ]
    if channel == "email", number % 3 == 1 {
      data.append(.init("fromAddress", .string(Person(client: clientNumber).email)))
    }
    add("message.received", by: ("client", client), .object(data))
  }

  private mutating func reply(_ agent: String, _ text: String, _ channel: String) {
    add(
      "message.sent", by: ("agent", agent),
      [
        "messageId": .string("m-\(id)-\(lines.count)"),
        "to": [["role": "client", "personId": .string(client)]], "channel": .string(channel),
        "agentId": .string(agent), "author": "agent", "body": .string(text),
      ], tags: ["agent:\(agent)"])
  }

  private mutating func pass(minutes: ClosedRange<Int64>) {
    let seconds = Int64.random(
      in: minutes.lowerBound * 60...minutes.upperBound * 60, using: &desk.random)
    now = now.adding(microseconds: seconds * 1_000_000)
  }

  private mutating func add(
    _ type: String, by actor: (kind: String, id: String?), _ data: JSONValue, tags: [String] = []
  ) {
    now = now.adding(microseconds: 1_000_000)
    let id = EventID(derivedAt: now, desk.random.next(), desk.random.next())
    lines.append(
      HelpDesk.Line(
        time: now, number: firstLine + lines.count,
        json: [
          "id": .string(id.description), "stream": .string("ticket/\(self.id)"),
          "type": .string(type), "occurredAt": JSONValue(now), "zone": "Europe/Moscow",
          "actor": ["kind": .string(actor.kind), "id": JSONValue(actor.id)],
          "tags": .array(tags.map { .string($0) }), "data": data,
        ]))
  }
}
