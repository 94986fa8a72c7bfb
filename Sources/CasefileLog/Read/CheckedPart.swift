internal import CasefileMerkle
internal import CasefileModel
internal import LMDB

/// A stream as a verification knows it: two hashes of its name, so that memory does not depend on the
/// length of names. They are seeded anew in each process, so nobody can choose two names of one key.
struct StreamKey: Equatable, Sendable {
  private static let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

  private let first: UInt64
  private let second: UInt64

  init(_ name: RawSpan) {
    first = Fingerprint.hash(name, seed: StreamKey.seeds.0)
    second = Fingerprint.hash(name, seed: StreamKey.seeds.1)
  }

  /// Where an open hash table of a power of two of places has it.
  func place(in count: Int) -> Int { Int(truncatingIfNeeded: first) & (count - 1) }
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
    var entries = try transaction.cursor(tables.entries)
    var contents = try transaction.cursor(tables.contents)
    _ = try contents.seek(atOrAfter: range.lowerBound)
    var isThere = try entries.seek(atOrAfter: range.lowerBound)
    var failure: LMDBError?
    var position = range.lowerBound
    // Two at a time: their leaf hashes take little more time than one.
    while position < range.upperBound, failure == nil {
      guard isThere, entries.integerKey == position else {
        problems.note(
          Position(position), .missingEntry, "the log has no entry at position \(position)")
        events.append(Event(position: Position(position), leaf: MerkleHash.emptyRoot))
        position += 1
        continue
      }
      let first = entries.value
      isThere = CheckedPart.step(&entries, &failure)
      guard isThere, position + 1 < range.upperBound, entries.integerKey == position + 1 else {
        try check(first, position, MerkleHash.leaf(first), &contents)
        position += 1
        continue
      }
      let second = entries.value
      isThere = CheckedPart.step(&entries, &failure)
      let leaves = MerkleHash.leaves(first, second)
      try check(first, position, leaves.0, &contents)
      try check(second, position + 1, leaves.1, &contents)
      position += 2
    }
    if let failure { throw failure }
  }

  /// Goes to the next row; what hinders it is thrown after the rows before were checked.
  private static func step(_ cursor: inout Cursor, _ failure: inout LMDBError?) -> Bool {
    do throws(LMDBError) {
      return try cursor.next()
    } catch {
      failure = error
      return false
    }
  }

  private mutating func check(
    _ entry: RawSpan, _ position: UInt64, _ leaf: Digest, _ contents: inout Cursor
  ) throws {
    let place = Position(position)
    envelopeBytes += UInt64(entry.byteCount)
    while contents.isAtRow, contents.integerKey < position { _ = try contents.next() }
    var event = Event(position: place, leaf: leaf)
    do throws(CodecError) {
      let envelope = try EnvelopeCheck(entry)
      event.link = Link(
        seal: envelope.seal, id: envelope.id,
        stream: StreamKey(entry.extracting(envelope.streamRange)))
      if contents.isAtRow, contents.integerKey == position {
        contentBytes += UInt64(contents.value.byteCount)
        checkContent(contents.value, entry, envelope, place)
      } else if envelope.commitmentCount > 0 {
        problems.note(
          place, .missingContent,
          "the event commits to \(envelope.commitmentCount) content fields; there are none")
      }
    } catch {
      problems.note(place, .unreadableEnvelope, "the entry at \(position): \(error)")
    }
    events.append(event)
  }

  private mutating func checkContent(
    _ bytes: RawSpan, _ entry: RawSpan, _ envelope: EnvelopeCheck, _ place: Position
  ) {
    do throws(CodecError) {
      let first =
        envelope.commitmentCount == 0
        ? entry.byteCount - Seal.sizeBytes : envelope.commitmentsStart
      for mismatch in try ContentCheck.mismatches(of: bytes, with: entry, commitmentsFrom: first) {
        switch mismatch {
        case .count(let content, let envelope):
          problems.note(
            place, .commitmentMismatch,
            "the content has \(content) fields, the event commits to \(envelope)")
        case .field(let path):
          problems.note(
            place, .commitmentMismatch, "content field \(path) does not match its commitment")
        }
      }
    } catch {
      problems.note(place, .unreadableContent, "the content at \(place): \(error)")
    }
  }
}
