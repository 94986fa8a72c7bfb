internal import CasefileMerkle
internal import CasefileModel

/// What a commit stores, in a few flat buffers that are kept from commit to commit.
struct WriterBatch {
  /// All envelopes, one after the other.
  private(set) var envelopes: [UInt8] = []
  /// Where each envelope ends.
  private(set) var ends: [Int] = []
  /// All contents, one after the other.
  private(set) var contents: [UInt8] = []
  /// Where each content ends.
  private(set) var contentEnds: [Int] = []
  /// Which event each content belongs to.
  private(set) var contentIndices: [Int] = []
  /// The leaf hashes, in the end one for each event.
  var leaves: [Digest] = []
  /// The rows of the tree that became full.
  var rows: [MerkleTree.Row] = []
  /// What the index takes of the events.
  var words = EventWords()

  var count: Int { ends.count }

  mutating func removeAll() {
    envelopes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    contents.removeAll(keepingCapacity: true)
    contentEnds.removeAll(keepingCapacity: true)
    contentIndices.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    words.removeAll()
  }

  /// Adds an event: its envelope's bytes, the seal unless they have it, and its content.
  mutating func append(_ bytes: RawSpan, _ seal: Seal?, _ content: RawSpan) {
    envelopes.append(addingCapacity: bytes.byteCount + Seal.sizeBytes) { out in
      out.add(bytes)
      if let seal { seal.write(to: &out) }
    }
    ends.append(envelopes.count)
    guard content.byteCount > 0 else { return }
    contents.append(addingCapacity: content.byteCount) { $0.add(content) }
    contentEnds.append(contents.count)
    contentIndices.append(ends.count - 1)
  }

  func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  /// The bytes of an envelope.
  @_lifetime(borrow self)
  func envelope(_ index: Int) -> RawSpan { envelopes.span.bytes.extracting(range(index)) }

  /// A copy of an event, for the rare comparison with a repeated one.
  func record(_ index: Int) -> StoredRecord {
    var content: [UInt8] = []
    if let place = contentIndices.firstIndex(of: index) {
      content = Array(contents[(place == 0 ? 0 : contentEnds[place - 1])..<contentEnds[place]])
    }
    return StoredRecord(envelope: Array(envelopes[range(index)]), content: content)
  }
}
