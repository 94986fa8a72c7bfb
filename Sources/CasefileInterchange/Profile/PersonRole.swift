/// What an id in a field of the vocabulary names, as far as imports join ids of several sources.
enum PersonRole: String, CaseIterable, Sendable {
  case agent, client, group, topic

  private static let fields: [PersonRole: Set<String>] = [
    .agent: [
      "agentId", "fromAgent", "toAgent", "escalatedTo", "keptAgent", "brokenBy", "judgedBy",
      "reviewerId", "holderAgent", "answeringAgent", "otherReviewer", "assignedBy", "supervisor",
      "coveredBy", "setBy", "promisedBy", "approvedBy", "openedBy", "by",
    ],
    .client: [
      "clientId", "fromClient", "toClient", "intoClient", "personId", "promisedTo", "confirmedBy",
      "recipientId", "authorId",
    ],
    .group: [
      "groupId", "fromGroup", "toGroup", "oldGroup", "groups", "toQueue", "escalatedToGroup",
    ],
    .topic: ["topicId", "oldTopic"],
  ]

  init?(field: String) {
    guard let found = PersonRole.fields.first(where: { $0.value.contains(field) }) else {
      return nil
    }
    self = found.key
  }

  var isPerson: Bool { self == .agent || self == .client }

  /// The tag of an event that has the id in this field at its top.
  static func tagged(_ field: String) -> PersonRole? {
    switch field {
    case "agentId", "fromAgent", "toAgent": .agent
    case "clientId", "fromClient", "toClient": .client
    case "groupId", "fromGroup", "toGroup": .group
    case "topicId": .topic
    default: nil
    }
  }
}
