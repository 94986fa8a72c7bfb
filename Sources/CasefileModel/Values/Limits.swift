/// Every limit of a store, each with its reason. Going over one is a typed error, never a trap.
public enum Limits {
  /// The largest envelope: entry bundles of transparency logs carry a two-byte length.
  public static let envelopeSizeBytes = 65_535
  /// The largest content: a long mail thread with room to spare, still read in one piece.
  public static let contentSizeBytes = 16 << 20
  /// The longest stream name: with a prefix and a version it stays below LMDB's 511-byte keys.
  public static let streamSizeBytes = 200
  /// The longest tag, id or other short text of an envelope, as long as a stream name.
  public static let shortTextSizeBytes = 200
  /// The most tags of one event: each costs a posting in the index.
  public static let tagCount = 32
  /// The most events of one append: one commit holds all of them, and others wait for it.
  public static let eventsPerAppend = 10_000
  /// The most bytes of one append, envelopes and contents together.
  public static let bytesPerAppend = 64 << 20
  /// The most events in one commit of the writer that joins several appends.
  public static let eventsPerCommit = 4_096
  /// The most bytes in one commit that joins several appends.
  public static let bytesPerCommit = 32 << 20
  /// How deep messages and JSON values may nest; readers are recursive.
  public static let nestingDepth = 32
  /// The longest NDJSON line: the largest content, escaped at its worst.
  public static let lineSizeBytes = 128 << 20
}
