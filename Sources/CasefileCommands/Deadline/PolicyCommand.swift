import ArgumentParser
import Casefile
import CasefileModel
import CasefileProjections

/// `casefile policy`.
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Publish and read deadline policies, whose versions never change.",
    subcommands: [
      PolicyPublishCommand.self, PolicyListCommand.self, PolicyShowCommand.self,
      PolicyDiffCommand.self,
    ])
}

/// `casefile policy publish`.
struct PolicyPublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Publish a version of a policy from a JSON file.",
    discussion: """
      The file has the form of Schemas/deadline-policy.schema.json; its version may be left out and \
      is then the next one. Calendars that it names must be published before.

      Example:
        casefile policy publish gold.json --by a-1 --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var publish: PublishOptions

  func run() async throws {
    let policy = try publish.reading { try PolicyPublished(parsing: $0) }
    try await common.withStore(readOnly: publish.check) { store in
      let checked = try publish.reading { _ in
        try store.checked(policy, at: SystemClock.now())
      }
      let position =
        publish.check ? nil : try await store.publish(policy, by: publish.actor).position
      try PublishAnswer(
        kind: "policy", id: checked.policyId, version: checked.version, position: position
      ).write(common.format)
    }
  }
}

/// `casefile policy list`.
struct PolicyListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List every version of every policy.",
    discussion: """
      Example:
        casefile policy list --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions

  func run() async throws {
    let reader = try reading.reader(common.format)
    try await common.withStore { store in
      let book = try store.deadlineBook()
      switch common.format {
      case .json:
        for policy in book.policies { try reader.output.line(policy.summary) }
        try reader.output.flush()
      case .text:
        let phrases = reader.phrases
        let rows = book.policies.map { policy in
          [
            VisibleText.escape(policy.id), "\(policy.version)",
            reader.zone.text(policy.effectiveFrom),
            policy.sortedClocks.map { phrases.word($0.clock.rawValue, of: nil) }
              .joined(separator: ", "),
            "\(policy.position?.rawValue ?? 0)",
          ]
        }
        let columns: [PolicyColumn] = [.policy, .version, .inForceFrom, .clocks, .position]
        let table = TextTable(columns: columns.map { phrases.label($0) }, numbers: [1, 4])
        try reader.show(table.lines(rows))
      }
      DeadlineNotes.report(book)
    }
  }
}

/// `casefile policy show`.
struct PolicyShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a version of a policy; the newest unless another one is named.",
    discussion: """
      Example:
        casefile policy show gold --version 2 --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions
  @Argument(help: "The policy's id.") var id: String
  @Option(help: "The version.") var version: Int64?

  func run() async throws {
    let reader = try reading.reader(common.format)
    try await common.withStore { store in
      let policy = try PolicyShowCommand.find(id, version, in: store.deadlineBook())
      switch common.format {
      case .json:
        try reader.output.line(policy.json)
        try reader.output.flush()
      case .text: try reader.show(PolicyText(reader.voice()).lines(policy, width: reader.width))
      }
    }
  }

  /// A version of a policy, the newest without a number.
  static func find(
    _ id: String, _ version: Int64?, in book: DeadlineBook
  ) throws -> DeadlinePolicy {
    let versions = book.policies.filter { $0.id == id }
    let found = versions.filter { version == nil || $0.version == version }
    if let policy = found.max(by: { $0.version < $1.version }) { return policy }
    guard !versions.isEmpty else {
      let near = NearMatch.best(for: id, in: Set(book.policies.map(\.id)).sorted())
      throw CommandFailure.notFound(
        "there is no policy \(id)" + (near.map { "; is it \($0)?" } ?? ""))
    }
    throw CommandFailure.notFound(
      "the policy \(id) has no version \(version ?? 0); it has "
        + versions.map { "\($0.version)" }.joined(separator: ", "))
  }
}

/// `casefile policy diff`.
struct PolicyDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what differs between two versions of a policy.",
    discussion: """
      Example:
        casefile policy diff gold 1 2 --store ./desk
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: ReaderOptions
  @Argument(help: "The policy's id.") var id: String
  @Argument(help: "The version before.") var from: Int64
  @Argument(help: "The version after.") var to: Int64

  func run() async throws {
    let reader = try reading.reader(common.format)
    try await common.withStore { store in
      let book = try store.deadlineBook()
      let before = try PolicyShowCommand.find(id, from, in: book)
      let after = try PolicyShowCommand.find(id, to, in: book)
      switch common.format {
      case .json:
        for name in before.differences(from: after) {
          try reader.output.line([
            "field": .string(name), "before": before.leaves[name] ?? .null,
            "after": after.leaves[name] ?? .null,
          ])
        }
        try reader.output.flush()
      case .text:
        try reader.show(
          PolicyText(reader.voice()).lines(before, to: after, width: reader.width))
      }
    }
  }
}
