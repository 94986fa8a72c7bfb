import CasefileModel
import CasefileProjections

/// The rows of a ticket for people: when, who, what, how we know, and the texts.
struct TicketTimeline {
  /// Longer timelines are folded.
  static let foldAbove = 60

  /// One event.
  struct Row: Hashable {
    let day: String
    let time: String
    let who: String
    let what: String
    let how: String
    let quotes: [Sentence.Quote]
    let holder: String?
    let position: Position
    let type: String
  }

  private let rows: [Row]

  init(_ view: TicketView, zone: Zone, schema: EventSchema = .builtIn) {
    let words = EnglishSentences(zone: zone, schema: schema)
    let positions = Dictionary(
      view.entries.map { ($0.event.envelope.id.description, $0.position) },
      uniquingKeysWith: { first, _ in first })
    rows = view.entries.map { entry in
      let data = TicketTimeline.data(of: entry, schema: schema, positions: positions)
      let sentence = words.sentence(for: entry.typeName, data, by: entry.actor)
      return Row(
        day: zone.day(entry.occurredAt), time: zone.text(entry.occurredAt),
        who: VisibleText.escape(ActorName.text(entry.actor)),
        what: VisibleText.escape(sentence.what), how: TicketTimeline.how(entry),
        quotes: sentence.quotes, holder: TicketTimeline.holder(view.state, at: entry.effectiveAt),
        position: entry.position, type: entry.typeName)
    }
  }

  /// The lines: all rows, or where there are many, one line for each day and holder.
  func lines(width: Int, showsAll: Bool = false) -> [String] {
    guard !rows.isEmpty else { return ["no events"] }
    if rows.count <= TicketTimeline.foldAbove || showsAll {
      return layout(rows, width)
    }
    var lines: [String] = []
    for run in runs() {
      // A line for two or three rows would say less and save nothing.
      lines += run.count <= 3 ? layout(run, width) : folded(run, width)
    }
    lines.append("")
    lines.append("\(rows.count) events, folded by day and holder; --all shows every one")
    return lines
  }

  /// How an entry is known: where it stands, how it came in, and what was said of it since.
  private static func how(_ entry: TicketEntry) -> String {
    var text = "#\(entry.position)"
    switch entry.event.envelope.origin?.basis ?? .live {
    case .live: text += " live"
    case .imported: text += " imported"
    case .enteredLater: text += " entered later"
    default: text += " basis unknown"
    }
    if entry.event.envelope.visibility != .public {
      text += ", \(entry.event.envelope.visibility.word)"
    }
    let corrections = entry.corrections.filter(\.isApplied).map { "#\($0.position)" }
    if !corrections.isEmpty { text += ", corrected by \(corrections.joined(separator: ", "))" }
    if let position = entry.retractedBy { text += ", retracted by #\(position)" }
    return text
  }

  /// The fields for a sentence, corrections applied; an event of this ticket is named by its row.
  /// Fields that can't be read are named in the head, and the row still stands.
  private static func data(
    of entry: TicketEntry, schema: EventSchema, positions: [String: Position]
  ) -> JSONValue {
    let data = entry.correctedData ?? (try? schema.data(of: entry.event).data) ?? .object([])
    guard entry.isAmendment, case .object(let members) = data else { return data }
    return .object(
      members.map { member in
        guard member.name == "targetEventId", case .string(let id) = member.value,
          let position = positions[id]
        else { return member }
        return JSONValue.Member(member.name, .string("#\(position)"))
      })
  }

  private static func holder(_ state: TicketState, at instant: Timestamp) -> String? {
    state.responsibility.last { span in
      span.from <= instant && span.until.map { instant < $0 } ?? true
    }?.holder
  }

  // MARK: Layout

  private func layout(_ rows: [Row], _ width: Int) -> [String] {
    let whoWidth = min(24, rows.map { DisplayWidth.of($0.who) }.max() ?? 0)
    let howWidth = min(24, rows.map { DisplayWidth.of($0.how) }.max() ?? 0)
    let room = width - 26 - whoWidth - howWidth - 6
    // The last column stays near the others, however wide the terminal is.
    let wanted = rows.map { DisplayWidth.of($0.what) }.max() ?? 0
    let whatWidth = min(room, max(60, min(100, wanted)))
    return rows.flatMap { row in
      room >= 40 ? wide(row, whoWidth, whatWidth, howWidth) : narrow(row, whoWidth, width)
    }
  }

  /// Everything on one line.
  private func wide(_ row: Row, _ who: Int, _ what: Int, _ how: Int) -> [String] {
    let whats = DisplayWidth.wrap(row.what, to: what)
    let hows = DisplayWidth.wrap(row.how, to: how)
    let indent = String(repeating: " ", count: 26 + 2)
    var lines: [String] = []
    for index in 0..<max(whats.count, hows.count) {
      let left =
        index == 0
        ? DisplayWidth.pad(row.time, to: 26) + "  " + DisplayWidth.pad(row.who, to: who)
        : indent + String(repeating: " ", count: who)
      let text = DisplayWidth.pad(index < whats.count ? whats[index] : "", to: what)
      lines.append(trimmed("\(left)  \(text)  \(index < hows.count ? hows[index] : "")"))
    }
    return lines + quotes(row, indent: 26 + 2 + who + 2, width: 26 + 2 + who + 2 + what)
  }

  /// When, who and how on one line, what below.
  private func narrow(_ row: Row, _ who: Int, _ width: Int) -> [String] {
    var lines = DisplayWidth.wrap(
      trimmed("\(row.time)  \(DisplayWidth.pad(row.who, to: who))  \(row.how)"), to: width)
    lines += DisplayWidth.wrap(row.what, to: width - 4).map { "    " + $0 }
    return lines + quotes(row, indent: 4, width: width)
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

  private func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }

  // MARK: Folding

  private func runs() -> [[Row]] {
    var runs: [[Row]] = []
    for row in rows {
      if let last = runs.last?.last, last.day == row.day, last.holder == row.holder {
        runs[runs.count - 1].append(row)
      } else {
        runs.append([row])
      }
    }
    return runs
  }

  private func folded(_ run: [Row], _ width: Int) -> [String] {
    let holder = run[0].holder.map { "held by \($0)" } ?? "held by nobody"
    var counts: [String: Int] = [:]
    for row in run { counts[row.type, default: 0] += 1 }
    let kinds = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      $0.value == 1 ? $0.key : "\($0.value) × \($0.key)"
    }
    let text = VisibleText.escape(
      "\(run[0].day)  \(holder), \(run.count) events: \(kinds.joined(separator: ", "))")
    let positions = TicketTimeline.ranges(run.map(\.position))
    return DisplayWidth.wrap(text, to: width)
      + DisplayWidth.wrap("positions \(positions)", to: width - 12).map { "            " + $0 }
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
