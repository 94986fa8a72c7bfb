internal import Foundation
internal import Workload

/// The event stores that are measured through Python, in a child process that lives as long as this.
final class Peers {
  /// Those that can be measured here.
  let names: [String]
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()

  /// Starts the child and hands it the events.
  ///
  /// - Parameter python: the interpreter that has the packages; nil: no peers are measured.
  init(python: String?, payloads: [Payload], directory: String) throws {
    guard let python else {
      names = []
      return
    }
    let script = "\(directory)/payloads"
    try Files.write(Peers.encoded(payloads), to: script)
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [Peers.script, script, directory]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var buffer = Data()
    let hello = try Peers.line(from: output, &buffer)
    names = hello["peers"] as? [String] ?? []
    for (name, reason) in hello["missing"] as? [String: String] ?? [:] {
      Output.error("\(name) is left out: \(reason)")
    }
    self.buffer = buffer
  }

  /// Ends the child and its servers.
  func close() {
    guard process.isRunning else { return }
    // The end of its input is what it waits for.
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Events a second that some callers append in batches of a size.
  func append(_ peer: String, callers: Int, batch: Int, seconds: Double) throws -> Double {
    try ask([
      "what": "append", "peer": peer, "callers": callers, "batch": batch, "seconds": seconds,
    ])
  }

  /// Events a second when all are read in order.
  func read(_ peer: String) throws -> Double { try ask(["what": "read", "peer": peer]) }

  private func ask(_ question: [String: Any]) throws -> Double {
    var line = try JSONSerialization.data(withJSONObject: question)
    line.append(UInt8(ascii: "\n"))
    try input.fileHandleForWriting.write(contentsOf: line)
    let answer = try Peers.line(from: output, &buffer)
    guard let events = answer["events"] as? Double, let seconds = answer["seconds"] as? Double
    else {
      throw UsageError("a peer failed: \(question): \(answer["error"] ?? "no answer")")
    }
    return events / seconds
  }

  private static func line(from pipe: Pipe, _ buffer: inout Data) throws -> [String: Any] {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Data(buffer[..<end])
        buffer = Data(buffer[(end + 1)...])
        return try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
      }
      let more = pipe.fileHandleForReading.availableData
      guard !more.isEmpty else { throw UsageError("the process of the peers ended") }
      buffer.append(more)
    }
  }

  /// Beside the package, whose build folder this program lies in.
  private static var script: String {
    ProcessInfo.processInfo.environment["CASEFILE_PEERS"] ?? "Tools/Benchmarks/peers.py"
  }

  private static func encoded(_ payloads: [Payload]) -> [UInt8] {
    var bytes: [UInt8] = []
    func put<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    for payload in payloads {
      put(UInt32(payload.stream.count))
      bytes += payload.stream
      put(payload.version)
      bytes += payload.id
      put(UInt32(payload.bytes.count))
      bytes += payload.bytes
    }
    return bytes
  }
}
