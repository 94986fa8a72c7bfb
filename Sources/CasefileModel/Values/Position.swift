/// A place in the log: 0 for the first event, without gaps. It equals the event's Merkle leaf index.
public struct Position: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number of events before this place.
  public let rawValue: UInt64

  /// Makes the position with this number of events before it.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes the position with this number of events before it.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The place after this one; the last of all is its own successor.
  public var next: Position { Position(rawValue == .max ? rawValue : rawValue + 1) }

  /// The decimal number, as every report prints it.
  public var description: String { String(rawValue) }

  /// Orders by place in the log, which is the order of recording.
  public static func < (left: Position, right: Position) -> Bool { left.rawValue < right.rawValue }
}

/// The number of an event in its stream, from 1, without gaps; 0 stands for a stream without events.
public struct StreamVersion: RawRepresentable, Hashable, Comparable, Sendable,
  CustomStringConvertible
{
  /// The number of events in the stream up to and with this one.
  public let rawValue: UInt64

  /// Makes the version with this number.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes the version with this number.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// The version of a stream that has no event yet.
  public static let none = StreamVersion(0)

  /// The decimal number.
  public var description: String { String(rawValue) }

  /// Orders by place in the stream.
  public static func < (left: StreamVersion, right: StreamVersion) -> Bool {
    left.rawValue < right.rawValue
  }
}
