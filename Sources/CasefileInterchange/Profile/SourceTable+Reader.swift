internal import CasefileModel

extension SourceTable {
  /// Reads the members that describe one kind of file, from the profile itself or from one of its
  /// `tables`.
  init(_ reader: inout ProfileReader, name: String, mode: ImportProfile.Mode) {
    self.name = name
    var stream = reader.object("stream", isRequired: false)
    if stream.isPresent {
      if mode == .snapshots { reader.note("stream", "snapshots are of tickets; write ticket") }
      streamKind = stream.text("kind", "the kind of the streams, such as agent")
      ticket = stream.text("column", "the column that holds the id")
      stream.finish()
      if reader.has("ticket") { reader.note("ticket", "stream says it already") }
      reader.skip("ticket")
    } else {
      streamKind = "ticket"
      ticket = reader.text("ticket", "the column that holds the ticket's id")
    }
    order = reader.optionalText("order")
    recordKey = reader.textOrTexts("recordKey")
    eventTime = reader.text("eventTime", "the column that holds when it happened")
    writtenAt = reader.optionalText("writtenAt")
    var actorReader = reader.object("actor")
    actor = ActorRule(&actorReader, mode: mode)
    actorReader.finish()
    leaking = reader.texts("leaking", "a list of columns such as [\"closed_at\"]")
    otherColumns = reader.word("otherColumns", OtherColumns.self, isRequired: false) ?? .refuse
    wholeNumbers = reader.texts("wholeNumbers", "a list of columns such as [\"id\"]")
    join = SourceTable.join(&reader, recordKey: recordKey, mode: mode)
    identities = reader.map("identities") { reader, column in
      reader.word(column, Identity.self)
    }
    if mode == .snapshots, !identities.isEmpty {
      reader.note("identities", "mode snapshots names it beside each column, as in assignee")
    }
    var ruleReader = EventRuleReader(
      identities: identities, streamKind: streamKind, profileMistakes: reader.mistakes)
    rules = ruleReader.rules(&reader, isRequired: mode == .events)
    columns = ruleReader.columns
  }

  private static func join(
    _ reader: inout ProfileReader, recordKey: [String], mode: ImportProfile.Mode
  ) -> Join? {
    var inner = reader.object("join", isRequired: false)
    defer { inner.finish() }
    guard inner.isPresent else { return nil }
    if mode == .snapshots { reader.note("join", "only mode events joins rows") }
    if recordKey.isEmpty {
      reader.note("join", "rows of one record key are joined; name it in recordKey")
    }
    let order = inner.text("order", "the column that orders the rows of one record")
    let texts = inner.orderedMap("texts") { reader, column in
      reader.anyText(column, "what stands between two texts, such as \"\\n\"")
    }
    if texts.isEmpty {
      inner.note("texts", "it should name the columns to join, such as {\"sentence\": \"\\n\"}")
    }
    return Join(order: order, texts: texts.map { (column: $0.0, between: $0.1) })
  }

  /// Finds columns that can't be what the profile says of them.
  func check(_ path: String, _ mistakes: ProfileMistakes) {
    let keys = recordKey.map { ("recordKey", $0) } + (writtenAt.map { [("writtenAt", $0)] } ?? [])
    var used = keys + fixedColumns.map { ($0.path, $0.column) }
    used += columns.names.map { ("events", $0) }
    if let order { used.append(("order", order)) }
    if let join {
      used.append(("join.order", join.order))
      used += join.texts.map { ("join.texts", $0.column) }
    }
    for (member, column) in used where leaking.contains(column) {
      mistakes.note(
        path + member, "the column \(column) is listed in leaking and is never read")
    }
  }
}

extension SourceTable.ActorRule {
  init(_ reader: inout ProfileReader, mode: ImportProfile.Mode) {
    identity = .opaque
    if mode == .snapshots || reader.has("column") {
      column = reader.text("column", "the name of a column")
      identity = reader.word("identity", SourceTable.Identity.self) ?? .opaque
    }
    kind = reader.enumeration("kind", Actor.Kind.self) ?? .agent
    kinds = reader.map("kinds") { reader, name in reader.enumeration(name, Actor.Kind.self) }
  }
}
