import CasefileModel

/// Somebody who serves clients, with what the desk knows of the moment.
final class Agent {
  let place: Int
  /// Whether the agent was there when the desk opened.
  var isFirst = true
  let id: String
  let name: String
  let team: Int
  let shiftHour: Int64
  let tags: [String]
  let actor: Actor
  let stream: StreamID
  /// How many of a thousand careless acts happen: people differ, and reports should show it.
  let carelessness: Int
  /// How fast, in percent of the usual time.
  let pace: Int64

  var isOnDuty = false
  var isAbsent = false
  /// Whether a planned absence begins after the present shift.
  var leavesAfterShift = false
  var hasLeft = false
  var shiftEnd: Int64 = 0
  /// Until when the agent's work is given out.
  var freeAt: Int64 = 0
  /// The tickets that the agent holds, by place.
  var held: [Int] = []
  var shiftCount = 0
  var shift = ""
  var absence = ""
  var absenceEnd: Int64 = 0
  /// Weeks of an absence that still lie ahead.
  var weeksAway = 0
  var absenceKind = AbsenceKind.other
  var reviewCount = 0

  private static let names: [(id: String, name: String)] = [
    ("anna", "Анна Волкова"), ("boris", "Boris Lindgren"), ("clara", "Clara Stone"),
    ("dmitri", "Дмитрий Орлов"), ("elena", "Елена Зайцева"), ("farid", "Farid Karimov"),
    ("greta", "Greta Holm"), ("hugo", "Hugo Meyer"), ("irina", "Ирина Белова"),
    ("jonas", "Jonas Weber"), ("kirill", "Кирилл Носов"), ("laura", "Laura Price"),
    ("marina", "Марина Дёмина"), ("nikhil", "Nikhil Rao"), ("oleg", "Олег Сорокин"),
    ("priya", "Priya Nair"), ("quentin", "Quentin Hart"), ("rita", "Рита Громова"),
    ("stepan", "Степан Ушаков"), ("tanya", "Таня Лапина"), ("uma", "Uma Iyer"),
    ("victor", "Victor Dale"), ("wanda", "Wanda Krol"), ("yuri", "Юрий Чехов"),
  ]

  init(place: Int, team: Int, shiftHour: Int64, dice: inout Dice) {
    self.place = place
    self.team = team
    self.shiftHour = shiftHour
    let known = Agent.names[place % Agent.names.count]
    let round = place / Agent.names.count
    id = "ag-" + known.id + (round == 0 ? "" : String(round + 1))
    name = known.name + (round == 0 ? "" : " " + String(round + 1))
    tags = ["agent:" + id]
    actor = Actor(.agent, id)
    stream = StreamID(stored: "agent/" + id)
    carelessness = [0, 15, 30, 60, 120][dice.below(5)]
    pace = dice.between(75, 140)
  }

  /// For how many days the agent has worked here when the desk hears of it first: those who come later
  /// begin on that day.
  var daysBefore: Int64 { isFirst ? Int64(place) * 97 % 1_500 : 0 }

  /// How many tickets an agent holds at most, waiting ones included.
  static let capacity = 60
}
