/// A reason for contacts.
struct Topic {
  let id: String
  let tag: String
  let name: String
  let english: String
  let russian: String
  /// The group that can answer it, where the first line can't.
  let group: Int?
  /// Of a hundred contacts, how many are about it.
  let share: Int
  /// The diagnostic steps that its tickets call for; others have none.
  var checklist: [String] {
    switch id {
    case "login": ["dx-account", "dx-log"]
    case "failure": ["dx-log", "dx-vendor", "dx-repeat"]
    case "delivery": ["dx-vendor"]
    default: []
    }
  }

  init(_ id: String, _ english: String, _ russian: String, group: Int? = nil, share: Int) {
    self.id = id
    tag = "topic:" + id
    name = english
    self.english = english
    self.russian = russian
    self.group = group
    self.share = share
  }

  static let all = [
    Topic("invoice", "invoice", "счёт", group: Group.billing, share: 20),
    Topic("login", "login", "вход", share: 24),
    Topic("delivery", "delivery", "доставка", share: 22),
    Topic("contract", "contract", "договор", group: Group.billing, share: 9),
    Topic("failure", "service", "сервис", group: Group.experts, share: 15),
    Topic("refund", "refund", "возврат", share: 10),
  ]
}
