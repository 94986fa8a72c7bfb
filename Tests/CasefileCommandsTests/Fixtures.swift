import CasefileModel
import CasefileProjections
import Foundation
import Testing

@testable import CasefileCommands

/// Events of a log, written as lines.
enum Lines {
  /// The stored events of lines of JSON, at positions from 0, one stream a ticket.
  static func stored(_ lines: [String]) throws -> [StoredEvent] {
    var seeds = FixedSeeds()
    var versions: [StreamID: UInt64] = [:]
    return try lines.enumerated().map { position, line in
      let event = try EventLine(parsing: Array(line.utf8)).event
      let number = UInt64(position)
      let proposal = try Proposal(
        event, id: event.id ?? EventID(high: 0x0195_0000_0000_7000, low: number), seeds: &seeds)
      versions[event.stream, default: 0] += 1
      let seal = Seal(
        position: Position(number), version: StreamVersion(versions[event.stream] ?? 0),
        recordedAt: Timestamp(seconds: 1_800_000_000 + Int64(number)), previous: .zero)
      var bytes = proposal.bytes
      seal.write(to: &bytes)
      return StoredEvent(
        envelope: try Envelope(decoding: bytes.span.bytes), envelopeBytes: bytes, leaf: .zero,
        content: proposal.content.isEmpty
          ? nil : try Content(decoding: proposal.content.span.bytes))
    }
  }

  /// One line; `data` is JSON, the time is given as hour and minute of 2026-03-02 UTC.
  static func line(
    _ type: String, _ time: String, _ actor: String, _ data: String, id: String? = nil,
    more: String = ""
  ) -> String {
    let parts = actor.split(separator: " ")
    let name = parts.count > 1 ? #", "id": "\#(parts[1])""# : ""
    let identity = id.map { #""id": "\#($0)", "# } ?? ""
    return #"{\#(identity)"stream": "ticket/7", "type": "\#(type)", "#
      + #""occurredAt": "2026-03-02T\#(time):00Z", "#
      + #""actor": {"kind": "\#(parts[0])"\#(name)}, "data": \#(data)\#(more)}"#
  }

  static func view(
    _ lines: [String], _ question: TicketQuestion = TicketQuestion(), context: [StoredEvent] = []
  ) throws -> CaseView {
    CaseView(
      try TicketView(stored(lines), ticket: "7", question: question, context: context))
  }
}

struct FixedSeeds: SeedSource {
  mutating func next() -> [UInt8] { [UInt8](repeating: 7, count: 32) }
}

/// The built program, run in a directory of its own.
final class CommandLineTool {
  let directory: String
  var store: String { directory + "/desk" }

  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
    var lines: [String] { output.split(separator: "\n").map(String.init) }
    func json() throws -> JSONValue { try JSONValue(parsing: Array(output.utf8)) }
    func error() throws -> JSONValue {
      try #require(try JSONValue(parsing: Array(errors.utf8))["error"])
    }
  }

  init() throws {
    directory = NSTemporaryDirectory() + "/casefile-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Beside the tests' own executable, where the build puts all products.
  static let binary: String = {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let beside = tests.appendingPathComponent("casefile").path
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent(".build/debug/casefile").path
  }()

  func write(_ name: String, _ text: String) throws -> String {
    let path = directory + "/" + name
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  /// Starts the program; the caller ends it.
  func start(_ arguments: [String], input: String? = nil) throws -> RunningTool {
    try RunningTool(arguments, input: input, store: store, directory: directory)
  }

  @discardableResult
  func run(_ arguments: String..., input: String? = nil) throws -> Outcome {
    try start(arguments, input: input).wait()
  }
}

/// A process whose output goes into files, so that no pipe can fill and block it.
final class RunningTool {
  let process = Process()
  private let output: String
  private let errors: String

  init(_ arguments: [String], input: String?, store: String, directory: String) throws {
    let name = directory + "/run-\(UUID().uuidString)"
    output = name + ".out"
    errors = name + ".err"
    for path in [output, errors, name + ".in"] {
      _ = FileManager.default.createFile(atPath: path, contents: Data((input ?? "").utf8))
    }
    process.executableURL = URL(fileURLWithPath: CommandLineTool.binary)
    process.arguments = arguments
    process.environment = ["CASEFILE_STORE": store, "PATH": "/usr/bin:/bin"]
    try Data().write(to: URL(fileURLWithPath: output))
    try Data().write(to: URL(fileURLWithPath: errors))
    process.standardInput = FileHandle(forReadingAtPath: name + ".in")
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
  }

  /// What it has printed so far.
  var printed: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

  func wait() throws -> CommandLineTool.Outcome {
    process.waitUntilExit()
    return CommandLineTool.Outcome(
      status: process.terminationStatus, output: printed,
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }
}
