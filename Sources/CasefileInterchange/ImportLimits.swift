/// Every limit of an import, each with its reason. Going over one is a typed error, never a trap.
public enum ImportLimits {
  /// The longest row: the text of a long mail, quoted, with room to spare. A quote that is never
  /// closed would otherwise take the rest of the file into memory.
  public static let rowSizeBytes = 4 << 20
  /// The most columns: `source.updated` names all that changed, within one envelope.
  public static let columnCount = 512
  /// The longest name of a column, for the same reason.
  public static let columnNameSizeBytes = 100
  /// The longest id: with `client:` before it, it still is a tag, and with `ticket/` a stream.
  public static let idSizeBytes = 180
  /// The longest plain value: thirty of them fit into an envelope twice.
  public static let plainSizeBytes = 1_024
  /// The most bytes of one record's joined texts: they are one content.
  public static let recordSizeBytes = 8 << 20
  /// The most values without a rule that are listed: more of them say no more.
  public static let unmappedCount = 1_000
  /// The most rejected rows that are kept: if there are more, the profile does not fit the file.
  public static let rejectionCount = 100_000
  /// The most events of one row, by its rules.
  public static let eventsPerRow = 64
  /// The most events of one append, as `casefile append` stores them.
  public static let eventsPerAppend = 1_000
  /// About the most bytes of one append: a quarter of what the store allows.
  public static let bytesPerAppend = 16 << 20
  /// The largest profile: one that a person writes has some kilobytes.
  public static let profileSizeBytes = 1 << 20
}
