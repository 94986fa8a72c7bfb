import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel

/// A made-up source with few columns, and short words for its events.
enum SmallSource {
  static let header = "id,n,at,by,state,who,team,prio,reopened,client,lang,note,seen"

  static let profileText = """
    {"profile": "small", "version": "1", "source": "desk", "mode": "snapshots",
     "csv": {"unknown": ["?"]},
     "time": {"formats": ["yyyy-MM-dd HH:mm"], "zone": "UTC"},
     "ticket": "id", "order": "n", "eventTime": "at", "writtenAt": "at",
     "actor": {"column": "by", "identity": "opaque", "kinds": {"robot": "bot"}},
     "tags": ["agent", "group", "client"],
     "leaking": ["end"],
     "snapshots": {
       "state": {"column": "state", "labels": {
         "new": {"status": "new"}, "work": {"status": "open"},
         "ask": {"status": "pending", "waitsFor": "client"},
         "vendor": {"status": "onHold", "waitsFor": "vendor"},
         "done": {"status": "resolved"}, "end": {"status": "closed", "closeKind": "autoClose"},
         "odd": {"status": "unknown"}}},
       "reopening": {"counter": "reopened"},
       "group": "team", "assignee": {"column": "who", "identity": "opaque"},
       "client": {"column": "client", "identity": "opaque"}, "priority": "prio",
       "fields": {"lang": "plain", "note": "content"}, "untracked": ["seen"]}}
    """

  static func profile(_ edit: (String) -> String = { $0 }) throws -> ImportProfile {
    // The member `leaking` names a column that the small files lack: they may.
    try ImportProfile(parsing: Array(edit(profileText).utf8))
  }

  /// A row of words, a column each.
  static func row(
    _ id: String, _ order: Int, _ at: String, state: String = "new", who: String = "?",
    team: String = "?", prio: String = "?", reopened: Int = 0, client: String = "c1",
    lang: String = "?", note: String = "", seen: String = "", by: String = "u1"
  ) -> String {
    "\(id),\(order),2026-03-01 \(at),\(by),\(state),\(who),\(team),\(prio),\(reopened),\(client),"
      + "\(lang),\(note),\(seen)"
  }

  static func text(_ rows: [String]) -> String {
    ([header] + rows).joined(separator: "\n") + "\n"
  }

  /// Each event as one word, in order of the log, such as `assigned:a1` or `status:new>work`.
  static func words(_ store: Store) throws -> [String] {
    var words: [String] = []
    try store.read(EventReadOptions()) { event in
      if event.envelope.stream.kind == "ticket" { words.append(try word(event)) }
      return true
    }
    return words
  }

  static func word(_ event: StoredEvent) throws -> String {
    if let it = try event.payload(as: TicketOpened.self) {
      return "opened:\(it.sourceLabel ?? "?")/\(it.status?.name ?? "?")/\(it.groupId ?? "?")"
    }
    if let it = try event.payload(as: TicketAssigned.self) {
      return "assigned:\(it.agentId)" + (it.mode == .initial ? "/initial" : "")
    }
    if let it = try event.payload(as: TicketUnassigned.self) {
      return "unassigned:\(it.agentId ?? "?")"
    }
    if let it = try event.payload(as: TicketStatusChanged.self) {
      return "status:\(it.fromLabel ?? "?")>\(it.sourceLabel ?? "?")"
    }
    if let it = try event.payload(as: TicketGroupChanged.self) {
      return "group:\(it.fromGroup ?? "?")>\(it.toGroup ?? "?")"
    }
    if let it = try event.payload(as: TicketPriorityChanged.self) {
      return "priority:\(it.from ?? "?")>\(it.to ?? "?")"
    }
    if let it = try event.payload(as: TicketClientChanged.self) {
      return "client:\(it.fromClient ?? "?")>\(it.toClient ?? "?")"
    }
    if let it = try event.payload(as: TicketFieldChanged.self) {
      let old = it.plainOldValue ?? it.oldValue?.text ?? "?"
      return "field:\(it.field):\(old)>\(it.plainNewValue ?? it.newValue?.text ?? "?")"
    }
    if let it = try event.payload(as: WaitingStarted.self) {
      return "wait:\(it.reason.name ?? "?")"
    }
    if let it = try event.payload(as: WaitingEnded.self) {
      return "waited:\(it.reason?.name ?? "?")/\(it.ending?.name ?? "?")"
    }
    if let it = try event.payload(as: TicketClosed.self) { return "closed:\(it.kind?.name ?? "?")" }
    if let it = try event.payload(as: SourceUpdated.self) {
      return "updated:\(it.changedColumns.joined(separator: "+"))"
    }
    return EventSchema.builtIn.typeName(of: event.envelope)
  }
}
