package import CasefileModel

extension ClockFacts: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(ticket)
    writer.put(signals)
    writer.put(holders)
    writer.put(offers)
    writer.put(recorded)
    writer.put(lastAt)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      ticket: try reader.get(), signals: try reader.get(), holders: try reader.get(),
      offers: try reader.get(), recorded: try reader.get(), lastAt: try reader.get())
  }
}

extension ClockSignal: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(at)
    writer.put(position)
    writer.put(kind)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(at: try reader.get(), position: try reader.get(), kind: try reader.get())
  }
}

extension ClockSignal.Kind: RowCodable {
  package func write(to writer: inout RowWriter) {
    switch self {
    case .attributes(let attributes):
      writer.put(byte: 0)
      writer.put(attributes)
    case .policyApplied(let id, let version, let mode, let rule):
      writer.put(byte: 1)
      writer.put(id)
      writer.put(version)
      writer.put(mode)
      writer.put(rule)
    case .policyDetached: writer.put(byte: 2)
    case .opened(let needsReply, let isAnswered):
      writer.put(byte: 3)
      writer.put(needsReply)
      writer.put(isAnswered)
    case .group(let group):
      writer.put(byte: 4)
      writer.put(group)
    case .clientTurn: writer.put(byte: 5)
    case .reaction: writer.put(byte: 6)
    case .reply: writer.put(byte: 7)
    case .proposed: writer.put(byte: 8)
    case .confirmed: writer.put(byte: 9)
    case .closed(let kind):
      writer.put(byte: 10)
      writer.put(kind)
    case .reopened: writer.put(byte: 11)
    case .merged: writer.put(byte: 12)
    case .deleted: writer.put(byte: 13)
    case .restored: writer.put(byte: 14)
    case .status(let words):
      writer.put(byte: 15)
      writer.put(words)
    case .waiting(let reasons):
      writer.put(byte: 16)
      writer.put(reasons)
    }
  }

  package init(from reader: inout RowReader) throws(RowError) {
    switch try reader.byte() {
    case 0: self = .attributes(try reader.get())
    case 1:
      self = .policyApplied(
        id: try reader.get(), version: try reader.get(), mode: try reader.get(),
        rule: try reader.get())
    case 2: self = .policyDetached
    case 3: self = .opened(needsReply: try reader.get(), isAnswered: try reader.get())
    case 4: self = .group(try reader.get())
    case 5: self = .clientTurn
    case 6: self = .reaction
    case 7: self = .reply
    case 8: self = .proposed
    case 9: self = .confirmed
    case 10: self = .closed(try reader.get())
    case 11: self = .reopened
    case 12: self = .merged
    case 13: self = .deleted
    case 14: self = .restored
    case 15: self = .status(try reader.get())
    case 16: self = .waiting(try reader.get())
    default: throw RowError()
    }
  }
}

extension TicketAttributes: RowCodable {
  package func write(to writer: inout RowWriter) {
    for text in [priority, kind, channel, topic, group, client] { writer.put(text) }
    writer.put(tags)
    writer.put(fields)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      priority: try reader.get(), kind: try reader.get(), channel: try reader.get(),
      topic: try reader.get(), group: try reader.get(), client: try reader.get(),
      tags: try reader.get(), fields: try reader.get())
  }
}

extension HolderSpan: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(holder)
    writer.put(from)
    writer.put(until)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      holder: try reader.get(), from: try reader.get(), until: try reader.get(),
      position: try reader.get())
  }
}

extension OfferSpan: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(handoff)
    writer.put(toAgent)
    writer.put(toGroup)
    writer.put(from)
    writer.put(until)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      handoff: try reader.get(), toAgent: try reader.get(), toGroup: try reader.get(),
      from: try reader.get(), until: try reader.get(), position: try reader.get())
  }
}

extension RecordedSignal: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(kind)
    writer.put(clock)
    writer.put(instance)
    writer.put(policy)
    writer.put(policyVersion)
    writer.put(dueAt)
    writer.put(remaining)
    writer.put(code)
    writer.put(at)
    writer.put(position)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      kind: try reader.get(), clock: try reader.get(), instance: try reader.get(),
      policy: try reader.get(), policyVersion: try reader.get(), dueAt: try reader.get(),
      remaining: try reader.get(), code: try reader.get(), at: try reader.get(),
      position: try reader.get())
  }
}

extension RecordedSignal.Kind: RowCodable {}
extension PolicyMode: RowCodable {}
