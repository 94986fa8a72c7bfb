import CasefileModel

/// The import profile that fits the snapshots.
enum SnapshotProfile {
  static var json: JSONValue {
    [
      "$schema": "../import-profile.schema.json",
      "title": "Snapshots of a simulated help desk",
      "profile": "simulated-snapshots", "version": "1", "source": "simulated",
      "mode": "snapshots",
      "csv": ["delimiter": ",", "encoding": "utf-8"],
      "time": ["formats": ["yyyy-MM-dd HH:mm:ss"], "zone": "UTC"],
      "ticket": "ticket", "order": "update", "recordKey": ["ticket", "update"],
      "eventTime": "updated_at", "writtenAt": "updated_at",
      "actor": actor("updated_by"),
      "tags": ["agent", "group", "client"],
      "records": ["ticket.*", "waiting.*", "resolution.proposed", "source.updated"],
      "snapshots": [
        "state": ["column": "status", "labels": labels],
        "reopening": ["counter": "reopens"],
        "group": "group", "assignee": ["column": "assignee", "identity": "opaque"],
        "client": ["column": "client", "identity": "opaque"],
        "priority": "priority", "topic": "topic",
        "channel": ["column": "channel", "labels": channels], "untracked": ["messages"],
      ],
    ]
  }

  /// Who acts, as `CSVActor` names them.
  static func actor(_ column: String) -> JSONValue {
    [
      "column": .string(column), "identity": "opaque", "kind": "agent",
      "kinds": [
        "portal": "client", "system": "system", "callback": "system", "rules": "rule",
        "bots": "bot", "gateway": "integration", "quality": "reviewer",
      ],
    ]
  }

  private static var channels: JSONValue {
    .object(
      Entry.all.compactMap { entry in
        entry.channel.name.map { JSONValue.Member($0, .string($0)) }
      })
  }

  private static var labels: JSONValue {
    var members: [JSONValue.Member] = []
    for place in Label.texts.indices {
      guard let label = Label(rawValue: place) else { continue }
      members.append(.init(label.text, meaning(label)))
    }
    return .object(members)
  }

  private static func meaning(_ label: Label) -> JSONValue {
    switch label {
    case .new: ["status": "new"]
    // The solution stands; only a reopening takes it back.
    case .open, .confirmed: ["status": "open"]
    case .waitingForClient: ["status": "pending", "waitsFor": "client"]
    case .waitingForVendor: ["status": "onHold", "waitsFor": "vendor"]
    case .waitingForDepartment: ["status": "onHold", "waitsFor": "internalDepartment"]
    case .waitingForParts: ["status": "onHold", "waitsFor": "partsDelivery"]
    case .scheduled: ["status": "onHold", "waitsFor": "scheduledUntil"]
    case .resolved: ["status": "resolved"]
    case .waitingForConfirmation: ["status": "pending", "waitsFor": "clientConfirmation"]
    case .closedConfirmed: ["status": "closed", "closeKind": "confirmed"]
    case .closedUnconfirmed: ["status": "closed", "closeKind": "agentUnconfirmed"]
    case .closedAutomatically: ["status": "closed", "closeKind": "autoClose"]
    case .duplicate: ["status": "closed", "closeKind": "duplicate"]
    case .spam: ["status": "closed", "closeKind": "spam"]
    case .merged: ["status": "closed", "closeKind": "merged"]
    case .withdrawn: ["status": "closed", "closeKind": "withdrawnByClient"]
    case .unreachable: ["status": "closed", "closeKind": "clientUnreachable"]
    case .unresolved: ["status": "closed", "closeKind": "unresolved"]
    case .closedInBulk: ["status": "closed", "closeKind": "bulk"]
    }
  }
}
