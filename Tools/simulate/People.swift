import CasefileModel

/// A person as a register knows it: a function of a number alone, so that the same client has the
/// same name in every ticket.
struct Person {
  let name: String
  let phone: String
  let email: String

  private static let english = [
    ["Anna", "Brian", "Clara", "David", "Emma", "Frank", "Grace", "Henry"],
    ["Baker", "Clarke", "Dawson", "Ellis", "Fisher", "Grant", "O'Brien"],
  ]
  private static let russian = [
    ["Анна", "Борис", "Вера", "Глеб", "Елена", "Фёдор", "Галина", "Игорь"],
    ["Ёлкин", "Смирнов", "Кузнецов", "Соколов", "Попов", "Лебедев", "Козлов"],
  ]
  private static let ascii = [
    "elkin", "smirnov", "kuznetsov", "sokolov", "popov", "lebedev", "kozlov",
  ]
  /// Of Russian first names, which are women's.
  private static let isWoman = [true, false, true, false, true, false, true, false]

  /// The client with a number.
  init(client number: Int) {
    let first = number % 8
    let last = number / 8 % 7
    let isRussian = number.isMultiple(of: 2)
    if isRussian {
      name =
        Person.russian[0][first] + " " + Person.russian[1][last]
        + (Person.isWoman[first] ? "а" : "")
    } else {
      name = "\(Person.english[0][first]) \(Person.english[1][last])"
    }
    let mailbox =
      isRussian
      ? Person.ascii[last] : Person.english[1][last].lowercased().filter { $0 != "'" }
    email = "\(mailbox)\(number)@mail.example"
    phone = Person.phone(number)
  }

  /// People and programs write numbers in many ways.
  private static func phone(_ number: Int) -> String {
    let digits = String(1_000_000 + (number * 48_271) % 9_000_000)
    let (a, b, c) = (digits.prefix(3), digits.dropFirst(3).prefix(2), digits.suffix(2))
    return switch number % 4 {
    case 0: "+7 (9\(10 + number % 90)) \(a)-\(b)-\(c)"
    case 1: "8 9\(10 + number % 90) \(a) \(b) \(c)"
    case 2: "9\(10 + number % 90)\(digits)"
    default: "+79\(10 + number % 90)\(digits)"
    }
  }

  /// The same number as a telephone system reports it.
  var dialled: String { "+7" + phone.filter { $0.isNumber }.suffix(10) }

  static let agents: [(id: String, name: String)] = [
    ("ag-anna", "Анна Волкова"), ("ag-boris", "Boris Lindgren"), ("ag-clara", "Clara Stone"),
    ("ag-dmitri", "Дмитрий Орлов"), ("ag-elena", "Елена Зайцева"), ("ag-farid", "Farid Karimov"),
  ]
}

/// What is recorded outside of tickets: who agents and clients are, and calls that nobody answered.
///
/// It draws from a generator of its own: the tickets of a seed do not depend on it.
struct Register {
  private var random: SplitMix
  private var known: Set<Int> = []
  private(set) var lines: [HelpDesk.Line] = []

  init(seed: UInt64, start: Timestamp) {
    random = SplitMix(seed ^ 0x5DEE_CE66_D1CE_4E5B)
    for agent in Person.agents {
      add(
        "agent.registered", on: "agent/\(agent.id)",
        at: start.adding(microseconds: -86_400_000_000),
        ["agentId": .string(agent.id), "name": .string(agent.name)])
    }
  }

  /// Registers a client who comes for the first time.
  mutating func meet(_ number: Int, at time: Timestamp) {
    guard known.insert(number).inserted else { return }
    let person = Person(client: number)
    let client = "c-\(number)"
    let stream = "client/\(client)"
    add(
      "client.registered", on: stream, at: time.adding(microseconds: -30_000_000),
      ["clientId": .string(client), "name": .string(person.name)])
    for (kind, address) in [("phone", person.phone), ("email", person.email)] {
      add(
        "client.identityAdded", on: stream, at: time.adding(microseconds: -29_000_000),
        ["clientId": .string(client), "kind": .string(kind), "address": .string(address)])
    }
  }

  /// A call before the ticket that nobody took.
  mutating func missedCall(_ number: Int, ticket: Int, at time: Timestamp) {
    let call = "call-\(ticket)"
    add(
      "call.offered", on: "call/\(call)", at: time.adding(microseconds: -600_000_000),
      [
        "callId": .string(call), "direction": "inbound", "toLine": "support",
        "fromNumber": .string(Person(client: number).dialled),
      ])
    add(
      "call.abandoned", on: "call/\(call)", at: time.adding(microseconds: -545_000_000),
      ["callId": .string(call), "waitSeconds": 55])
  }

  private mutating func add(
    _ type: String, on stream: String, at time: Timestamp, _ data: JSONValue
  ) {
    let id = EventID(derivedAt: time, random.next(), random.next())
    lines.append(
      HelpDesk.Line(
        time: time, number: -1_000_000 + lines.count,
        json: [
          "id": .string(id.description), "stream": .string(stream), "type": .string(type),
          "occurredAt": JSONValue(time), "zone": "Europe/Moscow", "actor": ["kind": "system"],
          "data": data,
        ]))
  }
}
