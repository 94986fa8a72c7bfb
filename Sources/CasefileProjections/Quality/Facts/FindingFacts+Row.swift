import CasefileModel

extension FindingFacts: RowCodable {
  package func write(to writer: inout RowWriter) {
    // At the beginning, since they are read alone too.
    writer.put(closes)
    writer.put(tenure)
    writer.put(calls)
    writer.put(imported)
    let codes = FindingCode.allCases.enumerated().filter { candidates[$0.element] != nil }
    writer.put(number: UInt64(codes.count))
    for (place, code) in codes {
      writer.put(number: UInt64(place))
      writer.put(candidates[code] ?? [])
    }
    switch close {
    case .shown(let positions):
      writer.put(byte: 0)
      writer.put(positions)
    case .unclear: writer.put(byte: 1)
    case .doubtful(let finding):
      writer.put(byte: 2)
      writer.put(finding)
    }
    writer.put(isCloseUnclear)
    writer.put(offerLapsesAt)
    writer.put(waits)
    writer.put(agreements)
    writer.put(notices)
    writer.put(retargets)
    writer.put(isReordered)
    for seconds in [lateSeconds, continuedSeconds] { writer.put(seconds) }
    writer.put(pauses)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    let closes: [AgentClose] = try reader.get()
    self.init(tenure: try reader.get())
    self.closes = closes
    calls = try reader.get()
    imported = try reader.get()
    for _ in 0..<(try reader.count()) {
      let place = try reader.number()
      guard place < UInt64(FindingFacts.codes.count) else { throw RowError() }
      candidates[FindingFacts.codes[Int(place)]] = try [Candidate](from: &reader)
    }
    switch try reader.byte() {
    case 0: close = .shown(try reader.get())
    case 1: close = .unclear
    case 2: close = .doubtful(try reader.get())
    default: throw RowError()
    }
    isCloseUnclear = try reader.get()
    offerLapsesAt = try reader.get()
    waits = try reader.get()
    agreements = try reader.get()
    notices = try reader.get()
    retargets = try reader.get()
    isReordered = try reader.get()
    lateSeconds = try reader.get()
    continuedSeconds = try reader.get()
    pauses = try reader.get()
  }

  /// The closes by agents in such a row.
  package static func closes(inRow row: [UInt8]) throws(RowError) -> [AgentClose] {
    var reader = RowReader(row)
    return try reader.get()
  }

  private static let codes = FindingCode.allCases
}

extension FindingFacts.Imported: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(batches)
    writer.put(types)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(batches: try reader.get(), types: try reader.get())
  }
}

extension FindingFacts.Candidate: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(finding)
    writer.put(measure)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(finding: try reader.get(), measure: try reader.get())
  }
}

extension FindingFacts.Act: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(at)
    writer.put(position)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(at: try reader.get(), position: try reader.get())
  }
}

extension FindingFacts.Pause: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(since)
    writer.put(silentSeconds)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(since: try reader.get(), silentSeconds: try reader.get())
  }
}

extension FindingFacts.Wait: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(since)
    writer.put(until)
    writer.put(endedAt)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(since: try reader.get(), until: try reader.get(), endedAt: try reader.get())
  }
}

extension FindingFacts.Notice: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(at)
    writer.put(clock)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(at: try reader.get(), clock: try reader.get())
  }
}

extension FindingFacts.Agreement: RowCodable {
  func write(to writer: inout RowWriter) {
    writer.put(id)
    writer.put(isBroken)
    writer.put(isFulfilled)
    writer.put(dueAt)
    writer.put(outcomeAt)
    writer.put(finding)
  }

  init(from reader: inout RowReader) throws(RowError) {
    self.init(
      id: try reader.get(), isBroken: try reader.get(), isFulfilled: try reader.get(),
      dueAt: try reader.get(), outcomeAt: try reader.get(), finding: try reader.get())
  }
}

extension FindingCode: RowCodable {}

/// Effects on clocks depend on policies: a row has none.
extension Finding: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(code)
    writer.put(ticket)
    writer.put(contact)
    writer.put(at)
    writer.put(positions)
    writer.put(agent)
    writer.put(group)
    writer.put(details)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init(
      code: try reader.get(), ticket: try reader.get(), contact: try reader.get(),
      at: try reader.get(), positions: try reader.get(), agent: try reader.get(),
      group: try reader.get(), details: try reader.get(), clocks: [])
  }
}

/// By which calendar it is measured depends on policies too.
extension Finding.Details: RowCodable {
  package func write(to writer: inout RowWriter) {
    writer.put(agents)
    writer.put(groups)
    for number in [seconds, limitSeconds, count] { writer.put(number) }
    writer.put(word)
    writer.put(other)
    writer.put(until)
  }

  package init(from reader: inout RowReader) throws(RowError) {
    self.init()
    agents = try reader.get()
    groups = try reader.get()
    seconds = try reader.get()
    limitSeconds = try reader.get()
    count = try reader.get()
    word = try reader.get()
    other = try reader.get()
    until = try reader.get()
  }
}
