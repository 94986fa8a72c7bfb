internal import CasefileMerkle
internal import CasefileModel
internal import LMDB

/// A stream as a verification knows it: two hashes of its name, so that memory does not depend on the
/// length of names. They are seeded anew in each process, so nobody can choose two names of one key.
struct StreamKey: Hashable, Sendable {
  private static let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

  private let first: UInt64
  private let second: UInt64

  init(_ name: RawSpan) {
    first = Fingerprint.hash(name, seed: StreamKey.seeds.0)
    second = Fingerprint.hash(name, seed: StreamKey.seeds.1)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

/// A portion of the log, each event checked by itself: its bytes, its record, its content.
struct CheckedPart: Sendable {
  /// How many events a portion has.
  static let count: UInt64 = 4_096

  struct Event: Sendable {
    let position: Position
    let leaf: Digest
    /// Nil where the envelope can't be read, or is missing.
    var link: Link?
  }

  /// The place of an event in the log and in its stream's chain.
  struct Link: Sendable {
    let seal: Seal
    let id: EventID
    let stream: StreamKey
  }

  let first: UInt64
  private(set) var events: [Event] = []
  private(set) var problems = ProblemList()
  private(set) var envelopeBytes: UInt64 = 0
  private(set) var contentBytes: UInt64 = 0
  /// Why it could not be read at all, other than by damage.
  private(set) var failure: LogError?

  init(_ range: Range<UInt64>, _ log: Log) {
    first = range.lowerBound
    events.reserveCapacity(range.count)
    do throws(LogError) {
      try log.reading { try check(range, log.tables, $0) }
    } catch {
      guard error.code == .damaged else {
        failure = error
        return
      }
      problems.note(Position(first + UInt64(events.count)), .unreadableLog, error.message)
    }
  }

  private mutating func check(
    _ range: Range<UInt64>, _ tables: LogTables, _ transaction: borrowing ReadTransaction
  ) throws {
    var cursor = try transaction.cursor(tables.entries)
    var contents = try transaction.cursor(tables.contents)
    var isThere = try cursor.seek(atOrAfter: range.lowerBound)
    var hasContent = try contents.seek(atOrAfter: range.lowerBound)
    for position in range {
      let place = Position(position)
      guard isThere, cursor.integerKey == position else {
        problems.note(place, .missingEntry, "the log has no entry at position \(position)")
        events.append(Event(position: place, leaf: MerkleHash.emptyRoot))
        continue
      }
      let entry = cursor.value
      envelopeBytes += UInt64(entry.byteCount)
      while hasContent, contents.integerKey < position { hasContent = try contents.next() }
      let isMine = hasContent && contents.integerKey == position
      var event = Event(position: place, leaf: MerkleHash.leaf(entry))
      do throws(CodecError) {
        let envelope = try EnvelopeCheck(entry)
        event.link = Link(
          seal: envelope.seal, id: envelope.id,
          stream: StreamKey(entry.extracting(envelope.streamRange)))
        if isMine {
          contentBytes += UInt64(contents.value.byteCount)
          checkContent(contents.value, entry, place)
        } else if envelope.commitmentCount > 0 {
          problems.note(
            place, .missingContent,
            "the event commits to \(envelope.commitmentCount) content fields; there are none")
        }
      } catch {
        problems.note(place, .unreadableEnvelope, "the entry at \(position): \(error)")
      }
      events.append(event)
      isThere = try cursor.next()
    }
  }

  private mutating func checkContent(
    _ bytes: RawSpan, _ entry: RawSpan, _ place: Position
  ) {
    do throws(CodecError) {
      let stated = try Envelope(decoding: entry).commitments
      let computed = try Content(decoding: bytes).commitments()
      guard computed.count == stated.count else {
        problems.note(
          place, .commitmentMismatch,
          "the content has \(computed.count) fields, the event commits to \(stated.count)")
        return
      }
      for (index, commitment) in computed.enumerated() where commitment != stated[index] {
        problems.note(
          place, .commitmentMismatch,
          "content field \(stated[index].path) does not match its commitment")
      }
    } catch {
      problems.note(place, .unreadableContent, "the content at \(place): \(error)")
    }
  }
}
