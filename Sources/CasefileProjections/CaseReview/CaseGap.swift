public import CasefileModel

/// Something that the record of a case lacks, and how that is known.
public struct CaseGap: Hashable, Sendable {
  /// What is missing.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A call has no recording.
    case recordingMissing
    /// A file is named and not there.
    case attachmentMissing
    /// Somebody was spoken with where nothing is recorded.
    case untrackedContact
    /// Texts were erased.
    case erased
    /// A channel that the case uses was out of order.
    case outage
    /// Nothing was recorded at all.
    case recorderGap
  }

  /// What is missing.
  public let kind: Kind
  /// The event that tells of it.
  public let position: Position
  /// Since when, where a time is stated.
  public let from: Timestamp?
  /// Until when; nil where it lasts or is not stated.
  public let until: Timestamp?
  /// The channel, where it is about one.
  public let channel: String?

  /// The gaps that a ticket's own entries tell of, in domain order.
  public static func gaps(in entries: [TicketEntry]) -> [CaseGap] {
    entries.filter { $0.retractedBy == nil }.flatMap { entry in
      var kinds: [Kind] = []
      switch entry.typeNumber {
      case CallRecordingMissing.type.number: kinds.append(.recordingMissing)
      case AttachmentMissing.type.number: kinds.append(.attachmentMissing)
      case ChannelUntrackedContactReported.type.number: kinds.append(.untrackedContact)
      default: break
      }
      let known = entry.event.content?.values.map(\.path) ?? []
      if entry.event.envelope.commitments.contains(where: { !known.contains($0.path) }) {
        kinds.append(.erased)
      }
      return kinds.map {
        CaseGap(kind: $0, position: entry.position, from: nil, until: nil, channel: nil)
      }
    }
  }

  /// The outages and gaps of the recorder that fall into a case's time.
  ///
  /// - Parameters:
  ///   - events: `channel.outage`, `channel.restored` and `system.recorderGap` in order of position.
  ///   - channels: those that the case uses; an outage of another one is no gap of it.
  public static func outages(
    in events: [StoredEvent], from: Timestamp, until: Timestamp, channels: [String]
  ) -> [CaseGap] {
    OutageTimes(events).gaps(from: from, until: until, channels: channels)
  }
}
