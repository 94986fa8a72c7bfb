public import CasefileModel

/// What a verification of the whole log found.
public struct VerificationReport: Sendable, Hashable {
  /// One thing that is not as it was written.
  public struct Problem: Sendable, Hashable {
    /// What kind of problem.
    public enum Kind: String, Sendable, CaseIterable {
      /// No entry is at the position.
      case missingEntry
      /// An entry is beyond the head.
      case surplusEntry
      /// The envelope is no record.
      case unreadableEnvelope
      /// The envelope's bytes do not give the leaf hash that the tree holds.
      case leafMismatch
      /// The envelope carries another position.
      case wrongPosition
      /// The version is not the next one of the stream.
      case wrongVersion
      /// The link does not name the stream's previous event.
      case brokenLink
      /// The time of recording lies before that of the event before.
      case timeBackwards
      /// An event id stands at an earlier position too.
      case repeatedID
      /// A content is gone that was not erased.
      case missingContent
      /// The content is no record.
      case unreadableContent
      /// A content value does not match its commitment.
      case commitmentMismatch
      /// A content belongs to no event.
      case surplusContent
      /// A stored hash of the tree is not that of its leaves.
      case treeMismatch
      /// The root is not the one in the meta row.
      case rootMismatch
      /// A count in the meta row is wrong.
      case countMismatch
      /// LMDB can't read its file any further.
      case unreadableLog
    }

    /// Where it is; nil where it is about the whole log.
    public let position: Position?
    /// What kind it is.
    public let what: Kind
    /// What was found, with the values; no ticket text.
    public let message: String
  }

  /// The number of events that were checked.
  public let events: UInt64
  /// The root that the checked events give.
  public let root: Digest
  /// Everything that was found, in order of position; at most 1,000, then the rest are counted.
  public let problems: [Problem]
  /// How many more problems were found than are listed.
  public let unlistedProblems: Int

  /// Whether nothing was found.
  public var isSound: Bool { problems.isEmpty }
}
