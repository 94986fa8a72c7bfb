public import CasefileModel

extension AgentDuty {
  /// A time in which an agent stood in one manner.
  public struct Period: Hashable, Sendable {
    /// Whether the agent was at work.
    public let standing: Standing
    /// Since when.
    public let from: Timestamp
    /// Until when; nil where it lasts.
    public let until: Timestamp?
  }

  /// How the agent stood from one instant to another, without a gap; nothing where the first is not
  /// before the second.
  ///
  /// - Parameter until: not included; nil: for ever, by what is known.
  /// - Complexity: O(log n) in shifts and absences, and the changes within the time.
  public func periods(from: Timestamp, until: Timestamp?) -> [Period] {
    timeline.periods(from: from, until: until)
  }
}
