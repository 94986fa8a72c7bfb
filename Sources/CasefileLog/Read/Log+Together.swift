internal import CasefileMerkle
internal import CasefileModel
internal import LMDB

/// Reading events whose positions are known, such as those of one stream. They lie far from each
/// other, so their rows are looked up together: the waits for memory are as good as one then.
extension Log {
  /// How many events are looked up together: a case has about 15, and what was asked for ahead has to
  /// be in the processor's cache still when it is read.
  static let togetherCount = 32

  /// An event whose envelope was checked; its content comes later.
  private struct Opened {
    let position: UInt64
    let envelope: Envelope
    let bytes: [UInt8]
    let leaf: Digest
  }

  /// Reads what a query means of up to ``togetherCount`` positions, each event checked as by
  /// ``event(at:_:includesContent:_:)``.
  ///
  /// - Returns: what stands in the way of more, if anything; the events before that are added.
  func addEvents(
    _ options: EventReadOptions, at positions: [UInt64], _ meta: LogMeta,
    _ transaction: borrowing ReadTransaction, to events: inout [StoredEvent]
  ) -> LogError? {
    var opened: [Opened] = []
    opened.reserveCapacity(positions.count)
    var error: LogError?
    do {
      let entries = try transaction.values(tables.entries, positions)
      var places: [Int] = []
      places.reserveCapacity(positions.count)
      do {
        for place in positions.indices {
          guard let entry = try entries.value(place) else {
            throw Log.missing(Position(positions[place]))
          }
          if try isWorthOpening(entry, positions[place], options) { places.append(place) }
        }
      } catch let found {
        error = LogError.wrap(found)
      }
      try open(places, of: positions, entries, options, meta, transaction, into: &opened)
    } catch let found {
      error = LogError.wrap(found)
    }
    do {
      try addEvents(opened, options, transaction, to: &events)
    } catch let found {
      error = LogError.wrap(found)
    }
    return error
  }

  /// Whether an entry may be meant, by a look at its fields where they lie.
  ///
  /// Of streams alone nearly all candidates are wanted: decoding at once saves reading their fields
  /// twice.
  private func isWorthOpening(
    _ entry: RawSpan, _ position: UInt64, _ options: EventReadOptions
  ) throws -> Bool {
    guard !options.query.isEmpty, options.query.streamsAlone == nil else { return true }
    do throws(CodecError) {
      return try options.query.matches(entry)
    } catch {
      throw Log.unreadable(Position(position), error)
    }
  }

  /// Checks entries against the tree and decodes them; two at a time, since two leaf hashes take
  /// little more time than one.
  private func open(
    _ places: [Int], of positions: [UInt64], _ entries: borrowing Values,
    _ options: EventReadOptions, _ meta: LogMeta, _ transaction: borrowing ReadTransaction,
    into opened: inout [Opened]
  ) throws {
    let firstPending = meta.events - meta.events % MerkleTree.hashesPerRow
    let rows = try transaction.values(
      tables.tree,
      places.map {
        MerkleTree.Row.key(level: 0, index: positions[$0] / MerkleTree.hashesPerRow)
      }
    ) { Log.offsetInRow(positions[places[$0]]) }
    var second: Digest?
    for (number, place) in places.enumerated() {
      guard let entry = try entries.value(place) else { continue }
      let leaf: Digest
      if let known = second {
        leaf = known
        second = nil
      } else if number + 1 < places.count, let next = try entries.value(places[number + 1]) {
        let leaves = MerkleHash.leaves(entry, next)
        leaf = leaves.0
        second = leaves.1
      } else {
        leaf = MerkleHash.leaf(entry)
      }
      let position = positions[place]
      let expected =
        position < firstPending
        ? try Log.hash(of: position, in: rows.value(number))
        : try expectedLeaf(position, meta, transaction)
      try open(entry, leaf, position, expected, options, into: &opened)
    }
  }

  private func open(
    _ entry: RawSpan, _ leaf: Digest, _ position: UInt64, _ expected: Digest,
    _ options: EventReadOptions, into opened: inout [Opened]
  ) throws {
    let envelope = try envelope(
      entry, leaf, at: Position(position), expecting: expected,
      probablyOf: options.query.streamsAlone?.first)
    if let streams = options.query.streamsAlone {
      // Of one it is asked most often, and hashing a name takes longer than comparing it.
      let stream = envelope.stream
      guard streams.count == 1 ? streams.first == stream : streams.contains(stream) else { return }
    }
    opened.append(
      Opened(
        position: position, envelope: envelope, bytes: entry.withUnsafeBytes { Array($0) },
        leaf: leaf))
  }

  /// Adds events with their contents.
  private func addEvents(
    _ opened: [Opened], _ options: EventReadOptions, _ transaction: borrowing ReadTransaction,
    to events: inout [StoredEvent]
  ) throws {
    let positions =
      options.includesContent
      ? opened.indices.filter { opened[$0].envelope.hasCommitments }.map { opened[$0].position }
      : []
    let contents = try transaction.values(tables.contents, positions)
    var next = 0
    if events.isEmpty { events.reserveCapacity(opened.count) }
    for index in opened.indices {
      var content: Content?
      if next < positions.count, positions[next] == opened[index].position {
        if let bytes = try contents.value(next) {
          content = try self.content(bytes, of: opened[index].envelope)
        }
        next += 1
      }
      events.append(
        StoredEvent(
          envelope: opened[index].envelope, envelopeBytes: opened[index].bytes,
          leaf: opened[index].leaf, content: content))
    }
  }
}
