import Casefile
import CasefileModel
import CasefileProjections
import Foundation

@testable import Simulation

/// Histories that several tests look at.
enum Histories {
  /// A small desk.
  static func settings(tickets: Int, seed: UInt64 = 7) -> Settings {
    var settings = Settings()
    settings.tickets = tickets
    settings.seed = seed
    return settings
  }

  static func events(_ settings: Settings) -> [Event] {
    let desk = HelpDesk(settings)
    var all: [Event] = []
    while true {
      let events = desk.next(atLeast: 500)
      if events.isEmpty { return all }
      all += events
    }
  }

  static func lines(_ settings: Settings) throws -> [UInt8] {
    let text = EventText()
    var bytes: [UInt8] = []
    for event in events(settings) {
      bytes += try text.line(event)
      bytes.append(0x0A)
    }
    return bytes
  }
}

/// A folder that goes away with its owner.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/simulation-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func makeStore(_ name: String) throws -> Store {
    var configuration = Store.Configuration()
    configuration.viewUpdates = .never
    return try Store.create(at: path + "/" + name, configuration: configuration)
  }

  func lines(_ name: String) throws -> [JSONValue] {
    let data = try Data(contentsOf: URL(filePath: path + "/" + name))
    return try data.split(separator: 0x0A).map { try JSONValue(parsing: Array($0)) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The states of a store's tickets, in the form of the known answers, by ticket.
func states(_ store: Store) throws -> [String: JSONValue] {
  var found: [String: JSONValue] = [:]
  try store.tickets { summary in
    found[summary.ticket] = answer(summary.state)
    return true
  }
  return found
}

private func answer(_ state: TicketState) -> JSONValue {
  let spans: [JSONValue] = state.responsibility.map {
    ["holder": .string($0.holder), "from": JSONValue($0.from), "until": JSONValue($0.until)]
  }
  let waits: [JSONValue] = state.pastWaits.map {
    [
      "reason": JSONValue($0.reason.name), "since": JSONValue($0.since),
      "endedAt": JSONValue($0.endedAt),
    ]
  }
  return [
    "ticket": .string(state.ticket), "status": JSONValue(state.status.name),
    "sourceStatus": JSONValue(state.sourceStatus), "assignee": JSONValue(state.assignee),
    "group": JSONValue(state.group), "priority": JSONValue(state.priority),
    "client": JSONValue(state.client), "channel": JSONValue(state.channel),
    "topic": JSONValue(state.topic), "openedAt": JSONValue(state.openedAt),
    "resolvedAt": JSONValue(state.resolvedAt), "closedAt": JSONValue(state.closedAt),
    "closeKind": JSONValue(state.closeKind?.name), "reopenCount": JSONValue(state.reopenCount),
    "handoffCount": JSONValue(state.handoffCount),
    "indirectHandoffCount": JSONValue(state.indirectHandoffCount),
    "groupTransferCount": JSONValue(state.groupTransferCount),
    "messageCount": JSONValue(state.messageCount), "responsibility": .array(spans),
    "pastWaits": .array(waits),
  ]
}

/// The members of an answer in which two differ, but for those that one side can't know.
func differences(
  _ known: JSONValue, _ found: JSONValue?, without ignored: Set<String>
) -> [String] {
  guard case .object(let members) = known else { return ["no object"] }
  return members.filter { !ignored.contains($0.name) && found?[$0.name] != $0.value }.map {
    "\($0.name): known \($0.value.text), found \(found?[$0.name]?.text ?? "nothing")"
  }
}
