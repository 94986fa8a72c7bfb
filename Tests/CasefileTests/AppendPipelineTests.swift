import Casefile
import CasefileLog
import CasefileModel
import CasefileTesting
import Testing

@Suite("Encoding and appending in large batches")
struct AppendPipelineTests {
  private static func events(_ range: Range<Int>) throws -> [Event] {
    try range.map { number in
      let at = Timestamp(microseconds: 1_767_600_000_000_000 + Int64(number) * 1000)
      let stream = try StreamID.ticket("P-\(number / 6)")
      let id = EventID(derivedAt: at, UInt64(number), UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
      let actor = Actor(.agent, "a-\(number % 7)")
      guard number % 3 == 1 else {
        return Event(TicketTagged(tag: "t-\(number)"), on: stream, at: at, by: actor, id: id)
      }
      return Event(
        TicketNoteAdded(noteId: "n-\(number)", text: "text \(number)"), on: stream, at: at,
        by: actor, id: id)
    }
  }

  private static func stored(_ store: Store) throws -> [[UInt8]] {
    var bytes: [[UInt8]] = []
    try store.log.read(EventReadOptions()) { event in
      bytes.append(event.envelopeBytes)
      return true
    }
    return bytes
  }

  @Test("A large batch has the bytes that its beginning has alone")
  func sameBytes() throws {
    let large = try TemporaryStore()
    let small = try TemporaryStore()
    let events = try AppendPipelineTests.events(0..<301)
    _ = try large.store.appendBlocking(events)
    // Below the limit a batch is encoded in one go; the seeds are drawn alike.
    _ = try small.store.appendBlocking(Array(events[..<127]))
    let first = try AppendPipelineTests.stored(large.store)
    let second = try AppendPipelineTests.stored(small.store)
    #expect(first.count == 301)
    let proposals = first.prefix(127).map { $0.dropLast(Seal.sizeBytes) }
    #expect(proposals == second.map { $0.dropLast(Seal.sizeBytes) })
  }

  @Test("A refused event in the second half names its place in the batch")
  func refusal() throws {
    let temporary = try TemporaryStore()
    var events = try AppendPipelineTests.events(0..<300)
    events[250].tags = ["agent:+49 170 1234567"]
    do {
      _ = try temporary.store.appendBlocking(events)
      Issue.record("A phone number was taken as a tag.")
    } catch let error as LogError {
      #expect(error.code == .invalidEvent)
      #expect(error.message.hasPrefix("event 251 of 300"))
    }
    #expect(try temporary.store.statistics().events == 0)
  }

  @Test("A pipeline stores its batches in order, counts what was there, and stops at a refusal")
  func pipeline() throws {
    let temporary = try TemporaryStore()
    let pipeline = AppendPipeline(temporary.store)
    for start in stride(from: 0, to: 600, by: 50) {
      try pipeline.append(AppendPipelineTests.events(start..<start + 50))
    }
    let first = try pipeline.finish()
    #expect(first.stored == 600 && first.duplicates == 0)
    let again = AppendPipeline(temporary.store)
    try again.append(AppendPipelineTests.events(590..<640))
    let second = try again.finish()
    #expect(second.stored == 40 && second.duplicates == 10)
    var ids: [EventID] = []
    try temporary.store.log.read(EventReadOptions()) { event in
      ids.append(event.envelope.id)
      return true
    }
    #expect(ids == (try AppendPipelineTests.events(0..<640).compactMap(\.id)))

    let refused = AppendPipeline(temporary.store)
    var other = try AppendPipelineTests.events(0..<1)
    other[0].tags = ["topic:another"]
    try refused.append(other)
    #expect(throws: LogError.self) { try refused.finish() }
    #expect(throws: LogError.self) {
      try refused.append(AppendPipelineTests.events(700..<701))
    }
  }

  @Test("An event of a wrong form ends a pipeline: what came before it is stored, nothing after")
  func wrongForm() throws {
    let temporary = try TemporaryStore()
    let pipeline = AppendPipeline(temporary.store)
    try pipeline.append(AppendPipelineTests.events(0..<200))
    var wrong = try AppendPipelineTests.events(200..<400)
    wrong[120].tags = ["agent:+49 170 1234567"]
    try pipeline.append(wrong)
    // Told by a later call; which one depends on how far the encoding is.
    let error = #expect(throws: LogError.self) {
      for start in stride(from: 400, to: 8000, by: 100) {
        try pipeline.append(AppendPipelineTests.events(start..<start + 100))
      }
      try pipeline.finish()
    }
    #expect(error?.code == .invalidEvent)
    #expect(error?.message.hasPrefix("event 121 of 200") ?? false)
    #expect(throws: LogError.self) { try pipeline.finish() }
    #expect(try temporary.store.statistics().events == 200)
  }
}
