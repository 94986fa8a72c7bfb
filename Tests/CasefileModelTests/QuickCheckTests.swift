import CasefileModel
import Testing

@Suite("The check that says yes at once")
struct QuickCheckTests {
  private static let at = Timestamp(seconds: 1_772_449_500)

  @Test("It passes the events of everyday, also with texts that are not ASCII")
  func everyday() throws {
    let schema = EventSchema.builtIn
    let actor = Actor(.agent, "a-1")
    let ticket = try StreamID.ticket("№ 4711")
    let events = [
      Event(
        TicketOpened(number: "4711", subject: "Не пришёл заказ", clientId: "c-9"), on: ticket,
        at: QuickCheckTests.at, by: actor),
      Event(
        TicketAssigned(agentId: "a-1", mode: .manual), on: ticket, at: QuickCheckTests.at,
        by: actor),
      Event(
        TicketNoteAdded(noteId: "n-1", text: "Проверено"), on: ticket, at: QuickCheckTests.at,
        by: actor),
    ]
    for event in events { #expect(schema.isQuicklyPassed(event), "\(event.type.name)") }
  }

  @Test("It passes half of all types with every field filled, and none wrongly")
  func samples() throws {
    let schema = EventSchema.builtIn
    let events = try SampleMaker.events()
    var count = 0
    for event in events where schema.isQuicklyPassed(event) {
      count += 1
      #expect(throws: Never.self) { try schema.checkThoroughly(event) }
    }
    #expect(count * 2 >= events.count, "\(count) of \(events.count)")
  }

  /// Whatever is changed in an event, a quick yes is one that the other check says too.
  @Test("What it passes the other check passes, whatever is broken", arguments: [1, 2, 3, 4])
  func broken(seed: Int) throws {
    let schema = EventSchema.builtIn
    var random = SeededRandom(UInt64(seed))
    let events = try SampleMaker.events()
    var (passed, refused, wrong) = (0, 0, [String]())
    for _ in 0..<20_000 {
      let event = mutated(events, &random)
      let isQuick = schema.isQuicklyPassed(event)
      let isFine = (try? schema.checkThoroughly(event)) != nil
      if isFine { passed += 1 } else { refused += 1 }
      if isQuick, !isFine { wrong.append("\(event.type.name) on \(event.stream)") }
      // And the one that callers use says what the thorough one says.
      if ((try? schema.check(event)) != nil) != isFine { wrong.append("\(event.type.name): check") }
    }
    #expect(wrong == [])
    #expect(passed > 1000 && refused > 1000, "\(passed) passed, \(refused) refused")
  }

  private func mutated(_ events: [Event], _ random: inout SeededRandom) -> Event {
    let event = events[Int.random(in: 0..<events.count, using: &random)]
    let other = events[Int.random(in: 0..<events.count, using: &random)]
    var writer = FieldWriter()
    var body = event.body
    switch Int.random(in: 0..<6, using: &random) {
    case 0 where !body.isEmpty:
      body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
    case 1: body += other.body
    case 2: body.removeLast(Int.random(in: 0...min(6, body.count), using: &random))
    case 3:
      // A field gone, or there twice.
      if let field = FieldCut.some(of: body, &random) {
        if Bool.random(using: &random) { body += body[field] } else { body.removeSubrange(field) }
      }
    default: break
    }
    writer.raw(body)
    for content in event.contents where Int.random(in: 0..<12, using: &random) > 0 {
      guard let number = UInt32(content.path) else { continue }
      var bytes = content.bytes
      switch Int.random(in: 0..<12, using: &random) {
      case 0 where !bytes.isEmpty:
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      case 1: bytes.append(0xD0)
      case 2: writer.contentBytes(number, bytes)
      default: break
      }
      writer.contentBytes(number, bytes)
    }
    if Int.random(in: 0..<20, using: &random) == 0 {
      writer.contentBytes(UInt32.random(in: 1...30, using: &random), [0x41])
    }
    return Event(
      type: event.type, schemaVersion: event.schemaVersion,
      stream: Int.random(in: 0..<10, using: &random) == 0 ? other.stream : event.stream,
      occurredAt: event.occurredAt, actor: event.actor, fields: writer)
  }
}

private enum FieldCut {
  /// Where one of a body's fields lies.
  static func some(of body: [UInt8], _ random: inout SeededRandom) -> Range<Int>? {
    var ranges: [Range<Int>] = []
    var reader = WireReader(body.span.bytes)
    while let field = try? reader.next() { ranges.append(field.start..<field.end) }
    return ranges.randomElement(using: &random)
  }
}
