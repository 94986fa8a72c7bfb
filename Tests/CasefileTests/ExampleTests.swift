import Casefile
import CasefileTesting
import Foundation
import Testing

/// The example as its reader would run it: the built program, in a directory of its own.
@Suite("The example service")
struct ExampleTests {
  private static let binary: URL = {
    let tests = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let beside = tests.appending(path: "desk-service")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: ".build/debug/desk-service")
  }()

  private static func run(_ arguments: [String], in folder: URL) throws -> (Int32, [Substring]) {
    let output = folder.appending(path: "out-\(UUID())")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: output, encoding: .utf8)
    return (process.terminationStatus, text.split(separator: "\n"))
  }

  @Test("Its second run goes on where the first one stopped", .timeLimit(.minutes(2)))
  func cursor() throws {
    // The store inside is not used; its directory goes with the test.
    let temporary = try TemporaryStore()
    let folder = URL(filePath: temporary.directory).deletingLastPathComponent()
    let store = folder.appending(path: "desk").path
    let first = try ExampleTests.run([store], in: folder)
    #expect(first.0 == 0)
    #expect(
      first.1 == [
        "recorded ticket T-1 at positions [0, 1]",
        "ag-anna holds ticket T-1",
        "refused: ag-anna holds ticket T-1; the holder hands it off, a supervisor forces it, or an "
          + "agent steals it",
        "refund paid: true", "refund paid again: false",
        "ticket T-1 resolved, held by ag-anna, 0 events withheld",
        "when it was opened: ticket T-1 new, held by nobody, 0 events withheld",
        "followed 6 events, next is 6", "client c-2: refunds 1, kopecks 129900",
      ])
    let second = try ExampleTests.run([store], in: folder)
    #expect(second.0 == 0)
    #expect(
      second.1.suffix(3) == [
        "followed 6 events, next is 12", "client c-1: refunds 1, kopecks 129900",
        "client c-2: refunds 1, kopecks 129900",
      ])
    let stored = try Store.open(at: store, configuration: .init(isReadOnly: true))
    #expect(try stored.verify().isSound)
    #expect(try stored.statistics().events == 12)
    stored.close()
  }

  @Test("Wrong input is answered with a sentence and exit code 2", .timeLimit(.minutes(2)))
  func wrongInput() throws {
    let temporary = try TemporaryStore()
    let folder = URL(filePath: temporary.directory).deletingLastPathComponent()
    let usage = try ExampleTests.run([], in: folder)
    #expect(usage.0 == 2 && usage.1 == ["usage: desk-service DIRECTORY"])
    let missing = try ExampleTests.run([folder.path + "/no/such/desk"], in: folder)
    #expect(missing.0 == 2)
    #expect(missing.1.first?.contains("storeMissing") == true)
  }
}
