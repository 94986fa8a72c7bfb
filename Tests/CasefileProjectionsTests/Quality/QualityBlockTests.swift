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

  /// A block's sections with its totals.
  private func totals(
    _ sections: [QualitySection: [UInt8]], _ rows: [StoredFacts]
  ) throws -> TotalsSection {
    try TotalsSection(
      TotalsSection.encode(
        sections.map { ($0.key, $0.value) }, ids: rows.indices.map { "\($0)" }))
  }

  @Test("Totals give a table what the sections give, whatever part of the time they lie in")
  func totals() throws {
    let rows = try rows()
    let sections = try sections(rows)
    let totals = try totals(sections, rows)
    let ids = TextRanges(Array("01234".utf8), rows.indices.map { $0..<$0 + 1 })
    let tickets = SectionTickets(total: rows.count, ids: ids)
    var (whole, cut, none) = (0, 0, 0)
    for metric in Metric.stored {
      var all = MetricTable(metric)
      try all.add(sections, tickets, isContact: false)
      let values = all.rows.reduce(0) { $0 + $1.count }
      let first = all.earliest ?? .earliest
      let second = first.adding(microseconds: 1)
      let bounds: [[Timestamp]] = [
        [], [.earliest, first, second, .latest], [.earliest, second, .latest], [.earliest, first],
        [.earliest, .latest], [second, .latest],
      ]
      for filter in [
        MetricFilter(), MetricFilter(since: first), MetricFilter(since: second),
        MetricFilter(until: first), MetricFilter(until: second), MetricFilter(until: .latest),
      ] {
        for boundaries in bounds {
          var expected = MetricTable(metric, filter: filter)
          expected.boundaries = boundaries
          var found = expected
          try expected.add(sections, tickets, isContact: false)
          guard found.takes(totals, isKept: false) else {
            cut += 1
            continue
          }
          try found.add(totals, of: rows.count)
          #expect(found.rows == expected.rows, "\(metric) \(filter) \(boundaries)")
          #expect(found.earliest == expected.earliest && found.omissions == expected.omissions)
          #expect(found.ticketCount == rows.count)
          if found.rows.isEmpty { none += 1 } else { whole += 1 }
          // Values that lie all in one part are never looked at one by one.
          #expect(found.rows.isEmpty || found.rows.reduce(0) { $0 + $1.count } == values)
        }
      }
      // Whose they are, totals do not tell.
      #expect(!MetricTable(metric, by: .agent).takes(totals, isKept: false))
      for filter in [MetricFilter(agent: "a"), MetricFilter(group: "g"), MetricFilter(part: "p")] {
        #expect(!MetricTable(metric, filter: filter).takes(totals, isKept: false))
      }
    }
    #expect(whole > 100 && cut > 100 && none > 100, "\(whole) \(cut) \(none)")
    // Values that follow from rules, only where these hold.
    #expect(!MetricTable(.overdueTickets).takes(totals, isKept: false))
    #expect(MetricTable(.overdueTickets).takes(totals, isKept: true))
  }

  @Test("Totals that are none are refused, and never trap")
  func damagedTotals() throws {
    let rows = try rows()
    let whole = try TotalsSection.encode(
      sections(rows).map { ($0.key, $0.value) }, ids: rows.indices.map { "\($0)" })
    var refused = 0
    for index in whole.indices {
      for value in [UInt8(0), 0x7F, 0xFF, whole[index] ^ 1] {
        var changed = whole
        changed[index] = value
        do throws(RowError) {
          let totals = try TotalsSection(changed)
          for metric in Metric.stored {
            var table = MetricTable(metric)
            if table.takes(totals, isKept: true) { try table.add(totals, of: rows.count) }
          }
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > 50)
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
