import CasefileModel

/// The values of one metric on all tickets of a block.
///
/// A ticket's row has all that is known of it; of a million tickets one metric is wanted, so what many
/// tickets have of it stands together once more. Tickets are told by their place in the block.
package struct MetricSection {
  /// One value, with places of texts.
  struct Value {
    let at: Int64
    let value: Int64
    let part: Int
    let agent: Int
    let group: Int
  }

  /// The texts by place; the first is none.
  let texts: [String?]
  private var main: RowReader
  private var proofs: RowReader
  private var at: Int64 = 0
  private var position: UInt64 = 0
  /// The ticket whose values come next; nil at the end.
  package private(set) var ticket: Int?
  /// How many values of the ticket were not read yet.
  private(set) var valueCount = 0
  /// What of the ticket is no value.
  private(set) var omissions: [(why: Metric.Omission, count: Int)] = []

  /// Begins to read what `Writer` wrote; no bytes are the values of no ticket.
  package init(_ bytes: [UInt8]) throws(RowError) {
    var reader = RowReader(bytes)
    guard !bytes.isEmpty else {
      (main, proofs, texts) = (reader, reader, [nil])
      return
    }
    let mainRange = try reader.range()
    let proofRange = try reader.range()
    texts = try BlockTexts.read(&reader)
    main = RowReader(bytes, in: mainRange)
    proofs = RowReader(bytes, in: proofRange)
    try advance(from: -1)
  }

  /// The places of the tickets of which there is anything, be it no value.
  package static func tickets(in bytes: [UInt8]) throws(RowError) -> Set<Int> {
    var section = try MetricSection(bytes)
    var places: Set<Int> = []
    while let ticket = section.ticket {
      places.insert(ticket)
      try section.passValues()
      try section.advance()
    }
    return places
  }

  private static let allOmissions = Metric.Omission.allCases

  private mutating func advance(from last: Int) throws(RowError) {
    guard !main.isAtEnd else {
      ticket = nil
      return
    }
    let step = try main.number()
    guard step < UInt64(Int32.max) else { throw RowError() }
    ticket = last + 1 + Int(step)
    let head = try main.number()
    valueCount = try main.checked(count: head >> 1)
    if !omissions.isEmpty { omissions.removeAll(keepingCapacity: true) }
    guard head & 1 == 1 else { return }
    for _ in 0..<(try main.count()) {
      let place = try main.number()
      guard place < UInt64(MetricSection.allOmissions.count) else { throw RowError() }
      omissions.append((MetricSection.allOmissions[Int(place)], try Int(from: &main)))
    }
  }

  /// The next value of the ticket, without the events that prove it. Whoever reads values so can't read
  /// samples any more.
  mutating func next() throws(RowError) -> Value {
    valueCount -= 1
    at &+= try Int64(from: &main)
    let value = try Int64(from: &main)
    return Value(
      at: at, value: value, part: try main.place(in: texts), agent: try main.place(in: texts),
      group: try main.place(in: texts))
  }

  /// The first event that proves the value that was read last, where all values are read so.
  mutating func firstProof() throws(RowError) -> Position? {
    var first: Position?
    for _ in 0..<(try proofs.count()) {
      position &+= UInt64(bitPattern: try Int64(from: &proofs))
      first = first ?? Position(position)
    }
    return first
  }

  /// Goes over the values of the ticket.
  mutating func passValues() throws(RowError) {
    while valueCount > 0 { _ = try next() }
  }

  /// Goes on to the next ticket, when all values of this one were read.
  mutating func advance() throws(RowError) {
    guard let ticket else { return }
    try advance(from: ticket)
  }

  /// Goes on to the next ticket.
  ///
  /// - Parameter id: the ticket's id; of a contact that to which it belongs.
  mutating func take(ticket id: String?, contact: String?) throws(RowError) -> TicketMetric {
    var result = TicketMetric()
    result.contact = contact
    for (why, count) in omissions { result.omissions[why] = count }
    result.samples.reserveCapacity(valueCount)
    while valueCount > 0 {
      let value = try next()
      let count = try proofs.count()
      var positions: [Position] = []
      positions.reserveCapacity(count)
      for _ in 0..<count {
        position &+= UInt64(bitPattern: try Int64(from: &proofs))
        positions.append(Position(position))
      }
      result.samples.append(
        MetricSample(
          ticket: id, contact: contact, at: Timestamp(microseconds: value.at), value: value.value,
          part: texts[value.part], agent: texts[value.agent], group: texts[value.group],
          positions: positions))
    }
    try advance()
    return result
  }

  /// Goes over the next ticket.
  mutating func skip() throws(RowError) {
    while valueCount > 0 {
      _ = try next()
      for _ in 0..<(try proofs.count()) {
        position &+= UInt64(bitPattern: try Int64(from: &proofs))
      }
    }
    try advance()
  }

  /// Writes the values of tickets one after the other.
  struct Writer {
    private var texts = BlockTexts()
    private var main = RowWriter()
    private var proofs = RowWriter()
    private var at: Int64 = 0
    private var position: UInt64 = 0
    private var last = -1

    mutating func add(_ metric: TicketMetric, ticket: Int) {
      guard !metric.samples.isEmpty || !metric.omissions.isEmpty else { return }
      main.put(number: UInt64(ticket - last - 1))
      last = ticket
      main.put(number: UInt64(metric.samples.count) << 1 | (metric.omissions.isEmpty ? 0 : 1))
      if !metric.omissions.isEmpty {
        main.put(number: UInt64(metric.omissions.count))
        for (place, why) in MetricSection.allOmissions.enumerated() {
          guard let count = metric.omissions[why] else { continue }
          main.put(number: UInt64(place))
          main.put(count)
        }
      }
      for sample in metric.samples { add(sample) }
    }

    private mutating func add(_ sample: MetricSample) {
      main.put(sample.at.microseconds &- at)
      at = sample.at.microseconds
      main.put(sample.value)
      for text in [sample.part, sample.agent, sample.group] { main.put(number: texts.place(text)) }
      proofs.put(number: UInt64(sample.positions.count))
      for place in sample.positions {
        proofs.put(Int64(bitPattern: place.rawValue &- position))
        position = place.rawValue
      }
    }

    /// The section; no bytes where no ticket has a value or an omission.
    var bytes: [UInt8] {
      guard last >= 0 else { return [] }
      var writer = RowWriter()
      writer.put(blob: main.bytes)
      writer.put(blob: proofs.bytes)
      texts.write(to: &writer)
      return writer.bytes
    }
  }
}
