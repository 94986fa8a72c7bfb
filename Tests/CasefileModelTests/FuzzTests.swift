import CasefileModel
import Foundation
import Testing

/// Bytes that nobody wrote give errors and never a trap.
///
/// `CASEFILE_FUZZ_CASES` sets how many records and lines are mutated, `CASEFILE_FUZZ_SEED` with which
/// seed; a failure prints it.
@Suite("Noise")
struct FuzzTests {
  private static let cases =
    ProcessInfo.processInfo.environment["CASEFILE_FUZZ_CASES"].flatMap { Int($0) } ?? 3_000
  private static let seed =
    ProcessInfo.processInfo.environment["CASEFILE_FUZZ_SEED"].flatMap { UInt64($0) }
    ?? UInt64(Date().timeIntervalSince1970)

  @Test("Mutated records throw or read, and what reads can be shown and written again")
  func records() throws {
    let samples = try SampleMaker.events().map { try $0.sealed() }
    var random = SeededRandom(FuzzTests.seed)
    var tally = FuzzTally()
    for _ in 0..<FuzzTests.cases {
      let sample = samples[Int.random(in: 0..<samples.count, using: &random)]
      let other = samples[Int.random(in: 0..<samples.count, using: &random)]
      let which = UInt8.random(in: 0..<3, using: &random)
      let envelope =
        which == 0
        ? sample.envelope : mutated(sample.envelope, with: other.envelope, keeping: 65, &random)
      let content =
        which == 1
        ? sample.content : mutated(sample.content, with: other.content, keeping: 0, &random)
      tally.read(envelope, content)
    }
    print("records: \(tally), seed \(FuzzTests.seed)")
    #expect(tally.readable > 0 && tally.refused > 0)
    #expect(tally.strange == 0, "seed \(FuzzTests.seed)")
  }

  @Test("Mutated lines throw or read, and what reads can be checked and sealed")
  func lines() throws {
    var maker = SampleMaker()
    let lines = SampleMaker.descriptors.map { Array(maker.line(of: $0).text.utf8) }
    var random = SeededRandom(FuzzTests.seed)
    var tally = FuzzTally()
    for _ in 0..<FuzzTests.cases {
      let line = lines[Int.random(in: 0..<lines.count, using: &random)]
      let other = lines[Int.random(in: 0..<lines.count, using: &random)]
      tally.read(line: mutated(line, with: other, keeping: 0, &random))
    }
    print("lines: \(tally), seed \(FuzzTests.seed)")
    #expect(tally.readable > 0 && tally.refused > 0)
    #expect(tally.strange == 0, "seed \(FuzzTests.seed)")
  }

  /// One to four mutations; half of them spare the last bytes, where the seal is.
  private func mutated(
    _ bytes: [UInt8], with other: [UInt8], keeping tail: Int, _ random: inout SeededRandom
  ) -> [UInt8] {
    let kept = Bool.random(using: &random) ? Array(bytes.suffix(tail)) : []
    var bytes = Array(bytes.dropLast(kept.count))
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let length = min(Int.random(in: 0...16, using: &random), bytes.count - place)
      switch UInt8.random(in: 0..<8, using: &random) {
      case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1 where place < bytes.count:
        bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
      case 2: bytes.removeSubrange(place..<place + length)
      case 3: bytes.removeLast(bytes.count - place)
      case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
      case 5:
        let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes.insert(contentsOf: noise, at: place)
      case 6 where !other.isEmpty:
        let start = Int.random(in: 0..<other.count, using: &random)
        bytes.insert(contentsOf: other[start..<min(start + 64, other.count)], at: place)
      default:
        for index in place..<place + length {
          bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
      }
    }
    return bytes + kept
  }
}

/// What came of mutated bytes.
struct FuzzTally: CustomStringConvertible {
  private(set) var readable = 0
  private(set) var refused = 0
  /// Errors of another kind than the two of the module.
  private(set) var strange = 0

  private static let types = Dictionary(
    uniqueKeysWithValues: payloadTypes.map { ($0.type.number, $0) })

  var description: String { "\(readable) readable, \(refused) refused" }

  mutating func read(_ envelopeBytes: [UInt8], _ contentBytes: [UInt8]) {
    attempt {
      _ = try? EnvelopeHeader(envelopeBytes.span.bytes) { _ in }
      // What a verification lets pass is what a read can decode, and nothing else.
      let isPassed = (try? EnvelopeCheck(envelopeBytes.span.bytes)) != nil
      guard isPassed == ((try? Envelope(decoding: envelopeBytes.span.bytes)) != nil) else {
        throw FuzzProblem.changed
      }
      let envelope = try Envelope(decoding: envelopeBytes.span.bytes)
      // Damaged content beside a sound envelope is read as if it were erased.
      let content = contentBytes.isEmpty ? nil : try? Content(decoding: contentBytes.span.bytes)
      if let content {
        _ = content.commitments()
        guard try Content(decoding: content.encoded().span.bytes) == content else {
          throw FuzzProblem.changed
        }
      }
      let stored = StoredEvent(
        envelope: envelope, envelopeBytes: envelopeBytes, leaf: .zero, content: content)
      _ = "\(envelope.occurredAt) \(envelope.recordedAt) \(envelope.stream.kind)"
      if let type = FuzzTally.types[envelope.typeNumber] {
        try FuzzTally.readPayload(of: stored, type)
      }
      let line = try EventLine.json(of: stored).text
      _ = try JSONValue(parsing: Array(line.utf8))
      if let event = try? EventLine(parsing: Array(line.utf8)).event { try FuzzTally.seal(event) }
    }
  }

  private static func readPayload<Payload: EventPayload>(
    of stored: StoredEvent, _ type: Payload.Type
  ) throws {
    do {
      guard let payload = try stored.payload(as: type) else { return }
      let event = Event(
        payload, on: stored.envelope.stream, at: stored.envelope.occurredAt,
        by: stored.envelope.actor)
      let again = FieldReader(
        body: event.body,
        values: event.contents.map { .init(path: $0.path, subject: 0, bytes: $0.bytes) })
      guard try Payload(from: again) == payload else { throw FuzzProblem.changed }
    } catch is CodecError {
      return
    }
  }

  mutating func read(line: [UInt8]) {
    attempt {
      let event = try EventLine(parsing: line).event
      try FuzzTally.seal(event)
    }
  }

  private static func seal(_ event: Event) throws {
    do {
      try EventSchema.builtIn.check(event)
      let sealed = try event.sealed()
      let line = try EventLine.json(of: sealed.stored())
      guard try EventLine(line).event.sealed().envelope == sealed.envelope else {
        throw FuzzProblem.changed
      }
    } catch is ModelError {
      return
    }
  }

  private mutating func attempt(_ body: () throws -> Void) {
    do {
      try body()
      readable += 1
    } catch is CodecError {
      refused += 1
    } catch is ModelError {
      refused += 1
    } catch {
      strange += 1
    }
  }
}

private enum FuzzProblem: Error {
  /// What was read, written and read again is not the same.
  case changed
}
