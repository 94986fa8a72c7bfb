import CasefileModel
import CasefileProjections

extension RussianPhrases {
  func events(_ count: Int) -> String {
    RussianPlural.text(count, "событие", "события", "событий")
  }

  var noEvents: String { "событий нет" }

  func basis(_ basis: Origin.Basis) -> String {
    switch basis {
    case .live: "по ходу"
    case .imported: "импорт"
    case .enteredLater: "внесено позже"
    default: "происхождение неизвестно"
    }
  }

  func corrected(by positions: String) -> String { "исправлено \(positions)" }

  func retracted(by position: String) -> String { "отозвано \(position)" }

  func run(holder: String?, count: Int, kinds: String) -> String {
    (holder.map { "ответственный \($0)" } ?? "без ответственного") + ", \(events(count)): \(kinds)"
  }

  func positions(_ ranges: String) -> String { "позиции \(ranges)" }

  func folded(_ count: Int) -> String {
    "\(events(count)), свёрнуто по дням и ответственным; все строки — с ключом --all"
  }

  func leftOut(_ count: Int, before time: String) -> String {
    "не показано: \(events(count)) до \(time)"
  }

  func leftOut(_ count: Int, from time: String) -> String {
    "не показано: \(events(count)) начиная с \(time)"
  }

  func leftOut(_ count: Int, otherThan topics: [EventTopic]) -> String {
    let names = topics.map { topic in
      switch topic {
      case .messages: "сообщения"
      case .calls: "звонки"
      case .responsibility: "ответственность"
      case .deadlines: "сроки"
      case .changes: "изменения"
      case .corrections: "исправления"
      }
    }
    return "не показано: \(events(count)) на другие темы (показаны: "
      + names.joined(separator: ", ") + ")"
  }

  func withheld(_ count: Int, _ visibility: Visibility, _ ranges: String) -> String {
    let word =
      switch visibility {
      case .internal: RussianPlural.form(count, "внутреннее", "внутренних", "внутренних")
      case .restricted:
        "с ограниченным доступом"
      default: "с видимостью \(visibility.rawValue)"
      }
    return "скрыто: \(events(count)), \(word): \(ranges)"
  }

  func textsHidden(_ count: Int) -> String {
    "не показано текстов: \(count); с ключом --text full видны все"
  }

  func textsShortened(_ count: Int) -> String {
    "сокращено текстов: \(count); с ключом --text full видны целиком"
  }

  func ticket(_ id: String) -> String { "заявка \(id)" }

  func read(_ option: String, _ date: String, as instant: String, in zone: String) -> String {
    "\(option) \(date) — это \(instant) (\(zone))"
  }
}
