import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel

/// A made-up source of actions: one row each, or several rows a message.
enum ActionSource {
  static let profileText = """
    {"profile": "actions", "version": "1", "source": "desk", "mode": "events",
     "csv": {"unknown": ["?"]},
     "time": {"formats": ["yyyy-MM-dd HH:mm"], "zone": "UTC"},
     "tags": ["agent", "client", "group"],
     "tables": [
       {"name": "actions", "ticket": "id", "recordKey": "row", "wholeNumbers": ["row"],
        "eventTime": "at", "writtenAt": "at",
        "actor": {"column": "by", "identity": "opaque", "kinds": {"robot": "bot"}},
        "events": [
          {"when": {"what": "open"}, "event": "ticket.opened",
           "data": {"clientId": "{who}", "kind": "incident", "subject": "{note}"}},
          {"when": {"what": ["take", "give"], "who": {"known": true}}, "event": "ticket.assigned",
           "data": {"agentId": "{who}",
                    "mode": {"column": "what", "values": {"take": "take"}, "else": null}}},
          {"when": {"what": "log"}, "event": "ticket.timeLogged",
           "data": {"agentId": "{who}", "seconds": {"column": "note", "times": 60}}},
          {"when": {"what": "shift"}, "event": "agent.presenceChanged",
           "on": {"kind": "agent", "id": "{who}"},
           "data": {"to": {"column": "note", "values": {"in": "online", "out": "offline"}}}},
          {"when": {"what": "offer"}, "event": "handoff.offered",
           "data": {"handoffId": "h-{row}", "fromAgent": "{by}", "toAgent": "{who}",
                    "summary": "See below", "promises": {"column": "note", "split": ";"}}},
          {"when": {"what": "noise"}, "event": "none"}]},
       {"name": "messages", "ticket": "ticket", "recordKey": ["message"],
        "join": {"order": "place", "texts": {"text": " "}},
        "eventTime": "sent", "actor": {"kind": "client"},
        "events": [{"event": "message.received",
                    "data": {"messageId": "m-{message}", "body": "{text}", "authorRole": "client"}}]
       }]}
    """

  static let actions = "id,row,at,by,what,who,note"
  static let messages = "ticket,message,place,sent,text"

  static func profile(_ edit: (String) -> String = { $0 }) throws -> ImportProfile {
    try ImportProfile(parsing: Array(edit(profileText).utf8))
  }

  static func text(_ header: String, _ rows: [String]) -> String {
    ([header] + rows).joined(separator: "\n") + "\n"
  }

  static func action(
    _ id: String, _ row: Int, _ at: String, _ what: String, who: String = "?", note: String = "",
    by: String = "u1"
  ) -> String {
    "\(id),\(row),2026-03-01 \(at),\(by),\(what),\(who),\(note)"
  }

  static func sentence(
    _ ticket: String, _ message: Int, _ place: Int, _ at: String, _ text: String
  ) -> String {
    "\(ticket),\(message),\(place),2026-03-01 \(at),\(text)"
  }

  /// The events of a store but for those of batches, each with its stream and its data.
  static func words(_ store: Store) throws -> [String] {
    var words: [String] = []
    try store.read(EventReadOptions()) { event in
      guard event.envelope.stream.kind != "import" else { return true }
      let json = try EventLine.json(of: event)
      let stream = event.envelope.stream.description
      words.append("\(stream) \(json["type"]?.word ?? "") \(json["data"]?.text ?? "")")
      return true
    }
    return words
  }
}

extension JSONValue {
  fileprivate var word: String? { if case .string(let text) = self { text } else { nil } }
}
