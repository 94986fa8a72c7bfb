import CasefileModel

/// How large a desk is simulated, and what happens there.
package struct Settings: Sendable {
  /// Which languages clients speak.
  package enum Language: String, Sendable {
    case both, russian = "ru", english = "en"
  }

  /// How many tickets are opened.
  package var tickets = 200
  /// How many agents serve them.
  package var agents = 24
  /// Over how many days they come; nil: as many as these agents can serve.
  package var days: Int?
  package var seed: UInt64 = 1
  package var language = Language.both
  package var faults = Faults.all
  /// The first day, as a UTC midnight.
  package var start: Int64 = 1_772_409_600

  package init() {}

  /// Contacts in a thousand days, on average.
  var contactsPerThousandDays: Int {
    if let days { return max(1, tickets * 1000 / max(1, days)) }
    // An agent has five days of seven and answers about seven tickets in each.
    return max(1000, agents * 4800)
  }

  /// How many days it will take.
  var expectedDays: Int { max(1, tickets * 1000 / contactsPerThousandDays) }

  /// How many clients there are: each writes now and then.
  var clients: Int { max(97, tickets / 8) }
}
