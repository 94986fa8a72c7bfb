import ArgumentParser

/// `casefile ticket …`.
struct TicketCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ticket",
    abstract: "Look at tickets.",
    subcommands: [TicketShowCommand.self, TicketListCommand.self, TicketAuditCommand.self])
}
