import ArgumentParser
import Casefile
import CasefileModel
import Foundation

/// Who publishes, and whether really.
struct PublishOptions: ParsableArguments {
  @Argument(help: "The file, in JSON.")
  var file: String

  @Option(help: ArgumentHelp("The agent who publishes it.", valueName: "agent"))
  var by: String?

  @Flag(help: "Say what is wrong with it, or what would be stored; store nothing.")
  var check = false

  /// Who did it: an agent, or the system where nobody is named.
  var actor: Actor { by.map { Actor(.agent, $0) } ?? Actor(.system) }

  /// The bytes of a file.
  static func bytes(of path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure.file(path, "the file can't be read; is the path right?")
    }
    return [UInt8](data)
  }

  /// Runs a body whose failures are about the file.
  func reading<Result>(_ body: ([UInt8]) throws -> Result) throws -> Result {
    let bytes = try PublishOptions.bytes(of: file)
    do {
      return try body(bytes)
    } catch {
      throw FailureTable.failure(for: error).at(file: file, line: nil)
    }
  }
}

/// What a publishing command answers.
struct PublishAnswer {
  let kind: String
  let id: String
  let version: Int64
  let position: Position?

  func write(_ format: OutputFormat) throws {
    let output = OutputBuffer()
    switch format {
    case .json:
      try output.line([
        kind: .string(id), "version": .int(version), "position": JSONValue(position?.rawValue),
      ])
    case .text:
      let place = position.map { "published at position \($0)" } ?? "sound; nothing was stored"
      try output.line("\(kind) \(VisibleText.escape(id)) version \(version): \(place)")
    }
    try output.flush()
  }
}
