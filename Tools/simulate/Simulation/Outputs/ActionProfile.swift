import CasefileModel

/// The import profile that fits the actions.
enum ActionProfile {
  static var json: JSONValue {
    [
      "$schema": "../import-profile.schema.json", "title": "Actions of a simulated help desk",
      "profile": "simulated-actions", "version": "1", "source": "simulated-actions",
      "mode": "events", "csv": ["delimiter": ",", "encoding": "utf-8"],
      "time": ["formats": ["yyyy-MM-dd HH:mm:ss"], "zone": "UTC"], "ticket": "ticket",
      "order": "seq", "recordKey": "id", "eventTime": "at", "writtenAt": "at",
      "actor": SnapshotProfile.actor("actor"), "tags": ["agent", "group", "client"],
      "records": .array(ActionExport.shapes.map { .string($0.type.name) }),
      "events": .array(ActionExport.shapes.map(rule)),
    ]
  }

  private static func rule(_ shape: ActionExport.Shape) -> JSONValue {
    var data: [JSONValue.Member] = []
    for (column, member) in shape.columns {
      if member == "autoSubmitted" {
        data.append(
          .init(member, ["column": .string(column), "values": ["automatic": true]]))
      } else {
        data.append(.init(member, .string("{" + column + "}")))
      }
    }
    if shape.type == TicketOpened.type { data.append(.init("number", "{ticket}")) }
    if shape.type == MessageReceived.type { data.append(.init("authorRole", "client")) }
    if shape.type == MessageSent.type { data.append(.init("to", [["role": "client"]])) }
    var members: [JSONValue.Member] = [
      .init("when", ["action": .string(shape.action)]),
      .init("event", .string(shape.type.name)), .init("data", .object(data)),
    ]
    if shape.isInternal { members.append(.init("visibility", "internal")) }
    return .object(members)
  }
}
