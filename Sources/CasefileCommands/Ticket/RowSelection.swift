import ArgumentParser
import CasefileModel
import CasefileProjections

/// How much of the texts is shown.
enum TextLength: String, ExpressibleByArgument, CaseIterable {
  case full, short, none

  /// So many characters, as a reader counts them, stay of a short text.
  static let shortCount = 200

  /// The text in this length; nil where it isn't shown.
  func apply(_ text: String) -> String? {
    switch self {
    case .full: return text
    case .none: return nil
    case .short:
      let rest = text.count - TextLength.shortCount
      return rest > 0 ? text.prefix(TextLength.shortCount) + "… (+\(rest))" : text
    }
  }
}

/// Which rows of a case are shown, and what to say of those that are not.
struct RowSelection {
  /// From this time on.
  var since: Timestamp?
  /// Before this time.
  var until: Timestamp?
  /// About any of these; empty: about everything.
  var topics: [EventTopic] = []

  /// What the selection leaves out.
  struct Rest {
    var before: [Position] = []
    var from: [Position] = []
    var otherTopics: [Position] = []
    var withheld: [Visibility: [Position]] = [:]
  }

  /// Divides the rows of a case; each row that is left out is counted once.
  func apply(_ rows: [CaseView.Row]) -> (rows: [CaseView.Row], rest: Rest) {
    var rest = Rest()
    let shown = rows.filter { row in
      let position = row.entry.position
      if let since, row.entry.occurredAt < since {
        rest.before.append(position)
      } else if let until, row.entry.occurredAt >= until {
        rest.from.append(position)
      } else if !topics.isEmpty, !topics.contains(where: { $0.covers(row.entry) }) {
        rest.otherTopics.append(position)
      } else if let visibility = row.view.withheld[position] {
        rest.withheld[visibility, default: []].append(position)
      } else {
        return true
      }
      return false
    }
    return (shown, rest)
  }

  /// What was left out, with its positions: nothing is dropped silently.
  ///
  /// - Parameter cutCount: how many texts were cut or not shown at all.
  func notes(_ rest: Rest, voice: Voice, cutCount: Int, _ length: TextLength) -> [String] {
    let phrases = voice.phrases
    var notes: [String] = []
    func note(_ positions: [Position], _ text: (Int) -> String) {
      guard !positions.isEmpty else { return }
      notes.append("\(text(positions.count)): \(TicketTimeline.ranges(positions))")
    }
    if let since {
      note(rest.before) { phrases.leftOut($0, before: voice.zone.text(since)) }
    }
    if let until {
      note(rest.from) { phrases.leftOut($0, from: voice.zone.text(until)) }
    }
    note(rest.otherTopics) { phrases.leftOut($0, otherThan: topics) }
    for (visibility, positions) in rest.withheld.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      notes.append(
        phrases.withheld(positions.count, visibility, TicketTimeline.ranges(positions)))
    }
    if cutCount > 0 {
      notes.append(
        length == .none ? phrases.textsHidden(cutCount) : phrases.textsShortened(cutCount))
    }
    return notes
  }
}
