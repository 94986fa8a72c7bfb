package import CasefileModel

// Fields in order of declaration; a change of them needs a new version of the view `tickets`.

extension AgentEntry.Kind: RowCodable {}

extension AgentEntry.OfferOutcome: RowCodable {}

extension AgentEntry: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(kind)
    writer.put(at)
    writer.put(position)
    writer.put(ticket)
    writer.put(by)
    writer.put(other)
    writer.put(otherGroup)
    writer.put(mode)
    writer.put(handoffKind)
    writer.put(handoff)
    writer.put(reason)
    writer.put(hasSummary)
    writer.put(offeredAt)
    writer.put(acceptedBy)
    writer.put(unassignedAt)
    writer.put(outcome)
    writer.put(outcomeAt)
    writer.put(outcomePosition)
    writer.put(contact)
    writer.put(clock)
    writer.put(channel)
    writer.put(talkSeconds)
    writer.put(duty)
    writer.put(absence)
    writer.put(openTickets)
    writer.put(unhandedTickets)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(try reader.get(), at: try reader.get(), position: try reader.get())
    ticket = try reader.get()
    by = try reader.get()
    other = try reader.get()
    otherGroup = try reader.get()
    mode = try reader.get()
    handoffKind = try reader.get()
    handoff = try reader.get()
    reason = try reader.get()
    hasSummary = try reader.get()
    offeredAt = try reader.get()
    acceptedBy = try reader.get()
    unassignedAt = try reader.get()
    outcome = try reader.get()
    outcomeAt = try reader.get()
    outcomePosition = try reader.get()
    contact = try reader.get()
    clock = try reader.get()
    channel = try reader.get()
    talkSeconds = try reader.get()
    duty = try reader.get()
    absence = try reader.get()
    openTickets = try reader.get()
    unhandedTickets = try reader.get()
  }
}

extension AgentPart.Closure: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(from)
    writer.put(until)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      from: try reader.get(), until: try reader.get())
  }
}

extension AgentPart: RowCodable {
  package func write(to writer: inout RowWriter) {
    // First, so that who asks for a month need not read the parts of other years.
    let times = times
    writer.put(times?.from ?? .latest)
    writer.put(times?.until ?? .earliest)
    writer.put(agent)
    writer.put(ticket)
    writer.put(entries)
    writer.put(spans)
    writer.put(closures)
  }

  /// Whether the part of a row may have to do with a time; the rest of the row is not read.
  package static func mayTouch(
    _ row: [UInt8], since: Timestamp?, until: Timestamp?
  ) throws(RowError) -> Bool {
    var reader = RowReader(row)
    let from: Timestamp = try reader.get()
    let last: Timestamp = try reader.get()
    let margin = margin(since: since, until: until)
    return from < margin.until && margin.from <= last
  }

  package init(from reader: inout RowReader) throws(RowError) {
    let _: Timestamp = try reader.get()
    let _: Timestamp = try reader.get()
    self.init(
      agent: try reader.get(), ticket: try reader.get(), entries: try reader.get(),
      spans: try reader.get(), closures: try reader.get())
  }
}
