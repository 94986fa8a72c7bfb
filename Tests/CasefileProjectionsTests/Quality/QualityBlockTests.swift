import CasefileModel
import CasefileProjections
import Testing

@Suite("Sections of blocks of tickets")
struct QualityBlockTests {
  /// Tickets of some lengths, one of them without anything.
  private func rows() throws -> [StoredFacts] {
    try (0..<5).map { count in
      var desk = FindingDesk(channel: .email)
      if count > 0 {
        desk.add(TicketTagged(tag: "vip-\(count % 2)"), at: 1)
        desk.add(MessageReceived(messageId: "q"), at: 2, by: .client)
      }
      if count > 1 { desk.add(MessageSent(messageId: "m", author: .agent), at: Double(count * 4)) }
      if count > 2 {
        desk.add(
          RatingReceived(ratingId: "k", kind: .csat, score: 4, scaleMin: 1, scaleMax: 5), at: 25,
          by: .client)
        desk.add(TicketClosed(kind: .confirmed), at: 27)
      }
      let history = desk.events.history
      let facts = try #require(history.folded().map { history.qualityFacts(of: $0) })
      var writer = RowWriter()
      facts.write(to: &writer)
      return try StoredFacts(from: RowReader(writer.bytes))
    }
  }

  private func sections(_ rows: [StoredFacts]) throws -> [QualitySection: [UInt8]] {
    var writer = QualityBlockWriter()
    for row in rows { try writer.add(row) }
    return Dictionary(writer.sections.map { ($0.section, $0.bytes) }) { $1 }
  }

  @Test("Sections say what the rows say, whichever tickets are read", arguments: [1, 2, 3])
  func reading(step: Int) throws {
    let rows = try rows()
    let reader = try QualityBlockReader(sections(rows))
    var values = 0
    for place in stride(from: 0, to: rows.count, by: step) {
      reader.move(to: place, ticket: rows[place].ticket, contact: nil)
      for metric in Metric.stored {
        let found = try reader.metric(metric)
        #expect(try found == rows[place].metric(metric), "\(metric) of \(place)")
        // Asked for again, it is the same.
        #expect(try found == reader.metric(metric))
        values += found.samples.count
      }
      #expect(try reader.traits() == rows[place].traits())
      #expect(try reader.course() == rows[place].course())
    }
    #expect(values > 10)
  }

  @Test("A ticket of which all was retracted keeps its place and has nothing")
  func retracted() throws {
    let rows = try rows()
    var writer = QualityBlockWriter()
    for row in [rows[3], nil, rows[4]] { try writer.add(row) }
    let reader = try QualityBlockReader(
      Dictionary(writer.sections.map { ($0.section, $0.bytes) }) { $1 })
    reader.move(to: 1, ticket: "7", contact: nil)
    #expect(try reader.course() == nil && reader.traits() == TicketTraits())
    #expect(try reader.metric(.replies) == TicketMetric())
    reader.move(to: 2, ticket: rows[4].ticket, contact: nil)
    #expect(try reader.metric(.replies) == rows[4].metric(.replies))
    #expect(try reader.course() == rows[4].course())
  }

  @Test("What is not handed in is empty")
  func nothing() throws {
    let reader = try QualityBlockReader([:])
    reader.move(to: 3, ticket: "7", contact: nil)
    #expect(try reader.metric(.replies) == TicketMetric())
    #expect(try reader.traits() == TicketTraits() && reader.course() == nil)
  }

  @Test("Bytes that are no section are refused, and never trap")
  func damage() throws {
    let rows = try rows()
    let whole = try sections(rows)
    var refused = 0
    for (section, bytes) in whole {
      for index in bytes.indices {
        for value in [UInt8(0), 0x7F, 0xFF] {
          var changed = whole
          changed[section]?[index] = value
          do throws(RowError) {
            let reader = try QualityBlockReader(changed)
            for place in rows.indices {
              reader.move(to: place, ticket: "7", contact: nil)
              _ = try reader.traits()
              _ = try reader.course()
              if case .metric(let metric) = section { _ = try reader.metric(metric) }
            }
            if case .metric(let metric) = section {
              for cut in [MetricCut.agent, .topic, .day] {
                var table = MetricTable(metric, by: cut)
                let ids = TextRanges(Array("12345".utf8), rows.indices.map { $0..<$0 + 1 })
                let tickets = SectionTickets(total: rows.count, ids: ids)
                try table.add(changed, tickets, isContact: false)
              }
            }
          } catch {
            refused += 1
          }
        }
      }
    }
    #expect(refused > 50)
  }
}
