import CasefileModel
import Foundation
import Testing

/// The folders that the tests read.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static var schemas: URL { root.appending(path: "Schemas") }
  static var golden: URL { schemas.appending(path: "golden/format-1") }
}

/// A directory for one test, deleted with it.
struct TemporaryDirectory: ~Copyable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "casefile-model-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func write(_ bytes: [UInt8], to name: String) throws -> URL {
    let file = url.appending(path: name)
    try Data(bytes).write(to: file)
    return file
  }

  func write(_ text: String, to name: String) throws -> URL {
    try write(Array(text.utf8), to: name)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}

/// Programs that are not ours.
enum Tool {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  struct Answer {
    let status: Int32
    let output: [UInt8]
    let errors: String
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  static let protoc = find("protoc")
  /// The Python with the modules that `Tools/test` installs, else any.
  static let python = find(ProcessInfo.processInfo.environment["CASEFILE_PYTHON"] ?? "python3")

  /// Whether Python has a module; false without Python.
  static func pythonHas(_ module: String) -> Bool {
    guard let python else { return false }
    return (try? run(python, ["-c", "import \(module)"]))?.status == 0
  }

  private static func find(_ name: String) -> String? {
    if name.contains("/") { return name }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program to its end. Input and output go through files, so no pipe can fill.
  static func run(_ path: String, _ arguments: [String], input: [UInt8] = []) throws -> Answer {
    let directory = try TemporaryDirectory()
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: directory.write(input, to: "in"))
    let output = try directory.write("", to: "out")
    let errors = try directory.write("", to: "err")
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus, output: Array(try Data(contentsOf: output)),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}

/// Random numbers that repeat: splitmix64.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

/// Seeds that repeat.
struct SeededSeeds: SeedSource {
  private var random: SeededRandom

  init(_ seed: UInt64 = 1) { random = SeededRandom(seed) }

  mutating func next() -> [UInt8] {
    (0..<4).flatMap { _ in withUnsafeBytes(of: random.next().bigEndian) { Array($0) } }
  }
}

/// The error that `body` throws; a test fails where it throws none or another.
func modelError(
  _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) -> ModelError? {
  let error = #expect(
    throws: ModelError.self, comment, sourceLocation: sourceLocation, performing: body)
  return error
}
