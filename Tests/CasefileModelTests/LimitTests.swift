import CasefileModel
import Testing

@Suite("A limit")
struct LimitTests {
  private func note(_ text: String) throws -> Event {
    Event(
      TicketNoteAdded(noteId: "n-1", text: text), on: try .ticket("1"),
      at: try #require(Timestamp("2026-03-02T11:05:00Z")), by: Actor(.agent, "a-1"))
  }

  @Test("An envelope has up to 65,535 bytes")
  func envelope() throws {
    func sized(_ length: Int) throws -> Event {
      Event(
        TicketTagged(tag: String(repeating: "x", count: length)), on: try .ticket("1"),
        at: .earliest, by: Actor(.system))
    }
    let rest = try sized(60_000).sealed().envelope.count - 60_000
    let longest = try sized(Limits.envelopeSizeBytes - rest).sealed()
    #expect(longest.envelope.count == 65_535)
    #expect(try longest.stored().envelope.body.count > 65_000)
    let error = modelError { _ = try sized(Limits.envelopeSizeBytes - rest + 1).sealed() }
    #expect(error?.code == .tooLarge)
    #expect(error?.message.contains("65536") == true)
  }

  @Test("An event has up to 32 tags of up to 200 bytes")
  func tags() throws {
    var event = try note("x")
    event.tags = (0..<Limits.tagCount).map { "t:\($0)" }
    #expect(try event.sealed().stored().envelope.tags.count == 32)
    event.tags.append("t:32")
    #expect(modelError { _ = try event.sealed() }?.code == .tooLarge)
    event.tags = [String(repeating: "ж", count: 100)]
    #expect(try event.sealed().stored().envelope.tags[0].utf8.count == 200)
    event.tags = [String(repeating: "ж", count: 100) + "x"]
    #expect(modelError { _ = try event.sealed() }?.code == .tooLarge)
    event.tags = [""]
    #expect(modelError { _ = try event.sealed() }?.code == .invalidID)
  }

  @Test("A content has up to 16 MiB")
  func content() throws {
    let rest = try note(String(repeating: "x", count: 3 << 20)).sealed().content.count - 3 << 20
    let longest = try note(String(repeating: "x", count: Limits.contentSizeBytes - rest)).sealed()
    // Lengths of three and four bytes take as many as another.
    #expect(longest.content.count <= Limits.contentSizeBytes)
    #expect(longest.content.count > Limits.contentSizeBytes - 8)
    #expect(try longest.stored().content?.commitments() == longest.stored().envelope.commitments)
    let over = try note(String(repeating: "x", count: Limits.contentSizeBytes))
    #expect(modelError { _ = try over.sealed() }?.code == .tooLarge)
  }

  @Test("A line longer than 128 MiB is refused before it is read")
  func line() {
    let line = repeatElement(UInt8(ascii: " "), count: Limits.lineSizeBytes + 1)
    #expect(modelError { _ = try EventLine(parsing: line) }?.code == .tooLarge)
  }

  @Test("Times lie between 1900 and 9999")
  func times() throws {
    var event = try note("x")
    for time in [Timestamp.earliest, .latest] {
      event.occurredAt = time
      event.origin = Origin(sourceRecordedAt: time)
      #expect(try event.sealed().stored().envelope.occurredAt == time)
    }
    for time in [
      Timestamp.earliest.adding(microseconds: -1), Timestamp.latest.adding(microseconds: 1),
      Timestamp(microseconds: .min),
    ] {
      event.occurredAt = time
      #expect(modelError { _ = try event.sealed() }?.code == .timeOutOfRange)
      event.occurredAt = .latest
      event.origin = Origin(sourceRecordedAt: time)
      #expect(modelError { _ = try event.sealed() }?.code == .timeOutOfRange)
    }
  }

  @Test(
    "A place in a group is within its count",
    arguments: [(0, 1), (1, 0), (2, 1), (0, 0)] as [(UInt32, UInt32)])
  func group(index: UInt32, count: UInt32) throws {
    var event = try note("x")
    event.group = ActionGroup(id: SampleMaker.eventID(1), index: index, count: count)
    #expect(modelError { _ = try event.sealed() }?.code == .invalidGroup)
    event.group = ActionGroup(id: SampleMaker.eventID(1), index: .max, count: .max)
    #expect(throws: Never.self) { try event.sealed() }
  }

  @Test("Schema versions, files and rows begin at 1")
  func ordinals() throws {
    let line: JSONValue = [
      "stream": "ticket/1", "type": "ticket.tagged", "occurredAt": "2026-03-02T11:05:00Z",
      "actor": ["kind": "system"], "data": ["tag": "vip"],
    ]
    for (name, value) in [
      ("schemaVersion", 0), ("origin", ["file": 0]), ("origin", ["row": 0]),
    ] as [(String, JSONValue)] {
      let event = try EventLine(line.setting(name, to: value)).event
      #expect(modelError { _ = try event.sealed() }?.code == .wrongType)
    }
  }

  @Test("Unknown numbers of the envelope's enumerations are refused")
  func enumerations() throws {
    let changes: [(inout Event) -> Void] = [
      { $0.actor.kind = Actor.Kind(rawValue: 0) }, { $0.actor.kind = Actor.Kind(rawValue: 99) },
      { $0.visibility = Visibility(rawValue: 3) },
      { $0.origin = Origin(basis: Origin.Basis(rawValue: 3)) },
    ]
    for change in changes {
      var event = try note("x")
      change(&event)
      #expect(modelError { _ = try event.sealed() }?.code == .unknownEnumValue)
    }
  }

  @Test("A seed of another size than 32 bytes is a programmer's error")
  func seeds() async {
    await #expect(processExitsWith: .failure) {
      _ = Content(subjects: [.init(id: "c-1", seed: [1])])
    }
    await #expect(processExitsWith: .failure) {
      _ = Content(values: [.init(path: "1", subject: 0, bytes: [])])
    }
  }
}
