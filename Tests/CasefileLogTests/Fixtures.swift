import Casefile
import CasefileLog
import CasefileModel
import CasefileTesting
import Foundation

/// A directory for one test, deleted with it.
struct TemporaryDirectory: ~Copyable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/casefile-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  var store: String { path + "/store" }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

enum Fixture {
  static func time(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(microseconds: 0) }

  static func configuration(_ clock: ManualClock = ManualClock()) -> Store.Configuration {
    Store.Configuration(
      clock: { clock.now() }, makeSeeds: { SeededSeeds(1) }, makeRandom: { SeededRandom(2) })
  }

  static func ticket(_ number: Int) throws -> StreamID { try StreamID.ticket("T-\(number)") }

  static func id(_ number: Int) -> EventID {
    EventID(
      derivedAt: time("2026-03-02T10:00:00Z").adding(microseconds: Int64(number) * 1000),
      UInt64(number), UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// An opening, a note with a text, a message, in turns: every third event has a content.
  static func event(_ number: Int, ticket: Int? = nil) throws -> Event {
    let stream = try Fixture.ticket(ticket ?? number / 5)
    let at = time("2026-03-02T10:00:00Z").adding(microseconds: Int64(number) * 1_000_000)
    let actor = Actor(.agent, "a-\(number % 7)")
    switch number % 3 {
    case 0:
      return Event(
        TicketOpened(number: "N-\(number)"), on: stream, at: at, by: actor, id: id(number),
        tags: ["client:c-\(number % 11)"])
    case 1:
      return Event(
        TicketNoteAdded(noteId: "n-\(number)", text: "note text \(number)"), on: stream, at: at,
        by: actor, id: id(number), visibility: .internal)
    default:
      return Event(
        TicketTagged(tag: "tag-\(number % 5)"), on: stream, at: at, by: actor, id: id(number),
        tags: ["topic:t-\(number % 3)", "agent:a-\(number % 7)"])
    }
  }

  static func events(_ range: Range<Int>) throws -> [Event] { try range.map { try event($0) } }
}
