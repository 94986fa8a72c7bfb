import Foundation

/// Emphasis on a terminal: bold, faint and red only, which can be read on dark and light grounds.
enum Ink: Sendable {
  /// No emphasis: for pipes, files, and people who set `NO_COLOR`.
  case plain
  /// ANSI escape sequences.
  case ansi

  /// What suits an output.
  static func suiting(_ output: OutputBuffer, environment: [String: String]) -> Ink {
    // no-color.org: set and not empty, whatever the value.
    let isRefused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return output.isTerminal && !isRefused && environment["TERM"] != "dumb" ? .ansi : .plain
  }

  /// What is to be seen first.
  func strong(_ text: String) -> String { wrap(text, "1") }

  /// What is there for who needs it.
  func faint(_ text: String) -> String { wrap(text, "2") }

  /// What is wrong or missing.
  func alert(_ text: String) -> String { wrap(text, "31") }

  private func wrap(_ text: String, _ code: String) -> String {
    guard self == .ansi, !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
