package import CasefileModel

extension ClockFacts: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(ticket)
    writer.put(number: UInt64(signals.count))
    // Signals follow each other closely: what lies between two takes fewer bytes than each.
    var at: Int64 = 0
    var position: Int64 = 0
    for signal in signals {
      writer.put(byte: signal.kind.rawValue)
      writer.put(signal.at.microseconds &- at)
      writer.put(Int64(bitPattern: signal.position.rawValue) &- position)
      if signal.kind.hasValue { writer.put(number: UInt64(signal.value)) }
      at = signal.at.microseconds
      position = Int64(bitPattern: signal.position.rawValue)
    }
    writer.put(blob: texts)
    writer.put(holders)
    writer.put(offers)
    writer.put(recorded)
    writer.put(silentImports)
    writer.put(lastAt)
  }

  package init(from reader: inout RowReader) throws(RowError) { try read(from: &reader) }

  /// Takes another row's value; the memory of the one before is used again.
  package mutating func read(row bytes: [UInt8]) throws(RowError) {
    try read(row: bytes, in: bytes.indices)
  }

  /// The same of a row that is a part of the bytes.
  package mutating func read(row bytes: [UInt8], in range: Range<Int>) throws(RowError) {
    var reader = RowReader(bytes, in: range)
    try read(from: &reader)
    guard reader.isAtEnd else { throw RowError() }
  }

  private mutating func read(from reader: inout RowReader) throws(RowError) {
    ticket = try reader.get()
    try readSignals(&reader)
    try reader.blob(into: &texts)
    let holdings = try reader.count()
    holders.removeAll(keepingCapacity: true)
    for _ in 0..<holdings { holders.append(try HolderSpan(from: &reader)) }
    offers = try reader.get()
    recorded = try reader.get()
    silentImports = try reader.get()
    lastAt = try reader.get()
  }

  /// Every ticket has dozens of them: read one number after the other by the reader, they took as long
  /// as to judge the ticket.
  private mutating func readSignals(_ reader: inout RowReader) throws(RowError) {
    let count = try reader.count()
    var signals = signals
    self.signals = []
    signals.removeAll(keepingCapacity: true)
    signals.reserveCapacity(count)
    try reader.read { (bytes, offset) throws(RowError) in
      var at: Int64 = 0
      var position: Int64 = 0
      for _ in 0..<count {
        guard offset < bytes.count, let kind = ClockSignal.Kind(rawValue: bytes[offset]) else {
          throw RowError()
        }
        offset += 1
        at &+= try bytes.difference(&offset)
        position &+= try bytes.difference(&offset)
        let value = kind.hasValue ? try bytes.number(&offset) : 0
        // Differences between times are taken without a look at their size.
        let time = Timestamp(microseconds: at)
        guard time.isInRange else { throw RowError() }
        signals.append(
          ClockSignal(
            at: time, position: Position(UInt64(bitPattern: position)), kind: kind,
            value: UInt32(truncatingIfNeeded: value)))
      }
    }
    self.signals = signals
  }
}

extension Span<UInt8> {
  /// What `RowWriter` wrote as a number.
  @inline(__always)
  fileprivate func number(_ offset: inout Int) throws(RowError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while offset < count, shift <= 63 {
      let byte = self[offset]
      offset += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift += 7
    }
    throw RowError()
  }

  /// A number of either sign.
  @inline(__always)
  fileprivate func difference(_ offset: inout Int) throws(RowError) -> Int64 {
    let number = try number(&offset)
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }
}

extension PolicyApplication: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(id)
    writer.put(version)
    writer.put(mode)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(id: try reader.get(), version: try reader.get(), mode: try reader.get())
  }
}

extension TicketAttributes: RowCodable {
  package func write(to writer: inout RowWriter) {
    for text in [priority, kind, channel, topic, group, client] { writer.put(text) }
    writer.put(tags)
    writer.put(fields)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    try self.init(withoutLists: &reader)
    tags = try reader.get()
    fields = try reader.get()
  }

  /// Reads the attributes of which a ticket has one each.
  init(withoutLists reader: inout RowReader) throws(RowError) {
    self.init(
      priority: try reader.get(), kind: try reader.get(), channel: try reader.get(),
      topic: try reader.get(), group: try reader.get(), client: try reader.get())
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
