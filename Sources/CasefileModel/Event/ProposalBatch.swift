/// Events as a caller gives them, each encoded once and never touched again: the first parts of
/// envelopes, to which the writer adds the seals, and the contents, all of them in two flat arrays.
///
/// An array or two for each event took a third of the time of a large append.
package struct ProposalBatch: Sendable {
  /// One event of the batch, and where its parts end in the flat arrays.
  package struct Item: Sendable {
    package let id: EventID
    package let typeNumber: UInt32
    /// How many bytes of the envelope come before the commitments: what a repeated request must
    /// have equal.
    package let plainSizeBytes: Int
    /// Where the stream's name begins in its envelope, and how long it is.
    fileprivate let streamStart: Int
    fileprivate let streamSizeBytes: Int
    fileprivate let envelopeEnd: Int
    fileprivate let contentEnd: Int
    fileprivate let tagsEnd: Int
  }

  /// The events, from which the batch takes those from `first` on; none when it has let go of them.
  private var events: [Event]
  private let first: Int
  package private(set) var items: [Item] = []
  private var envelopes: [UInt8] = []
  private var contents: [UInt8] = []
  /// Where each tag lies in `envelopes`.
  private var tags: [Range<Int>] = []
  private var leaves: [HashBeginning] = []

  /// Makes a batch that is to hold events of a list in their order.
  ///
  /// - Parameters:
  ///   - first: the index of its first event.
  ///   - capacity: for how many events of a usual size it makes room.
  package init(of events: [Event], from first: Int = 0, capacity: Int) {
    self.events = events
    self.first = first
    items.reserveCapacity(capacity)
    tags.reserveCapacity(capacity * 3)
    guard capacity > 1 else { return }
    envelopes.reserveCapacity(capacity * 224)
    contents.reserveCapacity(capacity * 48)
  }

  package var count: Int { items.count }
  /// How many tags the events have together.
  package var tagCount: Int { tags.count }

  /// What the events will take in the log.
  package var sizeBytes: Int { envelopes.count + count * Seal.sizeBytes + contents.count }

  /// Encodes the next event of the list, which is lent again: to take it out of the batch for each
  /// event counted a reference that two threads have in common.
  ///
  /// - Throws: `ModelError` for what the store refuses: times out of range, limits, personal data in
  ///   ids or tags, unknown numbers of the envelope's enumerations. The batch is of no use then.
  package mutating func appendNext(
    of events: Span<Event>, id: EventID, seeds: inout DrawnSeeds
  ) throws(ModelError) {
    // By its place, since an event is a dozen references, each of which would be counted where it
    // is handed over alone. What several look at is taken out once.
    let index = first + count
    let stream = events[index].stream.description
    let ownTags = events[index].tags
    try EventForm.check(events, at: index, ownTags)
    let start = envelopes.count
    let contentStart = contents.count
    let plainSizeBytes = EnvelopeWriter.write(
      events, at: index, id: id, stream, ownTags, to: &envelopes, &tags)
    if !events[index].contents.isEmpty {
      ContentWriter.write(
        events[index].contents, of: stream, seeds: &seeds, envelope: &envelopes, to: &contents)
    }
    let nameSize = stream.utf8.count
    items.append(
      Item(
        id: id, typeNumber: events[index].type.number, plainSizeBytes: plainSizeBytes,
        streamStart: EnvelopeWriter.streamStart(nameSizeBytes: nameSize),
        streamSizeBytes: nameSize, envelopeEnd: envelopes.count, contentEnd: contents.count,
        tagsEnd: tags.count))
    let size = envelopes.count - start + Seal.sizeBytes
    guard size <= Limits.envelopeSizeBytes else {
      throw ModelError(
        .tooLarge,
        "the envelope has \(size) bytes; the limit is \(Limits.envelopeSizeBytes). Put long texts "
          + "into content fields.")
    }
    guard contents.count - contentStart <= Limits.contentSizeBytes else {
      throw ModelError(
        .tooLarge,
        "the content has \(contents.count - contentStart) bytes; the limit is "
          + "\(Limits.contentSizeBytes). Keep large files outside and attach their hash.")
    }
  }

  /// Hashes what there is of the leaves, those which are not hashed yet: as soon as all are encoded,
  /// since two at once take little more time than one.
  package mutating func hashBeginnings() {
    leaves.reserveCapacity(count)
    while leaves.count < count {
      let first = leaves.count
      guard first + 1 < count else {
        leaves.append(HashBeginning(0x00, envelope(first)))
        return
      }
      let (left, right) = HashBeginning.pair(0x00, envelope(first), envelope(first + 1))
      leaves.append(left)
      leaves.append(right)
    }
  }

  /// Adds a batch of the same list, which goes on where this one ends.
  package mutating func append(_ other: ProposalBatch) {
    precondition(other.first == first + count, "The other batch begins elsewhere.")
    let (envelopeStart, contentStart, tagStart) = (envelopes.count, contents.count, tags.count)
    for item in other.items {
      items.append(
        Item(
          id: item.id, typeNumber: item.typeNumber, plainSizeBytes: item.plainSizeBytes,
          streamStart: item.streamStart, streamSizeBytes: item.streamSizeBytes,
          envelopeEnd: envelopeStart + item.envelopeEnd,
          contentEnd: contentStart + item.contentEnd, tagsEnd: tagStart + item.tagsEnd))
    }
    envelopes += other.envelopes
    contents += other.contents
    for tag in other.tags {
      tags.append(envelopeStart + tag.lowerBound..<envelopeStart + tag.upperBound)
    }
    leaves += other.leaves
  }

  // MARK: Parts of an event

  /// Lets go of the events, which all are encoded: a bulk load has many batches on their way.
  package mutating func letGoOfEvents() { events = [] }

  /// The stream of an event; its name is copied where the batch has let go of the events.
  package func stream(_ index: Int) -> StreamID {
    if !events.isEmpty { return events[first + index].stream }
    guard let name = String(utf8: streamName(index)) else {
      preconditionFailure("A stream's name was written from a text.")
    }
    return StreamID(stored: name)
  }

  /// The envelope without its seal.
  @_lifetime(borrow self)
  package func envelope(_ index: Int) -> RawSpan {
    envelopes.span.bytes.extracting(
      (index == 0 ? 0 : items[index - 1].envelopeEnd)..<items[index].envelopeEnd)
  }

  /// The content, empty where the event has none.
  @_lifetime(borrow self)
  package func content(_ index: Int) -> RawSpan {
    contents.span.bytes.extracting(
      (index == 0 ? 0 : items[index - 1].contentEnd)..<items[index].contentEnd)
  }

  /// The stream's name.
  @_lifetime(borrow self)
  package func streamName(_ index: Int) -> RawSpan {
    let start = (index == 0 ? 0 : items[index - 1].envelopeEnd) + items[index].streamStart
    return envelopes.span.bytes.extracting(start..<start + items[index].streamSizeBytes)
  }

  /// Lends each tag in turn.
  package func forEachTag(_ index: Int, _ body: (RawSpan) -> Void) {
    let all = envelopes.span.bytes
    for tag in (index == 0 ? 0 : items[index - 1].tagsEnd)..<items[index].tagsEnd {
      body(all.extracting(tags[tag]))
    }
  }

  /// The leaf hash as far as the bytes go.
  package func leaf(_ index: Int) -> HashBeginning { leaves[index] }
}
