import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import Foundation
import Synchronization
import Testing

/// Files that are not what they should be: each is named by file and line, and nothing is stored.
@Suite("Bad input")
struct BadInputTests {
  private typealias Source = SmallSource

  private static let good = [
    Source.row("T1", 0, "10:00"), Source.row("T1", 1, "10:01", state: "work", who: "a1"),
  ]

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let code: String
    let line: Int
    let part: String
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ code: String, _ line: Int, _ part: String) {
      self.name = name
      self.bytes = bytes
      self.code = code
      self.line = line
      self.part = part
    }

    init(_ name: String, _ rows: [String], _ code: String, _ line: Int, _ part: String) {
      self.init(name, Array(Source.text(rows).utf8), code, line, part)
    }
  }

  private static func dated(_ date: String) -> [String] {
    good + [Source.row("T2", 0, "10:00").replacing("2026-03-01 10:00", with: date)]
  }

  static let cases = [
    Case(
      "a spreadsheet", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 7, count: 90), "csvEncoding", 1,
      "save it as CSV"),
    Case(
      "an old spreadsheet", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], "csvEncoding", 1, "spreadsheet"),
    Case("JSON", Array("{\"id\": 1}\n".utf8), "csvStrayQuote", 1, "quote"),
    Case("a web page", Array("<!DOCTYPE html>\n<html></html>\n".utf8), "columnMissing", 1, "id"),
    Case("noise", [0, 1, 2, 3, 4, 5, 6, 7], "csvNulByte", 1, "NUL"),
    Case(
      "another delimiter",
      Array(Source.text(good).replacing(",", with: ";").utf8), "csvHeader", 1,
      "12 times a semicolon; is that the delimiter?"),
    Case("an open quote", good + ["T2,\"0,x"], "csvUnclosedQuote", 4, "not closed"),
    Case("a quote inside", good + ["T2,0\"1,x"], "csvStrayQuote", 4, "double the quote"),
    Case("a cut row", Array(Source.text(good).utf8.dropLast(30)), "csvFieldCount", 3, "fields"),
    Case("a carriage return", good + ["T2\r,1"], "csvLineEnd", 4, "LF"),
    Case("a date that is none", dated("soon"), "valueInvalid", 4, "aaaa"),
    Case("February 30", dated("2026-02-30 10:00"), "valueInvalid", 4, "does not"),
    Case("month 13", dated("2026-13-01 10:00"), "valueInvalid", 4, "exist"),
    Case("hour 24", dated("2026-03-01 24:00"), "valueInvalid", 4, "exist"),
    Case("before the calendar", dated("1800-03-01 10:00"), "valueInvalid", 4, "exist"),
    Case("another form of date", dated("01.03.2026 10:00"), "valueInvalid", 4, "99.99.9999"),
    Case(
      "a phone number among opaque ids",
      good + [Source.row("T2", 0, "10:00", who: "+7 921 555 44 33")],
      "valuePersonal", 4, "column who"),
    Case(
      "an address among tickets", good + [Source.row("a@b.example", 0, "10:00")], "valuePersonal",
      4, "column id"),
    Case(
      "damaged gzip", damaged(gzip(Array(Source.text(good).utf8))), "gzipDamaged", 1, "byte"),
    Case(
      "cut gzip", Array(gzip(Array(Source.text(good).utf8)).dropLast(12)), "gzipTruncated", 3,
      "in the middle"),
    Case("gzip of nothing", gzip([]), "fileEmpty", 1, "empty"),
  ]

  /// The checksum at the end is another one.
  private static func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes[bytes.count - 6] ^= 0x40
    return bytes
  }

  @Test("Each is named by file and line, and nothing is stored", arguments: cases)
  func isNamed(_ it: Case) throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let fine = try directory.file("fine.csv", Source.text([Source.row("T8", 0, "09:00")]))
    let file = try directory.file("bad.csv", it.bytes)
    let importer = try Importer(into: store, profile: Source.profile())
    do {
      _ = try importer.run(files: [fine, file])
      Issue.record("no error")
    } catch let error as ImportError {
      #expect(error.code.description == it.code && error.file == file, "\(error)")
      #expect(error.line == it.line, "\(error)")
      #expect(error.message.contains(it.part), "\(error.message)")
    }
    #expect(try store.head == nil)
  }

  @Test("A disk that is full in the middle leaves whole rows, and the same import completes them")
  func fullDisk() throws {
    let directory = try TemporaryDirectory()
    let rows = (0..<1_500).map { Source.row("T\($0)", 0, "1\($0 / 150):00", who: "a1") }
    let file = try directory.file("a.csv", Source.text(rows))
    let appends = AppendCount()
    var configuration = Store.Configuration()
    configuration.viewUpdates = .never
    configuration.appendProbe = { moment in
      // The batch's begin, a thousand events, and then no room.
      if moment == .before, appends.next() == 3 {
        throw LogError(.diskFull, "no room", cause: nil)
      }
    }
    let store = try Store.create(at: directory.path + "/store", configuration: configuration)
    let importer = try Importer(into: store, profile: Source.profile())
    do {
      _ = try importer.run(files: [file])
      Issue.record("no error")
    } catch let error as ImportError {
      #expect(error.code == .batchIncomplete && (error.cause as? LogError)?.code == .diskFull)
      #expect(error.message.contains("after 1000 events"))
    }
    // Two events a row: no row is stored by half.
    #expect(try Source.words(store).count == 1_000)
    let summary = try importer.run(files: [file])
    #expect(summary.events == 2_000 && summary.duplicates == 1_000)
    #expect(try Source.words(store).count == 3_000)
  }
}

/// Counts appends from whatever thread.
private final class AppendCount: Sendable {
  private let count = Mutex(0)
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
