import CasefileModel
import Foundation

/// What a command says besides its answer: notes and failures, on standard error.
enum Console {
  /// Says something that is no failure.
  static func note(_ text: String) { standardError("casefile: " + VisibleText.escape(text)) }

  /// Says why the command failed, in the form that was asked for.
  static func report(_ failure: CommandFailure, as format: OutputFormat) {
    standardError(format == .json ? failure.json.text : failure.text)
  }

  private static func standardError(_ line: String) {
    // Nobody is left to be told where standard error itself is closed.
    try? Descriptor.write(Array((line + "\n").utf8), to: STDERR_FILENO, name: "standard error")
  }
}
