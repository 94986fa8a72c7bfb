import Foundation

/// Shows long texts page by page, as git does: `PAGER`, else less.
struct Pager {
  private let command: String

  /// Less shows what fits on one screen and ends, keeps emphasis, and leaves the text on the screen.
  static let standard = "less -FRX"

  /// The pager to use; nil where there is no terminal or none is wanted.
  init?(for output: OutputBuffer, environment: [String: String], isWanted: Bool) {
    guard isWanted, output.isTerminal, environment["TERM"] != "dumb" else { return nil }
    let named = environment["PAGER"] ?? Pager.standard
    guard !named.isEmpty, named != "cat" else { return nil }
    command = named
  }

  /// Shows the lines and waits until the reader has seen enough.
  ///
  /// - Returns: false where there is no such pager, and nothing was shown.
  func show(_ lines: [String]) throws -> Bool {
    // What is printed is always UTF-8, whatever the locale says.
    setenv("LESSCHARSET", "utf-8", 0)
    guard let file = popen(command, "w") else { return false }
    // Control and C is the reader's word to the pager.
    let handler = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, handler) }
    let pipe = OutputBuffer(descriptor: fileno(file))
    do {
      for line in lines { try pipe.line(line) }
      try pipe.flush()
    } catch is OutputClosed {
      // The reader has seen enough, or there is no such program: its status tells.
    } catch {
      pclose(file)
      throw error
    }
    // The shell says 127 where it finds no such program, 126 where it may not run it.
    let status = pclose(file) >> 8 & 0xFF
    return status != 127 && status != 126
  }
}
