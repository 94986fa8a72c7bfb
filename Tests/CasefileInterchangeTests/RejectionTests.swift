import Casefile
import CasefileInterchange
import CasefileModel
import Foundation
import Testing

@Suite("Rejected rows")
struct RejectionTests {
  private typealias Source = SmallSource

  private static let rows = [
    Source.row("T1", 0, "10:00"), Source.row("T2", 0, "10:00", who: "a1"),
    Source.row("T1", 1, "10:01", state: "ask"), Source.row("T1", 2, "10:02", state: "work"),
    Source.row("T2", 1, "10:03", state: "end"), Source.row("T2", 2, "10:04", state: "end"),
    Source.row("T2", 2, "10:04", state: "end"),
  ]

  private static func run(
    _ store: Store, _ file: String, _ options: Importer.Options = .init()
  ) throws -> ImportSummary {
    try Importer(into: store, profile: Source.profile()).run(files: [file], options: options)
  }

  @Test("A row older than the last one imported is put aside")
  func stale() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    _ = try Self.run(store, try directory.file("a.csv", Source.text(Self.rows)))
    let late = Source.row("T2", 1, "10:02", state: "work", by: "u9")
    let file = try directory.file("b.csv", Source.text(Self.rows + [late]))
    #expect(code { _ = try Self.run(store, file) } == "rowStale")
    var options = Importer.Options()
    options.setAside = directory.path + "/aside.ndjson"
    let summary = try Self.run(store, file, options)
    #expect(summary.rejected == 1 && summary.events == 0)
    let line = try String(contentsOfFile: directory.path + "/aside.ndjson", encoding: .utf8)
    let json = try JSONValue(parsing: line.utf8)
    #expect(json["line"] == 9 && json["code"] == "rowStale" && json["row"] == 8)
    #expect(json["cells"]?["id"] == "T2")
    #expect(code { _ = try Self.run(store, file, options) } == "setAsideFailed")
  }

  struct Rejected: Sendable, CustomTestStringConvertible {
    let row: String
    let code: String
    let part: String
    var testDescription: String { code + " " + part }
  }

  static let rejected = [
    Rejected(row: Source.row("?", 0, "10:00"), code: "valueMissing", part: "column id"),
    Rejected(row: Source.row("a@b.example", 0, "10:00"), code: "valuePersonal", part: "column id"),
    Rejected(
      row: Source.row("T9", 0, "10:00", who: "+7 (921) 555-44-33"), code: "valuePersonal",
      part: "column who holds what looks like a phone number"),
    Rejected(
      row: Source.row("T9", 0, "10:00", by: "x@y.example"), code: "valuePersonal",
      part: "column by"),
    Rejected(
      row: Source.row("T9", 0, "10:00", lang: "x@y.example"), code: "valuePersonal",
      part: "column lang"),
    Rejected(row: Source.row("T9", 0, "25:00"), code: "valueInvalid", part: "9999-99-99 99:99"),
    Rejected(
      row: Source.row("T9", 0, "10:00").replacing("2026-03-01 10:00", with: "?"),
      code: "valueMissing", part: "column at"),
    Rejected(
      row: Source.row("T9", 0, "10:00").replacing(",0,2026", with: ",1.5,2026"),
      code: "valueInvalid", part: "order key"),
    Rejected(
      row: Source.row("T9", 0, "10:00", who: String(repeating: "x", count: 181)),
      code: "valueTooLong", part: "column who"),
    Rejected(
      row: Source.row("T9", 0, "10:00", lang: String(repeating: "x", count: 1_025)),
      code: "valueTooLong", part: "column lang"),
    Rejected(
      row: Source.row("T9", 0, "10:00", who: "a\u{1}"), code: "valueInvalid",
      part: "control character"),
    Rejected(row: "T9,0", code: "csvFieldCount", part: "the row has 2 fields; the header has 13"),
  ]

  @Test("One rejected row, and nothing is stored; set aside, the others are", arguments: rejected)
  func rejection(_ it: Rejected) throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(Self.rows + [it.row] + [Self.rows[0]]))
    do {
      _ = try Self.run(store, file)
      Issue.record("no error")
    } catch let error as ImportError {
      #expect(error.code.description == it.code)
      #expect(error.message.contains(it.part), "\(error.message)")
      #expect(error.line == 9 && error.file == file)
      // No cell's text is told.
      for word in ["a@b", "921", "x@y", "25:00", "xxxx"] { #expect(!error.message.contains(word)) }
    }
    #expect(try store.head == nil)
    var options = Importer.Options()
    options.isCheck = true
    #expect(try Self.run(store, file, options).rejections.map(\.error.line) == [9])
    options.isCheck = false
    options.setAside = directory.path + "/aside.ndjson"
    let summary = try Self.run(store, file, options)
    #expect(summary.rejected == 1 && summary.rows == 9 && summary.events == 13)
    let batch = try #require(summary.batch)
    let end = try store.events(of: StreamID(kind: "import", id: batch)).last
    #expect(try end?.payload(as: ImportBatchCompleted.self)?.rejected == 1)
  }

  @Test(
    "Headers that don't fit the profile are refused",
    arguments: [
      ("id,n,at", "columnMissing", "by"),
      ("ID" + Source.header.dropFirst(2), "columnMissing", "id (is it ID?)"),
      (Source.header + ",extra", "columnUnknown", "extra"),
      (Source.header + ",lang", "csvHeader", "lang"),
      (Source.header + ",", "csvHeader", "column 14"), ("", "fileEmpty", "empty"),
      ("\"id", "csvUnclosedQuote", "quote"),
    ])
  func headers(_ header: String, _ code: String, _ part: String) throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", header)
    do {
      _ = try Self.run(store, file)
      Issue.record("no error")
    } catch let error as ImportError {
      #expect(error.code.description == code && error.message.contains(part), "\(error)")
      #expect(error.file == file)
    }
  }
}
