import ArgumentParser
import Casefile
import CasefileModel

/// `casefile init`.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make an empty store.",
    discussion: """
      The directory must not exist yet, or be empty.

      Example:
        casefile init --store ./desk --origin desk.example
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp(
      "The name under which the log signs; without it one is made of the store's id.",
      valueName: "name"))
  var origin: String?

  func run() async throws {
    let directory = try common.directory()
    let store = try Store.create(at: directory, origin: origin)
    let identity = store.identity
    store.close()
    let output = OutputBuffer()
    switch common.format {
    case .json:
      try output.line([
        "store": .string(directory), "origin": .string(identity.origin),
        "formatVersion": .int(Int64(identity.formatVersion)),
      ])
    case .text:
      try output.line(
        VisibleText.escape(
          "made a store at \(directory), origin \(identity.origin), format "
            + "\(identity.formatVersion)"))
    }
    try output.flush()
  }
}
