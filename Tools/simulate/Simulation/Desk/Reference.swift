import CasefileModel

/// A registered channel.
struct Entry {
  let id: String
  let name: String
  let channel: Channel
  /// Of a hundred contacts, how many come by it.
  let share: Int

  static let all = [
    Entry(id: "ch-mail", name: "support@desk.example", channel: .email, share: 38),
    Entry(id: "ch-chat", name: "Chat on the site", channel: .chat, share: 14),
    Entry(id: "ch-telegram", name: "@desk_bot", channel: .telegram, share: 12),
    Entry(id: "ch-phone", name: "Line 100", channel: .phone, share: 21),
    Entry(id: "ch-web", name: "Form", channel: .web, share: 9),
    Entry(id: "ch-whatsapp", name: "WhatsApp", channel: .whatsapp, share: 3),
    Entry(id: "ch-app", name: "App", channel: .app, share: 3),
  ]
  static let shares = all.map(\.share)
  static let phone = 3

  static func id(of channel: Channel) -> String? { all.first { $0.channel == channel }?.id }
}

/// The words of priorities, the lowest first.
enum Priority {
  static let all = ["low", "normal", "high", "urgent"]
  static let urgent = 3
}

/// A deadline policy of the desk.
struct Policy {
  let id: String
  let name: String
  let calendar: String?
  let rank: Int64
  let conditions: [PolicyCondition]
  /// Seconds to the first reply, by priority from the lowest.
  let reply: [Int64]
  let resolution: [Int64]

  static let urgent = 0

  static let all = [
    Policy(
      id: "pol-urgent", name: "Urgent, around the clock", calendar: nil, rank: 1,
      conditions: [PolicyCondition(field: "priority", relation: .oneOf, values: ["urgent"])],
      reply: [3600, 3600, 3600, 3600], resolution: [28_800, 28_800, 28_800, 28_800]),
    Policy(
      id: "pol-ru", name: "Первая линия", calendar: "cal-ru", rank: 2,
      conditions: [
        PolicyCondition(field: "groupId", relation: .oneOf, values: ["gr-first-ru", "gr-experts"])
      ],
      reply: [14_400, 7200, 3600, 1800], resolution: [144_000, 72_000, 36_000, 14_400]),
    Policy(
      id: "pol-en", name: "First line", calendar: "cal-en", rank: 3, conditions: [],
      reply: [14_400, 7200, 3600, 1800], resolution: [144_000, 72_000, 36_000, 14_400]),
  ]

  /// How strict a version is: of the first one's targets so many percent.
  static func percent(_ version: Int64) -> Int64 {
    version == 1 ? 100 : version.isMultiple(of: 2) ? 75 : 110
  }

  /// What a version asks for: the second is stricter, the third milder again.
  func clocks(version: Int64) -> [PolicyClock] {
    let percent = Policy.percent(version)
    var clocks: [PolicyClock] = []
    for (clock, targets, stop) in [
      ("firstReply", reply, [] as [ClockEvent]), ("nextReply", reply, []),
      ("resolution", resolution, Policy.endsByProposal(version) ? [] : [.confirmed, .closed]),
    ] {
      var byPriority: [String: Int64] = [:]
      for (word, target) in zip(Priority.all, targets) { byPriority[word] = target * percent / 100 }
      clocks.append(
        PolicyClock(
          clock: clock, targetSeconds: targets[1] * percent / 100,
          targetSecondsByPriority: byPriority, calendarId: calendar,
          pauseOn: clock == "resolution" ? [.client, .clientConfirmation, .vendor] : [],
          stopOn: stop, reopen: Policy.beginsAnew(version) ? .newInstance : .continue,
          warnBeforeSeconds: [1800]))
    }
    return clocks
  }
}

/// A working calendar of the desk.
struct WorkCalendar {
  let id: String
  let name: String
  let zone: Zone
  let days: ClosedRange<Int>
  let hours: [DayInterval]
  /// Month, day and name of each holiday.
  let holidays: [(month: Int, day: Int, label: String)]

  static let all = [
    WorkCalendar(
      id: "cal-ru", name: "Россия", zone: .moscow, days: 0...4,
      hours: [DayInterval(from: "09:00", to: "13:00"), DayInterval(from: "14:00", to: "20:00")],
      holidays: [
        (1, 1, "Новый год"), (1, 2, "Каникулы"), (1, 5, "Каникулы"), (1, 6, "Каникулы"),
        (1, 7, "Рождество"), (1, 8, "Каникулы"), (2, 23, "День защитника Отечества"),
        (3, 9, "Женский день, перенос"), (5, 1, "Праздник весны"), (5, 11, "День Победы, перенос"),
        (6, 12, "День России"), (11, 4, "День народного единства"),
      ]),
    WorkCalendar(
      id: "cal-en", name: "Berlin", zone: .berlin, days: 0...5,
      hours: [DayInterval(from: "08:00", to: "20:00")],
      holidays: [
        (1, 1, "Neujahr"), (5, 1, "Tag der Arbeit"), (10, 3, "Tag der Deutschen Einheit"),
        (12, 25, "Weihnachten"), (12, 26, "Weihnachten"),
      ]),
    WorkCalendar(
      id: "cal-us", name: "New York", zone: .newYork, days: 0...4,
      hours: [DayInterval(from: "09:00", to: "18:00")],
      holidays: [(1, 1, "New Year"), (7, 4, "Independence Day"), (12, 25, "Christmas")]),
  ]

  static let weekdays: [Weekday] = [
    .monday, .tuesday, .wednesday, .thursday, .friday, .saturday, .sunday,
  ]

  var weekly: [WeeklyHours] {
    days.map { WeeklyHours(day: WorkCalendar.weekdays[$0], intervals: hours) }
  }

  /// The holidays of some years; each version of the calendar knows one more year.
  func exceptions(from year: Int, years: Int) -> [CalendarException] {
    var exceptions: [CalendarException] = []
    for offset in 0..<years {
      for holiday in holidays {
        let date = WorkCalendar.date(year + offset, holiday.month, holiday.day)
        exceptions.append(CalendarException(date: date, label: holiday.label))
      }
    }
    return exceptions
  }

  static func date(_ year: Int, _ month: Int, _ day: Int) -> String {
    String(year) + (month < 10 ? "-0" : "-") + String(month) + (day < 10 ? "-0" : "-")
      + String(day)
  }
}

/// An answer template.
struct Template {
  static let ids = ["tpl-received", "tpl-reset", "tpl-tracking", "tpl-form"]
  static let names = [
    "We have your message", "Reset a password", "Track a parcel", "Form to fill in",
  ]
}

/// What quality control looks at.
enum Scorecard {
  static let id = "sc-1"
  static let criteria: [(code: String, weight: Int64, isCritical: Bool)] = [
    ("understanding", 300, false), ("solution", 400, false), ("tone", 200, false),
    ("data", 100, true),
  ]
}
