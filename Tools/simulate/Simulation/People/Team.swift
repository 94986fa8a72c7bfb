/// A team of agents in one place.
struct Team {
  let name: String
  let zone: Zone
  let isRussian: Bool
  /// The group whose queue it works on.
  let group: Int
  /// The hours at which shifts begin, by the local clock; agents have one each, in turn.
  let shifts: [Int64]
  /// Of a thousand agents, how many work here.
  let share: Int

  static let all = [
    Team(
      name: "Moscow", zone: .moscow, isRussian: true, group: 0, shifts: [7, 13], share: 290),
    Team(
      name: "Vladivostok", zone: .vladivostok, isRussian: true, group: 0, shifts: [9], share: 120),
    Team(name: "Berlin", zone: .berlin, isRussian: false, group: 1, shifts: [7, 12], share: 210),
    Team(name: "New York", zone: .newYork, isRussian: false, group: 1, shifts: [9], share: 130),
    Team(name: "Kolkata", zone: .kolkata, isRussian: false, group: 1, shifts: [7], share: 80),
    Team(name: "Experts", zone: .moscow, isRussian: true, group: 2, shifts: [9], share: 90),
    Team(name: "Billing", zone: .berlin, isRussian: false, group: 3, shifts: [9], share: 80),
  ]

  /// Where the hours of a shift end.
  static let shiftSeconds: Int64 = 8 * 3600
}

/// A group with a queue.
struct Group {
  let id: String
  let tag: String
  let name: String

  init(_ id: String, _ name: String) {
    self.id = id
    tag = "group:" + id
    self.name = name
  }

  static let firstRussian = 0
  static let firstEnglish = 1
  static let experts = 2
  static let billing = 3

  static let all = [
    Group("gr-first-ru", "Первая линия"), Group("gr-first-en", "First line"),
    Group("gr-experts", "Experts"), Group("gr-billing", "Billing"),
  ]
}
