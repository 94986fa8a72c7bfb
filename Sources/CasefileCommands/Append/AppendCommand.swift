import ArgumentParser
import Casefile
import CasefileModel
import Foundation

/// `casefile append`.
struct AppendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append",
    abstract: "Store events from lines of JSON.",
    discussion: """
      The whole input is checked before anything is stored. Lines that are in the store already are \
      answered and not stored again, so an append that was interrupted may simply be repeated.

      Example:
        echo '{"stream": "ticket/4711", "type": "ticket.opened",
          "occurredAt": "2026-03-02T11:05:00Z", "actor": {"kind": "agent", "id": "a-1"},
          "data": {}}' | tr -d '\\n' | casefile append --store ./desk --format json
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "Files of events, one a line; without any, or for -, standard input.")
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "Store the good lines and write the bad ones into a new file.", valueName: "file"))
  var setAside: String?

  func run() async throws {
    try await common.withStore(readOnly: false) { store in
      let sources = try (files.isEmpty ? ["-"] : files).map { try LineSource(path: $0) }
      let names = sources.map(\.name)
      let aside = try setAside.map { try SetAsideFile(path: $0) }
      let check = try check(sources, names, in: store)
      if !check.badLines.isEmpty { try refuse(check, aside) }
      try storeLines(of: sources, names, check, in: store)
    }
  }

  private func check(
    _ sources: [LineSource], _ names: [String?], in store: Store
  ) throws -> AppendCheck {
    var check = AppendCheck(store, names: names)
    var progress = Progress("bytes checked")
    var done: UInt64 = 0
    let total = UInt64(sources.reduce(0) { $0 + $1.sizeBytes })
    try AppendReader.readUnits(of: sources, keepingBytes: setAside != nil) { unit in
      try check.add(unit)
      done += UInt64(unit.sizeBytes + unit.lines.count)
      progress.update(done, of: total)
    }
    try check.finish()
    progress.finish()
    return check
  }

  /// Reports the bad lines and sets them aside; without a place for them nothing is stored.
  private func refuse(_ check: AppendCheck, _ aside: SetAsideFile?) throws {
    let shown = 100
    for bad in check.badLines.prefix(shown) { Console.report(bad.failure, as: common.format) }
    let count = check.badLines.count
    if count > shown, common.format == .text {
      Console.note("… and \(count - shown) more bad lines")
    }
    guard let aside else {
      if common.format == .text {
        Console.note("nothing is stored: \(count) of \(count + check.goodLines) lines are bad")
      }
      throw SilentFailure(status: .no)
    }
    try aside.write(check.badLines.map(\.bytes))
    if common.format == .text { Console.note("\(count) lines are set aside in \(aside.path)") }
  }

  private func storeLines(
    of sources: [LineSource], _ names: [String?], _ check: AppendCheck, in store: Store
  ) throws {
    let output = OutputBuffer()
    var run = AppendRun(store, check: check, names: names)
    var progress = Progress("lines stored")
    var done: UInt64 = 0
    func report(_ result: AppendRun.Result) throws {
      done += 1
      switch common.format {
      case .json: try output.line(result.json)
      case .text: try output.line(result.text)
      }
    }
    try AppendReader.readUnits(of: sources) { unit in
      let before = done
      try run.add(unit, report)
      // A result is the acknowledgement of a commit: it doesn't wait for the next one.
      if done > before { try output.flush() }
      progress.update(done, of: UInt64(check.goodLines))
    }
    try run.commit(report)
    progress.finish()
    try output.flush()
  }
}

/// A failure that has been reported already.
struct SilentFailure: Error {
  let status: ExitStatus
}

/// A new file for lines that were set aside.
struct SetAsideFile {
  /// Where it is.
  let path: String

  /// Refuses a file that holds something, before any work is done.
  init(path: String) throws {
    var status = stat()
    if stat(path, &status) == 0, status.st_size > 0 {
      throw CommandFailure(
        "fileExists", "\(path) holds something; name a new file for lines that are set aside",
        .couldNotRun)
    }
    self.path = path
  }

  /// Writes the lines, whole or not at all.
  func write(_ lines: [[UInt8]]) throws {
    var bytes: [UInt8] = []
    for line in lines {
      bytes += line
      bytes.append(UInt8(ascii: "\n"))
    }
    try AtomicFile.write(bytes, to: path)
  }
}
