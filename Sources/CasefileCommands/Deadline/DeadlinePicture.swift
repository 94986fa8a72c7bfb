import CasefileModel
import CasefileProjections

/// The clocks of a ticket over time, for a terminal and as SVG.
struct DeadlinePicture {

  private struct Piece {
    let from: Timestamp
    let until: Timestamp
    let shade: DeadlineShade
  }

  private let clocks: [ClockVerdict]
  private let voice: Voice
  private var zone: Zone { voice.zone }
  private var phrases: any Phrases { voice.phrases }
  private let ticket: String
  private let evaluatedAt: Timestamp
  private let from: Timestamp
  private let until: Timestamp

  /// Nil where no clock has run for any time.
  init?(_ deadlines: TicketDeadlines, voice: Voice, only clock: ClockName?) {
    clocks = deadlines.clocks.filter { clock == nil || $0.clock == clock }
    self.voice = voice
    ticket = deadlines.ticket
    evaluatedAt = deadlines.evaluatedAt
    let ends = clocks.flatMap { [$0.stoppedAt ?? deadlines.evaluatedAt, $0.dueAt] }
    guard let first = clocks.map(\.startedAt).min(), let last = ends.compactMap({ $0 }).max(),
      first < last
    else { return nil }
    from = first
    until = last
  }

  /// A bar for each instance; `|` marks where it is or was due.
  func lines(width: Int) -> [String] {
    let names = clocks.map(name)
    let room = (names.map { DisplayWidth.of($0) }.max() ?? 0) + 1
    let columns = max(20, width - room)
    var lines = zip(names, clocks).map { name, clock in
      DisplayWidth.pad(name, to: room) + bar(clock, columns)
    }
    let legend = DeadlineShade.allCases.map { "\($0.character) \(phrases.caption($0))" }
    lines += DisplayWidth.wrap("\(zone.text(from)) … \(zone.text(until))", to: width)
    let marks = (legend + ["| \(phrases.dueMark)"]).joined(separator: "  ")
    return lines + DisplayWidth.wrap(marks, to: width)
  }

  private func name(_ clock: ClockVerdict) -> String {
    "\(phrases.word(clock.clock.rawValue, of: nil)) \(clock.instance)"
  }

  private func bar(_ clock: ClockVerdict, _ columns: Int) -> String {
    var cells = [Character](repeating: " ", count: columns)
    for piece in pieces(of: clock) {
      let first = Int(share(piece.from) * Double(columns))
      let end = max(first + 1, Int(share(piece.until) * Double(columns)))
      for cell in first..<min(end, columns) { cells[cell] = piece.shade.character }
    }
    if let due = clock.dueAt { cells[min(columns - 1, Int(share(due) * Double(columns)))] = "|" }
    return String(cells)
  }

  /// The same as a picture of its own; each bar tells its times when it is pointed at.
  var svg: String {
    let left = 150.0
    let width = 800.0
    let height = 34 + 26 * clocks.count
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"970\" height=\"\(height)\" "
        + "font-family=\"sans-serif\" font-size=\"12\" role=\"img\">",
      "<title>\(escaped(phrases.deadlinesTitle(ticket, at: zone.text(evaluatedAt))))</title>",
    ]
    for (row, clock) in clocks.enumerated() {
      let y = 8 + 26 * row
      lines.append(
        "<text x=\"4\" y=\"\(y + 13)\">\(escaped(name(clock)))</text>")
      for piece in pieces(of: clock) {
        let x = left + share(piece.from) * width
        let length = max(1, (share(piece.until) - share(piece.from)) * width)
        let times = "\(zone.text(piece.from)) – \(zone.text(piece.until))"
        lines.append(
          "<rect x=\"\(rounded(x))\" y=\"\(y)\" width=\"\(rounded(length))\" height=\"18\" "
            + "fill=\"\(piece.shade.colour)\"><title>\(escaped(phrases.caption(piece.shade))), "
            + "\(escaped(times))</title></rect>")
      }
      if let due = clock.dueAt {
        let x = rounded(left + share(due) * width)
        lines.append(
          "<path d=\"M\(x) \(y - 3)v24\" stroke=\"#111\" stroke-width=\"2\"><title>"
            + "\(escaped(phrases.dueMark)) \(escaped(zone.text(due)))</title></path>")
      }
    }
    let y = height - 8
    lines.append("<text x=\"\(left)\" y=\"\(y)\">\(escaped(zone.text(from)))</text>")
    lines.append(
      "<text x=\"\(left + width)\" y=\"\(y)\" text-anchor=\"end\">"
        + "\(escaped(zone.text(until)))</text>")
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private func pieces(of clock: ClockVerdict) -> [Piece] {
    var pieces: [Piece] = []
    let breach = clock.breaches.first?.at
    for span in clock.spans {
      let end = span.until ?? clock.stoppedAt ?? until
      guard span.from < end else { continue }
      switch span.state {
      case .running:
        let late = breach.map { min(max($0, span.from), end) } ?? end
        if span.from < late {
          pieces.append(Piece(from: span.from, until: late, shade: .running))
        }
        if late < end { pieces.append(Piece(from: late, until: end, shade: .late)) }
      case .paused: pieces.append(Piece(from: span.from, until: end, shade: .paused))
      default: pieces.append(Piece(from: span.from, until: end, shade: .stopped))
      }
    }
    return pieces
  }

  private func share(_ instant: Timestamp) -> Double {
    let length = Double(until.microseconds - from.microseconds)
    return min(1, max(0, Double(instant.microseconds - from.microseconds) / length))
  }

  private func rounded(_ number: Double) -> Double { (number * 10).rounded() / 10 }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

extension DeadlineShade {
  fileprivate var character: Character {
    switch self {
    case .running: "━"
    case .late: "█"
    case .paused: "┄"
    case .stopped: "·"
    }
  }

  fileprivate var colour: String {
    switch self {
    case .running: "#2f7d5b"
    case .late: "#b3392f"
    case .paused: "#c9b458"
    case .stopped: "#c8c8c8"
    }
  }
}
