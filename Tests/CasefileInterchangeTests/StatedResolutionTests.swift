import Casefile
import CasefileInterchange
import CasefileLog
import CasefileModel
import CasefileProjections
import Testing

/// The time of the solution as a source states it, in a column that may carry it backwards.
@Suite("Stated resolutions")
struct StatedResolutionTests {
  private typealias Source = SmallSource

  private func edit(_ text: String) -> String {
    text.replacing("\"untracked\": [\"seen\"]", with: "\"resolvedAt\": \"seen\"")
  }

  private func rows(stated: String) -> [String] {
    [
      Source.row("T1", 0, "10:00", seen: stated),
      Source.row("T1", 1, "10:04", state: "work", seen: stated),
      Source.row("T1", 2, "10:10", state: "end", seen: stated),
    ]
  }

  @Test("It is kept with the close, and nothing before tells it")
  func kept() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(rows(stated: "2026-03-01 10:05")))
    let importer = Importer(into: store, profile: try Source.profile(edit))
    _ = try importer.run(files: [file])
    let history = try #require(try store.ticket("T1"))
    #expect(history.state().statedResolvedAt == Timestamp("2026-03-01T10:05:00Z"))
    #expect(history.state(asOf: Timestamp("2026-03-01T10:09:00Z")).statedResolvedAt == nil)
    #expect(history.state().resolvedAt == nil)

    // A later export may know another time: the rows are the same.
    let words = try Source.words(store)
    let later = try directory.file("b.csv", Source.text(rows(stated: "2026-03-01 10:07")))
    let again = try importer.run(files: [later])
    #expect(again.events == 0)
    #expect(try Source.words(store) == words)
    #expect(
      try #require(try store.ticket("T1")).state().statedResolvedAt
        == Timestamp("2026-03-01T10:05:00Z"))
  }

  @Test(
    "A time after the close was carried backwards, and an unknown one is none",
    arguments: [("2026-03-01 10:10", true), ("2026-03-01 10:11", false), ("?", false)])
  func edge(stated: String, isKept: Bool) throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    let file = try directory.file("a.csv", Source.text(rows(stated: stated)))
    _ = try Importer(into: store, profile: try Source.profile(edit)).run(files: [file])
    let state = try #require(try store.ticket("T1")).state()
    #expect(state.closedAt == Timestamp("2026-03-01T10:10:00Z"))
    #expect((state.statedResolvedAt != nil) == isKept)
  }

  @Test("A time that can't be read, and a file without the column, are refused")
  func refused() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.makeStore()
    func code(_ text: String) throws -> ImportError.Code? {
      let file = try directory.file("bad.csv", text)
      do {
        _ = try Importer(into: store, profile: try Source.profile(edit)).run(files: [file])
        return nil
      } catch let error as ImportError {
        return error.code
      }
    }
    #expect(try code(Source.text([rows(stated: "soon")[0]])) == .valueInvalid)
    let narrow = Source.text(rows(stated: "")).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",")
    }
    #expect(try code(narrow.joined(separator: "\n") + "\n") == .columnMissing)
  }
}
