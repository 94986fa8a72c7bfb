import Casefile
import CasefileModel
import CasefileProjections

/// The rows of a client for people: when, in which ticket or contact, who, what, and the texts.
struct ClientTimeline {
  /// One event.
  private struct Row {
    let day: String
    let time: String
    let place: String
    let who: String
    let what: String
    let quotes: [Sentence.Quote]
    let position: Position
    let type: String
  }

  /// Longer timelines are folded.
  static let foldAbove = 60
  private let rows: [Row]
  private let phrases: any Phrases
  private let ink: Ink

  init(_ view: ClientView, voice: Voice, ink: Ink = .plain) {
    phrases = voice.phrases
    self.ink = ink
    let zone = voice.zone
    rows = view.entries.map { row in
      let entry = row.entry
      let sentence = ClientTimeline.sentence(entry, voice)
      var note = EntryNote.text(entry, voice.phrases)
      if row.basis == .address { note += ", \(voice.phrases.foundByAddress)" }
      return Row(
        day: zone.day(entry.occurredAt), time: zone.text(entry.occurredAt),
        place: VisibleText.escape(Place.text(row.ticket, row.stream)),
        who: VisibleText.escape(voice.actor(entry.actor, at: entry.occurredAt)),
        what: VisibleText.escape("\(sentence.what)  \(note)"), quotes: sentence.quotes,
        position: entry.position, type: voice.title(of: entry.typeName))
    }
  }

  /// What happened, in words.
  private static func sentence(_ entry: TicketEntry, _ voice: Voice) -> Sentence {
    let data = entry.correctedData ?? (try? voice.schema.data(of: entry.event).data) ?? .object([])
    return voice.sentence(for: entry.typeName, data, by: entry.actor, at: entry.occurredAt)
  }

  /// The lines: all rows, or where there are many, one line for each day and ticket.
  func lines(width: Int, showsAll: Bool) -> [String] {
    guard !rows.isEmpty else { return [phrases.noEvents] }
    guard rows.count > ClientTimeline.foldAbove, !showsAll else { return layout(rows, width) }
    var lines: [String] = []
    for run in runs() {
      // A line for two or three rows would say less and save nothing.
      lines += run.count <= 3 ? layout(run, width) : folded(run, width)
    }
    return lines + ["", phrases.foldedByTicket(rows.count)]
  }

  /// The rows as a table, or where a name would have to be cut, each on lines of its own: all in one
  /// manner, however they are folded.
  private func layout(_ shown: [Row], _ width: Int) -> [String] {
    let place = rows.map { DisplayWidth.of($0.place) }.max() ?? 0
    let who = rows.map { DisplayWidth.of($0.who) }.max() ?? 0
    let indent = 26 + 2 + place + 2 + who + 2
    let isTable = width - indent >= 40
    return shown.flatMap { row in
      isTable
        ? wide(row, place: place, who: who, indent: indent, width: width) : narrow(row, width)
    }
  }

  private func wide(_ row: Row, place: Int, who: Int, indent: Int, width: Int) -> [String] {
    var head = DisplayWidth.pad(row.time, to: 26) + "  " + DisplayWidth.pad(row.place, to: place)
    let padding = String(repeating: " ", count: max(0, who - DisplayWidth.of(row.who)))
    head += "  " + ink.strong(row.who) + padding
    let whats = DisplayWidth.wrap(row.what, to: width - indent)
    let space = String(repeating: " ", count: indent)
    var lines = [head + "  " + (whats.first ?? "")]
    lines += whats.dropFirst().map { space + $0 }
    return lines.map(trimmed) + quotes(row, indent: indent, width: width)
  }

  private func narrow(_ row: Row, _ width: Int) -> [String] {
    var lines = DisplayWidth.wrap("\(row.time)  \(row.place)  \(row.who)", to: width)
    lines += DisplayWidth.wrap(row.what, to: width - 4).map { trimmed("    " + $0) }
    return lines + quotes(row, indent: 4, width: width)
  }

  private func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }

  private func quotes(_ row: Row, indent: Int, width: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    return row.quotes.flatMap { quote in
      let label = quote.label.map { "\($0): " } ?? ""
      return VisibleText.lines(quote.text).enumerated().flatMap { index, text in
        DisplayWidth.wrap((index == 0 ? label : "") + text, to: max(20, width - indent - 2))
          .map { trimmed("\(space)│ \($0)") }
      }
    }
  }

  private func runs() -> [[Row]] {
    var runs: [[Row]] = []
    for row in rows {
      if let last = runs.last?.last, last.day == row.day, last.place == row.place {
        runs[runs.count - 1].append(row)
      } else {
        runs.append([row])
      }
    }
    return runs
  }

  private func folded(_ run: [Row], _ width: Int) -> [String] {
    var counts: [String: Int] = [:]
    for row in run { counts[row.type, default: 0] += 1 }
    let kinds = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      $0.value == 1 ? $0.key : "\($0.value) × \($0.key)"
    }
    let text = phrases.runOfPlace(
      run[0].place, count: run.count, kinds: VisibleText.escape(kinds.joined(separator: ", ")))
    let positions = phrases.positions(TicketTimeline.ranges(run.map(\.position)))
    let lines = DisplayWidth.wrap(text, to: max(20, width - 12))
    let space = String(repeating: " ", count: 12)
    return [ink.strong(run[0].day) + "  " + lines[0]] + lines.dropFirst().map { space + $0 }
      + DisplayWidth.wrap(positions, to: max(20, width - 12)).map { space + ink.faint($0) }
  }
}
