import CasefileModel

/// English. Each file of the extensions holds one topic.
struct EnglishPhrases: Phrases {
  func sentence(for type: String, _ fields: inout EventFields, _ actor: Actor) -> Sentence? {
    lifecycle(type, &fields) ?? responsibility(type, &fields, actor)
      ?? contact(type, &fields, actor) ?? outcome(type, &fields, actor)
  }

  func title(of type: String) -> String? { EventTitles.all[type]?.en }

  func word(_ word: String, of enumeration: String?) -> String {
    switch enumeration {
    case "WaitReason": EnglishPhrases.waitReasons[word] ?? EventFields.divided(word)
    case "CloseKind": EnglishPhrases.closeKinds[word] ?? EventFields.divided(word)
    default: EventFields.divided(word)
    }
  }

  private static let waitReasons = [
    "client": "the client", "vendor": "the vendor", "thirdParty": "a third party",
    "internalDepartment": "another department", "scheduledUntil": "an agreed date",
    "clientConfirmation": "the client's confirmation", "partsDelivery": "parts",
    "problem": "the solution of a problem", "other": "something else",
  ]

  private static let closeKinds = [
    "confirmed": "confirmed by the client", "agentUnconfirmed": "by the agent, not confirmed",
    "autoClose": "by a rule after silence", "withdrawnByClient": "withdrawn by the client",
    "clientUnreachable": "the client could not be reached",
    "bulk": "together with many others", "unknown": "the source doesn't say how",
  ]

  func label(_ field: String) -> String { EventFields.divided(field) }

  func duration(_ seconds: Int64) -> String {
    DurationUnits(second: "s", minute: "min", hour: "h", day: "d").text(seconds)
  }

  func bytes(_ count: Int64) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

  func quoted(_ text: String) -> String { "“\(text)”" }

  var erased: String { "erased" }
  var yes: String { "yes" }
  var no: String { "no" }

  func actor(kind: Actor.Kind, name: String?, hasRealName: Bool, behalf: String?) -> String {
    let word = kind.name ?? "actor of kind \(kind.rawValue)"
    let text: String
    switch (kind, name) {
    // Whose name is known needs no kind, unless it isn't the desk's own person.
    case (.agent, let name?) where hasRealName: text = name
    case (_, let name?): text = "\(word) \(name)"
    case (_, nil): text = word
    }
    return behalf.map { "\(text) for \($0)" } ?? text
  }

  /// `1 message`, `2 messages`.
  func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }
}
