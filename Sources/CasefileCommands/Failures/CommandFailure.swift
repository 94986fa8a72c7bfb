import CasefileLog
import CasefileModel

/// How a command ended.
enum ExitStatus: Int32 {
  /// It did what was asked.
  case fine = 0
  /// The answer is no: not found, in conflict, not sound, refused by the rules.
  case no = 1
  /// It could not run: wrong usage, no store, input or output failed.
  case couldNotRun = 2
}

/// Why a command failed, in the words of the command line.
struct CommandFailure: Error, Hashable {
  /// The stable word for the kind of failure.
  let code: String
  /// What failed, with the values, and what to do.
  let message: String
  /// What the process ends with.
  let status: ExitStatus
  /// The input file that it is about.
  var file: String?
  /// The line of the input, from 1.
  var line: Int?
  /// The position in the log.
  var position: Position?

  init(_ code: String, _ message: String, _ status: ExitStatus, position: Position? = nil) {
    self.code = code
    self.message = message
    self.status = status
    self.position = position
  }

  /// Wrong arguments.
  static func usage(_ message: String) -> CommandFailure {
    CommandFailure("usage", message, .couldNotRun)
  }

  /// What was asked for is not there.
  static func notFound(_ message: String) -> CommandFailure {
    CommandFailure("notFound", message, .no)
  }

  /// A file could not be read or written.
  static func file(_ path: String, _ message: String) -> CommandFailure {
    var failure = CommandFailure("ioFailed", message, .couldNotRun)
    failure.file = path
    return failure
  }

  /// The same failure with its place in the input.
  func at(file: String?, line: Int?) -> CommandFailure {
    var failure = self
    failure.file = file ?? self.file
    failure.line = line ?? self.line
    return failure
  }

  /// `{"error": {…}}`, every member present.
  var json: JSONValue {
    [
      "error": [
        "code": .string(code), "message": .string(message), "file": JSONValue(file),
        "line": JSONValue(line), "position": JSONValue(position?.rawValue),
      ]
    ]
  }

  /// One line for people.
  var text: String {
    var place = ""
    if let file { place = "\(file): " }
    if let line { place = file.map { "\($0):\(line): " } ?? "line \(line): " }
    return VisibleText.escape("casefile: \(place)\(message)")
  }
}
