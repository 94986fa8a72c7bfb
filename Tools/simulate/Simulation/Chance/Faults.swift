/// What goes wrong at a desk besides the work itself.
package struct Faults: OptionSet, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Replies, notes and calls that are recorded hours after they happened.
  package static let late = Faults(rawValue: 1)
  /// Corrections of what was recorded wrongly.
  package static let corrections = Faults(rawValue: 2)
  /// Records that are taken back.
  package static let retractions = Faults(rawValue: 4)
  /// Tickets and clients that are joined.
  package static let merges = Faults(rawValue: 8)
  /// Tickets that become two.
  package static let splits = Faults(rawValue: 16)
  /// Times by a clock that goes wrong, some corrected later.
  package static let clocks = Faults(rawValue: 32)
  /// Channels that are out of order.
  package static let outages = Faults(rawValue: 64)
  /// Calls without a recording.
  package static let recordings = Faults(rawValue: 128)

  package static let all = Faults(rawValue: 255)

  /// The words of the option `--faults`.
  package static let words: [(String, Faults)] = [
    ("late", .late), ("corrections", .corrections), ("retractions", .retractions),
    ("merges", .merges), ("splits", .splits), ("clocks", .clocks), ("outages", .outages),
    ("recordings", .recordings),
  ]

  /// Reads `all`, `none` or words joined by commas; nil for anything else.
  package init?(_ text: String) {
    switch text {
    case "all": self = .all
    case "none": self = []
    default:
      var found: Faults = []
      for word in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let known = Faults.words.first(where: { $0.0 == word }) else { return nil }
        found.insert(known.1)
      }
      self = found
    }
  }
}
