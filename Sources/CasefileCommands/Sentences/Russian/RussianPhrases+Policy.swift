import CasefileModel

extension RussianPhrases {
  func label(_ column: PolicyColumn) -> String {
    switch column {
    case .policy: "регламент"
    case .calendar: "календарь"
    case .version: "версия"
    case .inForceFrom: "действует с"
    case .clocks: "отсчёты"
    case .zone: "зона"
    case .dates: "дат"
    case .position: "позиция"
    }
  }

  func label(_ field: PolicyField) -> String {
    switch field {
    case .name: "название"
    case .effectiveFrom: "действует с"
    case .mode: "заявки под другой версией"
    case .rank: "очерёдность"
    case .rules: "условия"
    case .clock: "отсчёт"
    case .targetSec: "норма"
    case .targetSecByPriority: "норма по приоритету"
    case .calendar: "календарь"
    case .pauseOn: "стоит при ожидании"
    case .startOn: "начало"
    case .stopOn: "конец"
    case .stopStatuses: "статусы конца"
    case .reopen: "при повторном открытии"
    case .warnBeforeSec: "предупреждает за"
    }
  }

  func versionTitle(_ id: String, _ version: Int64, name: String?) -> String {
    "\(id), версия \(version)" + (name.map { ": \($0)" } ?? "")
  }

  func inForce(from time: String?, position: String?) -> String {
    (time.map { "действует с \($0)" } ?? "действует всегда") + (position.map { ", \($0)" } ?? "")
  }

  var always: String { "всегда" }
  func otherVersions(_ mode: String) -> String { "заявки под другой версией: \(mode)" }
  func rank(_ rank: Int64) -> String { "очерёдность \(rank)" }
  func rule(_ id: String, _ conditions: [String]) -> String {
    "условие \(id): " + conditions.joined(separator: " и ")
  }

  func condition(_ field: String, _ relation: ConditionRelation, _ values: [String]) -> String {
    let list = values.joined(separator: ", ")
    return switch relation {
    case .oneOf: "\(field): одно из \(list)"
    case .noneOf: "\(field): ни одно из \(list)"
    case .contains: "\(field) содержит \(list)"
    case .atLeast: "\(field) не меньше \(list)"
    case .atMost: "\(field) не больше \(list)"
    case .present: "\(field) указано"
    case .absent: "\(field) не указано"
    default: "\(field) \(relation.rawValue) \(list)"
    }
  }

  func terms(_ terms: ClockTermsPhrase) -> String {
    var text = "\(terms.name): норма \(terms.targets.joined(separator: ", "))"
    text += terms.calendar.map { " по календарю \($0)" } ?? " круглосуточно"
    if !terms.pauses.isEmpty {
      text += "; стоит, пока ждёт: " + terms.pauses.joined(separator: ", ")
    }
    text += "; начало: \(terms.starts.joined(separator: ", "))"
    text += "; конец: \(terms.stops.joined(separator: ", "))"
    if !terms.statuses.isEmpty { text += " (\(terms.statuses.joined(separator: ", ")))" }
    return text + "; при повторном открытии: \(terms.reopen)"
  }

  var noDifference: String { "различий нет" }

  func weekday(_ day: Int) -> String {
    [
      "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
    ][day % 7]
  }

  var dayOff: String { "выходной" }

  func observed(_ isBreach: Bool, ticket: String, clock: String, due: String) -> String {
    "\(isBreach ? "нарушение" : "предупреждение"): заявка \(ticket), \(clock), срок \(due)"
  }

  func tried(tickets: Int, differences: Int) -> String {
    "заявок: \(tickets), выводов иначе: \(differences)"
  }

  var noVerdicts: String { "нет" }
}
