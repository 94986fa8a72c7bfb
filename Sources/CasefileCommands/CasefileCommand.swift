import ArgumentParser
import CasefileModel
import Foundation

/// `casefile`: the root of all commands.
struct CasefileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "casefile",
    abstract: "Keep, read and prove the history of tickets.",
    discussion: """
      Exit status: 0 fine; 1 the answer is no (not found, in conflict, refused by the rules, not \
      sound); 2 it could not run (usage, no store, input or output).

      Example:
        casefile ticket show 4711 --store ./desk
      """,
    version: "casefile 0.1.0",
    subcommands: [
      InitCommand.self, AppendCommand.self, ImportCommand.self, TicketCommand.self,
      ClientCommand.self, SearchCommand.self, AgentCommand.self, DeadlineCommand.self,
      FindingsCommand.self, MetricCommand.self, ReportCommand.self, KPICommand.self,
      PolicyCommand.self,
      CalendarCommand.self, ReplayCommand.self, ViewCommand.self, ExportCommand.self,
      LogCommand.self,
    ])
}

/// The command line as a function: arguments in, exit status out.
public enum CasefileProgram {
  /// Parses the arguments, without the program's name, runs the command, and reports what failed on
  /// standard error.
  ///
  /// - Returns: the exit status: 0 fine, 1 the answer is no, 2 could not run.
  public static func run(_ arguments: [String]) async -> Int32 {
    // A reader that goes away is told by the write, not by the end of the process.
    signal(SIGPIPE, SIG_IGN)
    do {
      try refuseUnknown(arguments)
      var command = try shortcut(arguments) ?? CasefileCommand.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return ExitStatus.fine.rawValue
    } catch is OutputClosed {
      return ExitStatus.fine.rawValue
    } catch let error as SilentFailure {
      return error.status.rawValue
    } catch {
      return report(error, arguments)
    }
  }

  /// The command that the first words name, parsed by itself: its parents take no options, and going
  /// down from the root takes twice the time. Nil for all that it can't take, such as a mistake or a
  /// question for help, about which the root finds the words.
  private static func shortcut(_ arguments: [String]) -> (any ParsableCommand)? {
    let (type, rest) = named(by: arguments)
    guard rest.count < arguments.count, type.configuration.subcommands.isEmpty else { return nil }
    return try? type.parseAsRoot(Array(rest))
  }

  /// The command that the first words name, and what follows them.
  private static func named(
    by arguments: [String]
  ) -> (type: any ParsableCommand.Type, rest: ArraySlice<String>) {
    var type: any ParsableCommand.Type = CasefileCommand.self
    var rest = arguments[...]
    while let word = rest.first,
      let next = type.configuration.subcommands.first(where: {
        $0.configuration.commandName == word
      })
    {
      type = next
      rest.removeFirst()
    }
    return (type, rest)
  }

  /// Says that there is no command of a name: whoever parses it would stumble over the options that
  /// follow it.
  private static func refuseUnknown(_ arguments: [String]) throws {
    let (type, rest) = named(by: arguments)
    let names = type.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.isEmpty, let word = rest.first, !word.hasPrefix("-"), !word.isEmpty,
      word != "help"
    else { return }
    let path = ["casefile"] + arguments.prefix(arguments.count - rest.count)
    let near = NearMatch.best(for: word, in: names).map { "; is it \($0)?" } ?? ";"
    throw CommandFailure.usage(
      "\(path.joined(separator: " ")) has no \(word)\(near) there are: "
        + names.joined(separator: ", "))
  }

  private static func report(_ error: any Error, _ arguments: [String]) -> Int32 {
    let format = wantsJSON(arguments) ? OutputFormat.json : .text
    let code = CasefileCommand.exitCode(for: error)
    if code == .success {
      // Help and version are answers.
      let text = CasefileCommand.fullMessage(for: error)
      try? Descriptor.write(Array((text + "\n").utf8), to: STDOUT_FILENO, name: "standard output")
      return ExitStatus.fine.rawValue
    }
    if code == .validationFailure {
      if format == .json {
        Console.report(.usage(CasefileCommand.message(for: error)), as: .json)
      } else {
        let text = CasefileCommand.fullMessage(for: error)
        try? Descriptor.write(Array((text + "\n").utf8), to: STDERR_FILENO, name: "standard error")
      }
      return ExitStatus.couldNotRun.rawValue
    }
    let failure = FailureTable.failure(for: error)
    Console.report(failure, as: format)
    return failure.status.rawValue
  }

  /// Arguments that can't be parsed may still say in which form the failure is wanted.
  static func wantsJSON(_ arguments: [String]) -> Bool {
    let named = arguments.prefix { $0 != "--" }
    return named.contains("--format=json")
      || zip(named, named.dropFirst()).contains { $0 == "--format" && $1 == "json" }
  }
}
