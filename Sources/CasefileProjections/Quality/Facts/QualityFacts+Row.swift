import CasefileModel

/// Texts of a row, each once.
private struct TextPool {
  /// The first byte is nobody's: place nought means no text.
  private(set) var bytes: [UInt8] = [0]
  private var places: [String: UInt64] = [:]

  mutating func place(_ text: String?) -> UInt64 {
    guard let text else { return 0 }
    if let known = places[text] { return known }
    let place = UInt64(bytes.count)
    places[text] = place
    bytes += RowWriter.encode(text)
    return place
  }
}

extension QualityFacts {
  /// Writes what `StoredFacts` reads: sections that are read one without the others.
  package func write(to writer: inout RowWriter) {
    var pool = TextPool()
    var sections: [[UInt8]] = [section(of: traits, &pool)]
    sections.append(course.map { RowWriter.encode($0) } ?? [])
    sections.append(RowWriter.encode(places))
    for metric in metrics { sections.append(section(of: metric, &pool)) }
    writer.put(ticket)
    writer.put(contact)
    writer.put(blob: pool.bytes)
    for section in sections { writer.put(blob: section) }
  }

  private func section(of traits: TicketTraits, _ pool: inout TextPool) -> [UInt8] {
    guard traits != TicketTraits() else { return [] }
    var writer = RowWriter()
    for text in [
      traits.channel, traits.topic, traits.priority, traits.client, traits.project,
      traits.closeKind, traits.kind, traits.entryPoint,
    ] { writer.put(number: pool.place(text)) }
    for list in [traits.tags, traits.causes] {
      writer.put(number: UInt64(list.count))
      for text in list { writer.put(number: pool.place(text)) }
    }
    writer.put(number: UInt64(traits.templates.count))
    var from: Int64 = 0
    for period in traits.templates {
      writer.put(period.from.microseconds &- from)
      from = period.from.microseconds
      writer.put(number: pool.place(period.key))
    }
    return writer.bytes
  }

  private func section(of metric: TicketMetric, _ pool: inout TextPool) -> [UInt8] {
    guard !metric.samples.isEmpty || !metric.omissions.isEmpty else { return [] }
    var writer = RowWriter()
    writer.put(number: UInt64(metric.omissions.count))
    for (place, why) in Metric.Omission.allCases.enumerated() {
      guard let count = metric.omissions[why] else { continue }
      writer.put(number: UInt64(place))
      writer.put(count)
    }
    writer.put(number: UInt64(metric.samples.count))
    var at: Int64 = 0
    for sample in metric.samples {
      writer.put(sample.at.microseconds &- at)
      at = sample.at.microseconds
      writer.put(sample.value)
      for text in [sample.part, sample.agent, sample.group] {
        writer.put(number: pool.place(text))
      }
      writer.put(number: UInt64(sample.positions.count))
      var last: UInt64 = 0
      for position in sample.positions {
        writer.put(Int64(bitPattern: position.rawValue &- last))
        last = position.rawValue
      }
    }
    return writer.bytes
  }
}

/// A row of the view `quality`, of which each part is read when it is asked for: of a million tickets
/// one metric is wanted.
package struct StoredFacts: Sendable {
  /// The ticket's id; of a contact the ticket's to which it belongs.
  package let ticket: String?
  /// The contact's stream; nil for a ticket.
  package let contact: String?
  private let start: RowReader
  /// Where the texts stand.
  private let pool: Int
  /// Where the sections begin.
  private let sections: Int

  /// Begins to read what `QualityFacts` wrote.
  package init(from reader: RowReader) throws(RowError) {
    var reader = reader
    ticket = try reader.get()
    contact = try reader.get()
    start = reader
    let texts = try reader.range()
    pool = texts.lowerBound
    sections = texts.upperBound
  }

  /// A section's reader; nil where it is empty.
  private func section(_ number: Int) throws(RowError) -> RowReader? {
    var reader = start.moved(to: sections)
    for _ in 0..<number { _ = try reader.range() }
    let range = try reader.range()
    return range.isEmpty ? nil : reader.moved(to: range.lowerBound)
  }

  private func text(_ reader: inout RowReader) throws(RowError) -> String? {
    let place = try reader.number()
    guard place > 0 else { return nil }
    guard place < UInt64(sections - pool) else { throw RowError() }
    var texts = start.moved(to: pool + Int(place))
    return try texts.text()
  }

  /// By what its values are told apart.
  package func traits() throws(RowError) -> TicketTraits {
    var traits = TicketTraits()
    guard var reader = try section(0) else { return traits }
    traits.channel = try text(&reader)
    traits.topic = try text(&reader)
    traits.priority = try text(&reader)
    traits.client = try text(&reader)
    traits.project = try text(&reader)
    traits.closeKind = try text(&reader)
    traits.kind = try text(&reader)
    traits.entryPoint = try text(&reader)
    traits.tags = try texts(&reader)
    traits.causes = try texts(&reader)
    var from: Int64 = 0
    for _ in 0..<(try reader.count()) {
      from &+= try Int64(from: &reader)
      traits.templates.append(
        TicketTraits.Period(from: Timestamp(microseconds: from), key: try text(&reader)))
    }
    return traits
  }

  private func texts(_ reader: inout RowReader) throws(RowError) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try reader.count()) {
      guard let text = try text(&reader) else { throw RowError() }
      texts.append(text)
    }
    return texts
  }

  /// What bears on the instant and on other tickets; nil where all was retracted.
  package func course() throws(RowError) -> TicketCourse? {
    guard var reader = try section(1) else { return nil }
    return try TicketCourse(from: &reader)
  }

  /// By what it is found.
  package func places() throws(RowError) -> QualityPlaces {
    guard var reader = try section(2) else { return QualityPlaces() }
    return try reader.get()
  }

  private static let omissions = Metric.Omission.allCases

  /// The values of a metric of the basis `history`, without traits.
  package func metric(_ metric: Metric) throws(RowError) -> TicketMetric {
    var result = TicketMetric()
    result.contact = contact
    guard let place = Metric.stored.firstIndex(of: metric), var reader = try section(3 + place)
    else { return result }
    for _ in 0..<(try reader.count()) {
      let place = try reader.number()
      guard place < UInt64(StoredFacts.omissions.count) else { throw RowError() }
      result.omissions[StoredFacts.omissions[Int(place)]] = try Int(from: &reader)
    }
    let count = try reader.count()
    result.samples.reserveCapacity(count)
    var at: Int64 = 0
    for _ in 0..<count {
      at &+= try Int64(from: &reader)
      let value = try Int64(from: &reader)
      let part = try text(&reader)
      let agent = try text(&reader)
      let group = try text(&reader)
      let places = try reader.count()
      var positions: [Position] = []
      positions.reserveCapacity(places)
      var last: UInt64 = 0
      for _ in 0..<places {
        last &+= UInt64(bitPattern: try Int64(from: &reader))
        positions.append(Position(last))
      }
      result.samples.append(
        MetricSample(
          ticket: ticket, contact: contact, at: Timestamp(microseconds: at), value: value,
          part: part, agent: agent,
          group: group, positions: positions))
    }
    return result
  }
}
