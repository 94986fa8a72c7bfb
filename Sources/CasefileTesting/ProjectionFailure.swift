public import Casefile

/// Which rule a projection breaks, and at which event and key it shows.
public struct ProjectionFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The rules of a projection.
  public enum Rule: String, Sendable, Hashable {
    /// The name has other characters than small letters, digits and hyphens, or the version is 0.
    case badName
    /// `keys(of:)` gives a key twice, an empty one or one that is too long.
    case badKey
    /// `keys(of:)` gives other keys for the same event when it is asked again.
    case unstableKeys
    /// `apply` gives another state for the same event and state when it is asked again.
    case unstableState
    /// A state that is encoded and decoded is another one.
    case lossyCoding
    /// The same state is encoded to different JSON.
    case unstableCoding
    /// The states depend on where the events are cut into batches and read back.
    case dependsOnBatches
    /// The states are not those that a test expects.
    case otherState
  }

  /// The rule.
  public let rule: Rule
  /// The projection's name.
  public let projection: String
  /// The event at which it shows, where there is one.
  public let position: Position?
  /// The key.
  public let key: String?
  /// What was seen. A test's own events may be told here.
  public let message: String

  init(
    _ rule: Rule, _ projection: String, at position: Position? = nil, key: String? = nil,
    _ message: String
  ) {
    self.rule = rule
    self.projection = projection
    self.position = position
    self.key = key
    self.message = message
  }

  /// The sentence with its place.
  public var description: String {
    let place = [position.map { "position \($0)" }, key.map { "key \($0)" }].compactMap { $0 }
    return "projection \(projection)"
      + (place.isEmpty ? "" : ", " + place.joined(separator: ", ")) + ": \(message) [\(rule)]"
  }
}
