import Casefile
import CasefileInterchange
import CasefileModel
import Testing

@Suite("Tables for spreadsheets")
struct CSVWriterTests {
  private func written(_ fields: [CSVWriter.Field]) -> String {
    var writer = CSVWriter()
    writer.write(fields)
    return String(decoding: writer.take(), as: UTF8.self)
  }

  @Test("What needs quotes has them, and our own reader reads it back")
  func quoting() {
    let texts = ["plain", "a,b", "say \"so\"", "two\nlines", "a;b", "", " x "]
    let line = written(texts.map { .text($0) })
    #expect(
      line == "plain,\"a,b\",\"say \"\"so\"\"\",\"two\nlines\",\"a;b\",, x \r\n")
    #expect(read(ChunkedBytes(Array(line.utf8))) == ["1: " + texts.joined(separator: "|")])
    #expect(written([.number(-5), .plain(nil), .number(nil), .plain("-")]) == "-5,,,-\r\n")
    #expect(CSVWriter(hasMark: true).bytes == [0xEF, 0xBB, 0xBF])
  }

  @Test(
    "A text that a spreadsheet would compute is shown as it is",
    arguments: [
      "=1+1", "+7 999", "-1", "@SUM(A1)", "\t=1", "\r=1", " =HYPERLINK(\"x\")", "\u{FF1D}1",
      "=cmd|' /C calc'!A0", "\u{00A0}=1",
    ])
  func formulas(text: String) {
    let cell = written([.text(text)])
    let opened = cell.first == "\"" ? cell.dropFirst() : cell[...]
    #expect(opened.first == "'", "\(cell)")
    #expect(written([.text("a" + text)]).first != "'")
  }

  @Test("The tables have as many fields as names, and texts only where they are asked for")
  func tables() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let ticket = try StreamID.ticket("7")
    let actor = Actor(.agent, "a-1")
    func event(_ payload: some EventPayload, _ seconds: Int64) -> Event {
      Event(payload, on: ticket, at: Timestamp(seconds: seconds), by: actor)
    }
    _ = try store.appendBlocking([
      event(TicketOpened(subject: "=secret", clientId: "c-1"), 1),
      event(TicketAssigned(agentId: "a-1"), 2), event(TicketAssigned(agentId: "a-2"), 3),
    ])
    try store.tickets { summary in
      for texts in [false, true] {
        let row = written(CSVExport.row(summary, texts: texts))
        #expect(
          CSVExport.row(summary, texts: texts).count == CSVExport.ticketHeader(texts: texts).count)
        #expect(row.contains("'=secret") == texts)
        #expect(row.hasPrefix("7,open,,a-2,"))
      }
      let handoffs = CSVExport.handoffRows(summary)
      #expect(handoffs.count == 1 && handoffs[0].count == CSVExport.handoffHeader.count)
      #expect(written(handoffs[0]).hasPrefix("7,a-1,a-2,bare,1970-01-01T00:00:03.000000Z"))
      return true
    }
    try store.read(EventReadOptions()) { event in
      for texts in [false, true] {
        let row = try CSVExport.row(event, texts: texts, schema: store.schema)
        #expect(row.count == CSVExport.eventHeader(texts: texts).count)
        if event.position == Position(0) { #expect(written(row).contains("secret") == texts) }
      }
      return true
    }
  }
}
