import Foundation

/// Tells a person at a terminal how far long work has come; says nothing to a pipe.
struct Progress {
  private let unit: String
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?

  /// Begins to count; nothing is shown in the first half second.
  init(_ unit: String) {
    self.unit = unit
    isShown = isatty(STDERR_FILENO) == 1
  }

  /// Shows what is done, the rate and the time left, four times a second at most.
  mutating func update(_ done: UInt64, of total: UInt64?) {
    guard isShown else { return }
    let now = ContinuousClock.now
    guard now - (last ?? start) > .milliseconds(last == nil ? 500 : 250) else { return }
    last = now
    show(Progress.line(unit, done, of: total, after: now - start))
  }

  /// Takes the line away.
  func finish() {
    if isShown, last != nil { show("") }
  }

  private func show(_ text: String) {
    // A terminal that went away must not stop the work.
    try? Descriptor.write(
      Array("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO, name: "standard error")
  }

  /// One line, such as `120000 of 480000 events, 60000 a second, 6 s left`.
  static func line(
    _ unit: String, _ done: UInt64, of total: UInt64?, after elapsed: Duration
  ) -> String {
    let parts = elapsed.components
    let seconds = max(0.001, Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    let rate = Double(done) / seconds
    var text = "\(done)" + (total.map { " of \($0)" } ?? "") + " \(unit), \(Int(rate)) a second"
    if let total, total > done, rate > 0 {
      text += ", \(Int((Double(total - done) / rate).rounded(.up))) s left"
    }
    return text
  }
}
