import ArgumentParser
import Casefile
import CasefileLog
import CasefileModel
import CasefileProjections

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

  @OptionGroup var size: LimitOption
  @OptionGroup var reading: ReaderOptions

  func run() async throws {
    let reader = try reading.reader(common.format)
    try await common.withStore { store in
      let all = try store.findClients(text)
      let candidates = Array(all.prefix(size.limit ?? all.count))
      switch common.format {
      case .json:
        for candidate in candidates { try reader.output.line(ClientJSON.json(candidate)) }
        try reader.output.flush()
      case .text:
        var lines = CandidateTable(voice: reader.voice(), ink: reader.ink)
          .lines(candidates, width: reader.width)
        if candidates.count < all.count {
          lines.append(reader.phrases.notShown(all.count - candidates.count))
        }
        try reader.show(lines)
      }
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

  @OptionGroup var period: PeriodOptions
  @OptionGroup var reading: ReaderOptions

  @Flag(help: "Show every event, however many there are.")
  var all = false

  func run() async throws {
    let reader = try reading.reader(common.format)
    let period = try period.read(reader)
    try await common.withStore { store in
      guard let history = try store.client(id) else { throw try ClientLookup(store).notFound(id) }
      let view = ClientView(history, asked: id, period: period)
      switch common.format {
      case .json:
        try reader.output.line(try ClientJSON.json(view, schema: store.schema))
        try reader.output.flush()
      case .text:
        let names = try People(store).names(of: view.people(store.schema))
        let voice = reader.voice(names, schema: store.schema)
        let head = ClientHead(view, voice: voice, ink: reader.ink)
        let timeline = ClientTimeline(view, voice: voice, ink: reader.ink)
        let width = reader.width
        try reader.show(
          head.lines(width: width) + [""] + timeline.lines(width: width, showsAll: all))
      }
    }
  }
}

/// What a client's answer is made of, however it is printed.
struct ClientView {
  let history: ClientHistory
  /// The id that was asked for, which may have been merged.
  let asked: String
  let period: Period
  /// The entries of the period.
  let entries: [ClientHistory.Entry]

  init(_ history: ClientHistory, asked: String, period: Period = Period()) {
    self.history = history
    self.asked = asked
    self.period = period
    entries = history.entries.filter { period.contains($0.entry.occurredAt) }
  }

  /// Who appears in head and rows.
  func people(_ schema: EventSchema) -> Set<People.Key> {
    var keys: Set<People.Key> = [.client(history.record.client)]
    for row in entries { keys.formUnion(People.Key.of(row.entry, schema: schema)) }
    keys.formUnion(history.openTickets.compactMap { $0.state.assignee.map { .agent($0) } })
    keys.formUnion(
      history.openAgreements.compactMap { $0.agreement.promisedBy.map { .agent($0) } })
    keys.formUnion(history.marks.compactMap { $0.agent.map { .agent($0) } })
    return keys
  }

  var callCount: Int { count(CallOffered.type) }
  var messageCount: Int { count(MessageReceived.type) + count(MessageSent.type) }
  var chatCount: Int { count(ChatStarted.type) }

  private func count(_ type: EventType) -> Int {
    history.entries.count { $0.entry.typeNumber == type.number && $0.entry.retractedBy == nil }
  }
}
