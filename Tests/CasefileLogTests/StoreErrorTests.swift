import Casefile
import CasefileLog
import CasefileModel
import Foundation
import Testing

@Suite("What a store refuses")
struct StoreErrorTests {
  static func code(_ body: () throws -> Void) -> LogError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? LogError)?.code
    }
  }

  @Test("Places that hold no store, another thing, or a store already")
  func places() throws {
    let directory = try TemporaryDirectory()
    let manager = FileManager.default
    let path = directory.path
    #expect(StoreErrorTests.code { _ = try Store.open(at: path + "/none") } == .storeMissing)
    #expect(StoreErrorTests.code { _ = try Store.open(at: path) } == .notAStore)
    #expect(
      StoreErrorTests.code { _ = try Store.create(at: path + "/none/deeper") } == .storeMissing)
    try manager.createDirectory(atPath: path + "/full", withIntermediateDirectories: true)
    _ = manager.createFile(atPath: path + "/full/letter", contents: Data([1]))
    #expect(StoreErrorTests.code { _ = try Store.create(at: path + "/full") } == .directoryNotEmpty)
    #expect(
      StoreErrorTests.code { _ = try Store.create(at: path + "/full/letter") }
        == .directoryNotEmpty)
    try manager.createDirectory(atPath: path + "/empty", withIntermediateDirectories: true)
    try Store.create(at: path + "/empty").close()
    #expect(StoreErrorTests.code { _ = try Store.create(at: path + "/empty") } == .storeExists)
    // Nothing temporary is left beside them.
    #expect(try manager.contentsOfDirectory(atPath: path).sorted() == ["empty", "full"])
  }

  @Test("A store of another format says so")
  func formats() throws {
    let directory = try TemporaryDirectory()
    try Store.create(at: directory.store).close()
    let file = directory.store + "/casefile.json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for (number, code) in [("2", LogError.Code.newerFormat), ("0", .olderFormat)] {
      try text.replacingOccurrences(of: "\"formatVersion\":1", with: "\"formatVersion\":\(number)")
        .write(toFile: file, atomically: true, encoding: .utf8)
      #expect(StoreErrorTests.code { _ = try Store.open(at: directory.store) } == code)
    }
    try "{".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(StoreErrorTests.code { _ = try Store.open(at: directory.store) } == .damaged)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(atPath: directory.store + "/log/data.mdb")
    #expect(StoreErrorTests.code { _ = try Store.open(at: directory.store) } != nil)
  }

  @Test("Events whose form is wrong are refused with their place, and nothing is stored")
  func form() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.create(at: directory.store)
    let ticket = try Fixture.ticket(1)
    let now = Fixture.time("2026-03-02T10:00:00Z")
    let good = try Fixture.event(0)
    func refusal(_ event: Event) -> ModelError.Code? {
      do {
        _ = try store.appendBlocking([good, event])
        return nil
      } catch {
        #expect((error as? LogError)?.message.hasPrefix("event 2 of 2:") == true)
        return ((error as? LogError)?.cause as? ModelError)?.code
      }
    }
    let agent = Actor(.agent, "a-1")
    let opened = TicketOpened(number: "1")
    #expect(
      refusal(Event(opened, on: ticket, at: Timestamp(microseconds: .max), by: agent))
        == .timeOutOfRange)
    #expect(
      refusal(Event(opened, on: ticket, at: now, by: Actor(.init(rawValue: 77), "x")))
        == .unknownEnumValue)
    #expect(
      refusal(Event(opened, on: ticket, at: now, by: Actor(.agent, "ann@example.com")))
        == .personalData)
    #expect(
      refusal(Event(opened, on: ticket, at: now, by: agent, tags: ["client:+7 (900) 123-45-67"]))
        == .personalData)
    #expect(
      refusal(
        Event(opened, on: ticket, at: now, by: agent, tags: Array(repeating: "t", count: 33)))
        == .tooLarge)
    #expect(
      refusal(Event(opened, on: try StreamID(kind: "agent", id: "1"), at: now, by: agent))
        == .wrongStreamKind)
    #expect(
      refusal(
        Event(
          TicketOpened(number: String(repeating: "n", count: 70_000)), on: ticket, at: now,
          by: agent)) == .tooLarge)
    #expect(
      refusal(
        Event(
          TicketNoteAdded(noteId: "n", text: String(repeating: "n", count: 17 << 20)), on: ticket,
          at: now, by: agent)) == .tooLarge)
    #expect(
      refusal(Event(TicketNoteAdded(noteId: "n", text: nil), on: ticket, at: now, by: agent))
        == .missingField)
    #expect(throws: LogError(.emptyAppend, "")) { try store.appendBlocking([]) }
    #expect(throws: LogError(.tooLarge, "")) {
      try store.appendBlocking(Array(repeating: good, count: 10_001))
    }
    #expect(try store.head == nil)
    store.close()
    #expect(throws: LogError(.closed, "")) { try store.appendBlocking([good]) }
  }
}
