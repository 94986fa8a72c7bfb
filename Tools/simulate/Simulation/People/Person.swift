/// A client as a register knows one: a function of a number alone, so that the same client has the
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

  /// The client with a number.
  init(client number: Int, isRussian: Bool) {
    let first = number % 8
    let last = number / 8 % 7
    if isRussian {
      // Of the Russian first names every other is a woman's.
      name =
        Person.russian[0][first] + " " + Person.russian[1][last]
        + (first.isMultiple(of: 2) ? "а" : "")
    } else {
      name = Person.english[0][first] + " " + Person.english[1][last]
    }
    let mailbox =
      isRussian ? Person.ascii[last] : Person.english[1][last].lowercased().filter { $0 != "'" }
    email = mailbox + String(number) + "@mail.example"
    phone = Person.phone(number)
  }

  /// People and programs write numbers in many ways.
  private static func phone(_ number: Int) -> String {
    let digits = String(1_000_000 + (number * 48_271) % 9_000_000)
    let prefix = "9" + String(10 + number % 90)
    let (a, b, c) = (digits.prefix(3), digits.dropFirst(3).prefix(2), digits.suffix(2))
    switch number % 4 {
    case 0: return "+7 (\(prefix)) \(a)-\(b)-\(c)"
    case 1: return "8 \(prefix) \(a) \(b) \(c)"
    case 2: return prefix + digits
    default: return "+7" + prefix + digits
    }
  }

  /// The same number as a telephone system reports it.
  static func dialled(_ number: Int) -> String {
    "+79" + String(10 + number % 90) + String(1_000_000 + (number * 48_271) % 9_000_000)
  }
}

/// A client: who it is by number, with what is written into events made once.
struct Client {
  let number: Int
  let id: String
  let isRussian: Bool
  let tag: String

  var person: Person { Person(client: number, isRussian: isRussian) }
  /// The company for which the client works, by number; every ninth does.
  var company: Int? { number % 9 == 4 ? number % 8 : nil }

  init(_ number: Int, isRussian: Bool) {
    self.number = number
    self.isRussian = isRussian
    id = "c-" + String(number)
    tag = "client:" + id
  }
}
