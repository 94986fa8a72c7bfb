import CasefileModel
import Foundation
import Testing

@Suite("The record checked by software that is not ours")
struct IndependentCheckTests {
  /// A Python with the modules that Tools/test installs.
  static let python = ProcessInfo.processInfo.environment["CASEFILE_PYTHON"] ?? "python3"

  static let hasLMDB: Bool = run(["-c", "import lmdb"])?.status == 0

  static func run(_ arguments: [String]) -> (status: Int32, output: String)? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    process.standardOutput = pipe
    process.standardError = pipe
    do {
      try process.run()
    } catch {
      return nil
    }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test(
    "Python computes the leaves, commitments and root of a store from its bytes",
    .enabled(if: hasLMDB, "needs Python's lmdb package; Tools/test installs it"))
  func store() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let script = root.appendingPathComponent("Tools/check-record").path
    let tool = try CommandLineTool()
    try tool.run("init")
    let lines = (0..<300).map { number in
      #"{"stream":"ticket/\#(number / 4)","type":"ticket.noteAdded","#
        + #""occurredAt":"2026-03-02T10:00:00Z","actor":{"kind":"agent","id":"a"},"#
        + #""data":{"noteId":"n\#(number)","text":"заметка \#(number)"}}"#
    }
    #expect(try tool.run("append", input: lines.joined(separator: "\n")).status == 0)
    let ours = try tool.run("log", "verify", "--format", "json").json()
    let theirs = try #require(IndependentCheckTests.run([script, "store", tool.store]))
    #expect(theirs.status == 0, "\(theirs.output)")
    let hash = try #require(try ours["root"]?.asText("root"))
    #expect(theirs.output.contains("events 300"))
    #expect(theirs.output.contains(hash))
  }
}
