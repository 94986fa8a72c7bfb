import ArgumentParser

/// `casefile log …`.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Read, follow and verify the log.",
    subcommands: [
      LogStatCommand.self, LogReadCommand.self, LogFollowCommand.self, LogVerifyCommand.self,
    ])
}
