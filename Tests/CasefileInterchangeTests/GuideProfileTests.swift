import Casefile
import CasefileInterchange
import CasefileModel
import Foundation
import Testing

/// The example of the guide "From your export to a profile" is imported as it stands there.
@Suite("The guide to profiles")
struct GuideProfileTests {
  private static let guide = findAbove("Sources/Casefile/Casefile.docc/FromYourExport.md")

  /// The first block of a language.
  private static func block(_ language: String, of text: String) -> String? {
    guard let start = text.range(of: "\n```\(language)\n"),
      let end = text.range(of: "\n```\n", range: start.upperBound..<text.endIndex)
    else { return nil }
    return String(text[start.upperBound..<end.lowerBound]) + "\n"
  }

  @Test(
    "Its file and its profile give what it says",
    .enabled(if: guide != nil, "the guide is not here"))
  func example() throws {
    let text = try String(contentsOfFile: #require(Self.guide), encoding: .utf8)
    let csv = try #require(Self.block("csv", of: text)?.data(using: .windowsCP1251))
    let profile = try ImportProfile(parsing: #require(Self.block("json", of: text)).utf8)
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("actions.csv", Array(csv))
    let importer = Importer(into: store, profile: profile)
    var options = Importer.Options()
    options.isCheck = true
    let check = try importer.run(files: [file], options: options)
    let promise =
      "\(check.rows) rows would give \(check.events) events on \(check.streams) streams; "
      + "\(check.duplicates) were there before, \(check.rejected) rows rejected, "
      + "\(check.unmapped) values unmapped\n"
    #expect(Self.block("text", of: text) == promise)
    let summary = try importer.run(files: [file])
    #expect(summary.events == check.events && summary.newTickets == 1)
    let ticket = try #require(try store.ticket("A-17"))
    let state = ticket.state()
    #expect(
      state.subject == "Не печатает принтер" && state.openedAt == Timestamp("2026-03-02T06:14:00Z"))
    #expect(state.handoffs.count == 1 && state.closedAt == Timestamp("2026-03-02T08:45:00Z"))
    #expect(state.status == .closed)
    #expect(try importer.run(files: [file]).events == 0)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 121)
  }
}
