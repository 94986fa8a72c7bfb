import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import Foundation

/// How a command prints.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  /// For people.
  case text
  /// One object, or one a line.
  case json
}

/// Where the store is and how to print: every command has them.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of the store; without it the environment's CASEFILE_STORE.",
      valueName: "dir"))
  var store: String?

  @Option(help: "How to print: text for people, json for programs.")
  var format = OutputFormat.text

  /// The directory of the store.
  ///
  /// - Throws: a usage failure where none is named.
  func directory() throws -> String {
    let named = store ?? ProcessInfo.processInfo.environment["CASEFILE_STORE"]
    guard let named, !named.isEmpty else {
      throw CommandFailure.usage("no store is named; give --store DIR or set CASEFILE_STORE")
    }
    return named
  }

  /// Opens the store for a body and closes it after.
  func withStore<Result>(
    readOnly: Bool = true, viewUpdates: Store.ViewUpdates = .atClose,
    _ body: (Store) async throws -> Result
  ) async throws -> Result {
    var configuration = Store.Configuration()
    configuration.isReadOnly = readOnly
    configuration.viewUpdates = viewUpdates
    let store = try Store.open(at: try directory(), configuration: configuration)
    defer { store.close() }
    return try await body(store)
  }
}
