public import CasefileModel

/// What must hold for an append to be stored; it is judged inside the commit.
public enum AppendCondition: Sendable, Hashable {
  /// Nothing is asked.
  case any
  /// The stream has no event yet.
  case newStream(StreamID)
  /// The stream's newest event has this version.
  case version(StreamID, StreamVersion)
  /// Nothing that the query names was recorded after the position; nil: nothing ever.
  case unchanged(since: Position?, EventQuery)
  /// Every one of several conditions holds.
  case all([AppendCondition])
}

/// Which events are meant: those that meet every part that is not empty. An empty query means all.
public struct EventQuery: Sendable, Hashable {
  /// Events of any of these streams.
  public var streams: Set<StreamID>
  /// Events of any of these types, by number.
  public var types: Set<UInt32>
  /// Events that carry any of these tags.
  public var tags: Set<String>

  /// Makes a query; what is left out does not restrict.
  public init(
    streams: Set<StreamID> = [], types: Set<UInt32> = [], tags: Set<String> = []
  ) {
    self.streams = streams
    self.types = types
    self.tags = tags
  }

  /// Whether every event is meant.
  public var isEmpty: Bool { streams.isEmpty && types.isEmpty && tags.isEmpty }

  /// The streams, where nothing else is asked.
  var streamsAlone: Set<StreamID>? {
    types.isEmpty && tags.isEmpty && !streams.isEmpty ? streams : nil
  }

  func matches(stream: StreamID, type: UInt32, tags carried: [String]) -> Bool {
    (streams.isEmpty || streams.contains(stream)) && (types.isEmpty || types.contains(type))
      && (tags.isEmpty || carried.contains { tags.contains($0) })
  }

  /// Judges stored bytes without decoding the event.
  func matches(_ envelope: RawSpan) throws(CodecError) -> Bool {
    if isEmpty { return true }
    var tagFound = tags.isEmpty
    // Tags are compared as bytes: no text is made of the many that do not match.
    var tagRanges: [Range<Int>] = []
    let header = try EnvelopeHeader(envelope) { range in
      if !tagFound { tagRanges.append(range) }
    }
    guard types.isEmpty || types.contains(header.typeNumber) else { return false }
    if !streams.isEmpty {
      var found = false
      for stream in streams where envelope.equals(header.streamRange, stream.description) {
        found = true
      }
      guard found else { return false }
    }
    for range in tagRanges {
      for tag in tags where envelope.equals(range, tag) { tagFound = true }
    }
    return tagFound
  }
}

/// Where an appended event stands.
public struct Appended: Sendable, Hashable {
  /// Its id, drawn by the store where the caller gave none.
  public let id: EventID
  /// Its place in the log.
  public internal(set) var position: Position
  /// Its stream.
  public let stream: StreamID
  /// Its number in the stream.
  public internal(set) var version: StreamVersion
  /// When the log recorded it.
  public internal(set) var recordedAt: Timestamp
  /// Whether it was stored before and this append only found it.
  public let isDuplicate: Bool
  /// Whether the stored event's content was erased since, so that only the envelope was compared.
  public let isContentErased: Bool
}
