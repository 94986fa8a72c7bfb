import CasefileModel
import Testing

@testable import CasefileProjections

/// What views keep of hours and trainings, written and read again.
@Suite("Rows of hours and trainings")
struct HourPageTests {
  @Test(
    "A page has its hours again, whatever they are",
    arguments: [(0, 0), (-1, 1), (922, 60), (-40, 700)])
  func pages(number: Int64, ticketCount: Int64) throws {
    let base = number * 512
    var page = HourPage()
    var known: [Int64: UInt32] = [:]
    for ticket in 0..<ticketCount {
      let hour = base + ticket * 211 % 512
      page.add(1, in: hour)
      known[hour, default: 0] += 1
    }
    #expect((base..<base + 512).allSatisfy { page.count(in: $0) == known[$0] ?? 0 })
    #expect(HourPage.number(of: base) == HourPage.number(of: base + 511))
    #expect(HourPage.number(of: base) == HourPage.number(of: base - 1) + 1)
    #expect(page.isEmpty == known.isEmpty)
    let row = RowWriter.encode(page)
    #expect(try RowReader.decode(HourPage.self, row) == page)
    // Rows that were cut or changed are refused, or say something else; they never stop the program.
    for end in row.indices {
      #expect(throws: RowError.self) {
        try RowReader.decode(HourPage.self, Array(row[..<end]))
      }
    }
    for (hour, count) in known { page.add(-Int(count), in: hour) }
    #expect(page.isEmpty)
    page.add(-1, in: base)
    #expect(page.isEmpty)
  }

  @Test("A step beyond the page is refused")
  func beyond() {
    for row: [UInt8] in [[0x81, 0x04, 1, 0], [0x80, 0x04, 1, 1, 1, 0], [1], [1, 1], []] {
      #expect(throws: RowError.self) { try RowReader.decode(HourPage.self, row) }
    }
  }

  @Test("A note has again what its event told")
  func notes() throws {
    var events = TicketCase()
    events.add(TrainingAssigned(trainingId: "t", agentId: "a", reviewIds: ["r", "s"]), at: 1)
    events.add(TrainingCompleted(trainingId: "t", agentId: "a", result: .missed), at: 2)
    events.add(TrainingCompleted(trainingId: "t", agentId: "b"), at: 3)
    events.add(ReviewSubmitted(reviewId: "r"), at: 4)
    events.add(TicketAssigned(agentId: "a"), at: 5)
    let stored = events.stored()
    let notes = stored.compactMap { TrainingNote($0) }
    #expect(notes.map(\.kind) == [.assigned, .missed, .completed, .review])
    #expect(notes.map(\.agent) == ["a", "a", "b", ""])
    #expect(notes.map(\.name) == ["t", "t", "t", "r"])
    #expect(notes[0].reviews == ["r", "s"] && notes[1].at == TicketCase.at(2))
    for note in notes {
      #expect(try TrainingNote(row: note.row, at: note.position) == note)
      for end in note.row.indices {
        #expect(throws: RowError.self) {
          try TrainingNote(row: Array(note.row[..<end]), at: note.position)
        }
      }
    }
    let known = [TrainingNote](events: stored, knownAt: nil, schema: .builtIn)
    #expect(known == notes)
  }

  @Test("A filter of texts lets all of its texts through and hardly any other")
  func filter() {
    var filter = TextFilter()
    func may(_ text: String) -> Bool { filter.mayContain(Array(text.utf8).span) }
    #expect(!may("") && !may("T-1"))
    for number in 0..<1_000 { filter.add("T-\(number)") }
    #expect((0..<1_000).allSatisfy { may("T-\($0)") })
    #expect((1_000..<2_000).count { may("T-\($0)") } < 20)
  }
}
