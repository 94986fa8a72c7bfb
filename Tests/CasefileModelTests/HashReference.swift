import Foundation
import Synchronization

/// SHA-256 and HMAC by Python's standard library, which asks OpenSSL: hashes that are none of ours.
///
/// One process answers all questions, a line each, for as long as the tests run.
final class HashReference: Sendable {
  /// Nil where there is no Python.
  static let shared = try? HashReference()

  private static let program = """
    import hashlib, hmac, sys
    for line in sys.stdin:
        kind, key, message = line.rstrip("\\n").split(" ")
        key, message = bytes.fromhex(key), bytes.fromhex(message)
        found = hmac.new(key, message, "sha256") if kind == "m" else hashlib.sha256(message)
        print(found.hexdigest(), flush=True)
    """

  /// The two ends of the process; it ends when the questions do.
  private let pipes: Mutex<(questions: Int32, answers: Int32)>

  private init() throws {
    let process = Process()
    let questions = Pipe()
    let answers = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let python = ProcessInfo.processInfo.environment["CASEFILE_PYTHON"] ?? "python3"
    process.arguments = [python, "-c", HashReference.program]
    process.standardInput = questions
    process.standardOutput = answers
    try process.run()
    // Of our own, since the handles close theirs with the pipes.
    pipes = Mutex(
      (
        dup(questions.fileHandleForWriting.fileDescriptor),
        dup(answers.fileHandleForReading.fileDescriptor)
      ))
    guard sha256([]).count == 32 else { throw CocoaError(.featureUnsupported) }
  }

  func sha256(_ message: some Sequence<UInt8>) -> [UInt8] { ask("h", [], Array(message)) }

  func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] { ask("m", key, message) }

  /// No bytes where the process does not answer.
  private func ask(_ kind: String, _ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    let question = Array("\(kind) \(HashReference.hex(key)) \(HashReference.hex(message))\n".utf8)
    return pipes.withLock { pipes in
      guard write(pipes.questions, question, question.count) == question.count else { return [] }
      var answer = [UInt8](repeating: 0, count: 65)
      var count = 0
      while count < answer.count {
        let found = answer.withUnsafeMutableBytes {
          read(pipes.answers, $0.baseAddress! + count, $0.count - count)
        }
        guard found > 0 else { return [] }
        count += found
      }
      let digits = answer.dropLast().map { UInt8(Character(UnicodeScalar($0)).hexDigitValue ?? 0) }
      return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
