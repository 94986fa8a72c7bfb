import CasefileModel
import CasefileProjections

extension EnglishPhrases {
  func events(_ count: Int) -> String { self.count(count, "event") }

  var noEvents: String { "no events" }

  func basis(_ basis: Origin.Basis) -> String {
    switch basis {
    case .live: "live"
    case .imported: "imported"
    case .enteredLater: "entered later"
    default: "basis unknown"
    }
  }

  func corrected(by positions: String) -> String { "corrected by \(positions)" }

  func retracted(by position: String) -> String { "retracted by \(position)" }

  func run(holder: String?, count: Int, kinds: String) -> String {
    "held by \(holder ?? "nobody"), \(events(count)): \(kinds)"
  }

  func positions(_ ranges: String) -> String { "positions \(ranges)" }

  func folded(_ count: Int) -> String {
    "\(events(count)), folded by day and holder; --all shows every one"
  }

  func leftOut(_ count: Int, before time: String) -> String {
    "left out: \(events(count)) before \(time)"
  }

  func leftOut(_ count: Int, from time: String) -> String {
    "left out: \(events(count)) from \(time) on"
  }

  func leftOut(_ count: Int, otherThan topics: [EventTopic]) -> String {
    "left out: \(events(count)) that are not about "
      + topics.map(\.rawValue).joined(separator: ", ")
  }

  func withheld(_ count: Int, _ visibility: Visibility, _ ranges: String) -> String {
    let word = visibility.name ?? "of visibility \(visibility.rawValue)"
    return "withheld: \(events(count)), \(word): \(ranges)"
  }

  func textsHidden(_ count: Int) -> String {
    "\(self.count(count, "text")) not shown; --text full shows all"
  }

  func textsShortened(_ count: Int) -> String {
    "\(self.count(count, "text")) shortened; --text full shows all of it"
  }

  func ticket(_ id: String) -> String { "ticket \(id)" }

  func read(_ option: String, _ date: String, as instant: String, in zone: String) -> String {
    "\(option) \(date) is \(instant) (\(zone))"
  }
}
