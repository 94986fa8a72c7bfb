import CasefileModel
import CasefileProjections

/// The rows of a case for people: when, who, what, how we know, and the texts.
struct TicketTimeline {
  /// Longer timelines are folded.
  static let foldAbove = 60

  /// One event.
  struct Row: Hashable {
    let day: String
    let time: String
    /// The ticket, where there are rows of several.
    let ticket: String?
    /// Whether that is a contact.
    var isContact = false
    let who: String
    let what: String
    let how: String
    let quotes: [Sentence.Quote]
    let holder: String?
    let position: Position
    let title: String
  }

  let rows: [Row]
  let phrases: any Phrases
  let ink: Ink
  private let rest: RowSelection.Rest
  private let selection: RowSelection
  private let voice: Voice
  private let length: TextLength
  private let cutCount: Int

  init(
    _ file: CaseView, voice: Voice, selection: RowSelection = RowSelection(),
    length: TextLength = .full, ink: Ink = .plain
  ) {
    let writer = RowWriter(file, voice: voice, length: length)
    let (shown, rest) = selection.apply(file.rows)
    let written = shown.map { writer.row($0) }
    rows = written.map(\.row)
    cutCount = written.reduce(0) { $0 + $1.cut }
    phrases = voice.phrases
    self.voice = voice
    self.rest = rest
    self.selection = selection
    self.length = length
    self.ink = ink
  }

  /// The lines: all rows, or where there are many, one line for each day and holder; then what was
  /// left out.
  func lines(width: Int, showsAll: Bool = false) -> [String] {
    var lines: [String] = []
    var notes: [String] = []
    if rows.isEmpty {
      lines = [phrases.noEvents]
    } else if rows.count <= TicketTimeline.foldAbove || showsAll {
      lines = layout(rows, width)
    } else {
      for run in runs() {
        // A line for two or three rows would say less and save nothing.
        lines += run.count <= 3 ? layout(run, width) : folded(run, width)
      }
      notes.append(phrases.folded(rows.count))
    }
    notes += selection.notes(rest, voice: voice, cutCount: cutCount, length)
    if !notes.isEmpty {
      lines.append("")
      lines += notes.flatMap { DisplayWidth.wrap(VisibleText.escape($0), to: width) }
    }
    return lines
  }

  /// The ticket or the contact of a row, where there are several.
  func place(_ row: Row) -> String? {
    row.ticket.map { row.isContact ? $0 : phrases.ticket($0) }
  }

  // MARK: Folding

  private func runs() -> [[Row]] {
    var runs: [[Row]] = []
    for row in rows {
      if let last = runs.last?.last, last.day == row.day, last.holder == row.holder,
        last.ticket == row.ticket
      {
        runs[runs.count - 1].append(row)
      } else {
        runs.append([row])
      }
    }
    return runs
  }

  private func folded(_ run: [Row], _ width: Int) -> [String] {
    var counts: [String: Int] = [:]
    for row in run { counts[row.title, default: 0] += 1 }
    let kinds = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      $0.value == 1 ? $0.key : "\($0.value) × \($0.key)"
    }
    let ticket = place(run[0]).map { $0 + ", " } ?? ""
    let text =
      ticket
      + phrases.run(
        holder: run[0].holder, count: run.count, kinds: kinds.joined(separator: ", "))
    let positions = phrases.positions(TicketTimeline.ranges(run.map(\.position)))
    let lines = DisplayWidth.wrap(VisibleText.escape(text), to: width - 12)
    let first = ink.strong(run[0].day) + "  " + lines[0]
    let indent = String(repeating: " ", count: 12)
    return [first] + lines.dropFirst().map { indent + $0 }
      + DisplayWidth.wrap(positions, to: width - 12).map { indent + ink.faint($0) }
  }

  /// Positions in short: `#1–#4, #7`.
  static func ranges(_ positions: [Position]) -> String {
    var ranges: [(first: UInt64, last: UInt64)] = []
    for position in positions.map(\.rawValue).sorted() {
      if let last = ranges.last, last.last + 1 == position {
        ranges[ranges.count - 1].last = position
      } else {
        ranges.append((position, position))
      }
    }
    return ranges.map { $0.first == $0.last ? "#\($0.first)" : "#\($0.first)–#\($0.last)" }
      .joined(separator: ", ")
  }
}
