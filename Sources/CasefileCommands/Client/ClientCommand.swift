import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel

/// `casefile client …`.
struct ClientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Find clients, and see everything that happened with one.",
    subcommands: [ClientFindCommand.self, ClientShowCommand.self])
}

/// `casefile client find`.
struct ClientFindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Say who may be meant by a name, a number, an address or an id.",
    discussion: """
      Words are compared without case and by their beginnings, telephone numbers in any writing. \
      Callers' numbers and senders of messages lead to the client of the ticket; the id of a \
      contract or a company to its people. Whoever has most of what is given comes first.

      Example:
        casefile client find "Smirnova 8 912 345-67-89" --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "What is known of the client.")
  var text: String

  @Option(help: "At most so many.")
  var limit: Int?

  @Option(help: "The zone of the times that are shown.")
  var zone: String?

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit \(limit) is below nought") }
  }

  func run() async throws {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    try await common.withStore { store in
      let output = OutputBuffer()
      let all = try store.findClients(text)
      let candidates = all.prefix(limit ?? all.count)
      switch common.format {
      case .json: for candidate in candidates { try output.line(ClientJSON.json(candidate)) }
      case .text:
        let lines = CandidateTable(zone: zone).lines(Array(candidates), width: output.columns)
        for line in lines { try output.line(line) }
        if candidates.count < all.count {
          try output.line("\(all.count - candidates.count) more; a larger --limit shows them")
        }
      }
      try output.flush()
    }
  }
}

/// `casefile client show`.
struct ClientShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a client: who it is, and all tickets, calls, chats and marks in one timeline.",
    discussion: """
      The histories of clients that were merged stand together. Contacts that name nobody but have \
      the client's number or address are among them and say so. --since and --until choose rows; \
      the head counts everything.

      Example:
        casefile client show c-17 --since 2026-03-01 --until 2026-04-01 --store ./desk
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The client's id; casefile client find finds it.")
  var id: String

  @Option(help: ArgumentHelp("Happened at this time or later.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Happened before this time.", valueName: "time"))
  var until: String?

  @Option(help: "The zone of dates and of the times that are shown.")
  var zone: String?

  @Flag(help: "Show every event, however many there are.")
  var all = false

  func run() async throws {
    let zone = try zone.map { try Zone(named: $0) } ?? .utc
    let since = try TimeArgument.read(since, option: "--since", zone: zone)
    let until = try TimeArgument.read(until, option: "--until", zone: zone)
    try await common.withStore { store in
      guard let history = try store.client(id) else { throw try notFound(store) }
      let view = ClientView(history, asked: id, since: since, until: until)
      let output = OutputBuffer()
      switch common.format {
      case .json: try output.line(try ClientJSON.json(view, schema: store.schema))
      case .text:
        let width = output.columns
        for line in ClientHead(view, zone: zone).lines(width: width) { try output.line(line) }
        try output.line("")
        let actors = Set(view.entries.map(\.entry.actor) + [Actor(.client, history.record.client)])
        let voice = try PeopleVoice(store, zone: zone).voice(for: actors)
        let timeline = ClientTimeline(view, voice: voice)
        for line in timeline.lines(width: width, showsAll: all) { try output.line(line) }
      }
      try output.flush()
    }
  }

  /// What was given may be a name or a number, so it is not repeated.
  private func notFound(_ store: Store) throws -> CommandFailure {
    let bare = id.hasPrefix("client/") ? String(id.dropFirst("client/".count)) : id
    for near in [bare, bare.lowercased(), bare.uppercased()] where near != id {
      if try store.client(near) != nil {
        return .notFound("there is no client of that id in this store; is it \(near)?")
      }
    }
    let found = (try? store.findClients(id))?.compactMap(\.client).prefix(3) ?? []
    return .notFound(
      "there is no client of that id in this store"
        + (found.isEmpty
          ? "; casefile client find looks for names, numbers and addresses"
          : "; what was given leads to \(found.joined(separator: ", "))"))
  }
}

/// What a client's answer is made of, however it is printed.
struct ClientView {
  let history: ClientHistory
  /// The id that was asked for, which may have been merged.
  let asked: String
  let since: Timestamp?
  let until: Timestamp?
  /// The entries of the period.
  let entries: [ClientHistory.Entry]

  init(_ history: ClientHistory, asked: String, since: Timestamp? = nil, until: Timestamp? = nil) {
    self.history = history
    self.asked = asked
    self.since = since
    self.until = until
    entries = history.entries.filter { entry in
      since.map { entry.entry.occurredAt >= $0 } ?? true
        && until.map { entry.entry.occurredAt < $0 } ?? true
    }
  }

  var callCount: Int { count(CallOffered.type) }
  var messageCount: Int { count(MessageReceived.type) + count(MessageSent.type) }
  var chatCount: Int { count(ChatStarted.type) }

  private func count(_ type: EventType) -> Int {
    history.entries.count { $0.entry.typeNumber == type.number && $0.entry.retractedBy == nil }
  }
}
