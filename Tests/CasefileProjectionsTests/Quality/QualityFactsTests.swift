import CasefileModel
import CasefileProjections
import Testing

@Suite("Rows of quality")
struct QualityFactsTests {
  private func desk() -> FindingDesk {
    var desk = FindingDesk(channel: .email)
    desk.add(TicketTagged(tag: "vip"), at: 1)
    desk.add(MessageReceived(messageId: "q"), at: 2, by: .client)
    desk.add(MessageSent(messageId: "m", author: .agent), at: 4)
    desk.add(
      RatingReceived(ratingId: "k", kind: .csat, score: 4, scaleMin: 1, scaleMax: 5), at: 5,
      by: .client)
    desk.add(TicketFollowUpLinked(previousTicket: "6"), at: 6)
    desk.add(TicketClosed(kind: .confirmed), at: 7)
    return desk
  }

  private func row(_ facts: QualityFacts) -> [UInt8] {
    var writer = RowWriter()
    facts.write(to: &writer)
    return writer.bytes
  }

  private func measured() -> QualityFacts? {
    let history = desk().events.history
    return history.folded().map { history.qualityFacts(of: $0) }
  }

  @Test("Each part of a row is read as it was written, alone")
  func parts() throws {
    let facts = try #require(measured())
    let stored = try StoredFacts(from: RowReader(row(facts)))
    #expect(stored.ticket == "7" && stored.contact == nil)
    let findings = try #require(facts.findings)
    #expect(try RowReader.decode(FindingFacts.self, RowWriter.encode(findings)) == findings)
    #expect(try stored.traits() == facts.traits && facts.traits.tags == ["vip"])
    #expect(try stored.course() == facts.course && facts.course?.client == "c-9")
    let places = try stored.places()
    #expect(places == facts.places && places.months == [2026 * 12 + 2])
    #expect(places.agents.map(\.id) == ["a-1"] && places.agents[0].months == places.months)
    #expect(places.clients.map(\.id) == ["c-9"] && places.followed == ["6"])
    for (metric, one) in zip(Metric.stored, facts.metrics) {
      #expect(try stored.metric(metric) == one, "\(metric)")
    }
    #expect(facts.metrics.joined { $0.samples } > 12)
    #expect(try stored.metric(.backlog).samples.isEmpty)
  }

  @Test("Bytes that are no row are refused, and never trap")
  func damage() throws {
    let bytes = row(try #require(measured()))
    var refused = 0
    for index in bytes.indices {
      for value in [UInt8(0), 0x7F, 0xFF] {
        var changed = bytes
        changed[index] = value
        do throws(RowError) {
          let stored = try StoredFacts(from: RowReader(changed))
          _ = try stored.traits()
          _ = try stored.course()
          _ = try stored.places()
          for metric in Metric.stored { _ = try stored.metric(metric) }
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > 50)
    #expect(throws: RowError.self) { try StoredFacts(from: RowReader([])) }
  }
}

extension [TicketMetric] {
  fileprivate func joined(_ values: (TicketMetric) -> [MetricSample]) -> Int {
    reduce(0) { $0 + values($1).count }
  }
}
