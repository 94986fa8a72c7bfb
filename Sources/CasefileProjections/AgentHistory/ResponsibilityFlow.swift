public import CasefileModel

/// Between whom responsibility moved, and how often, over many tickets.
///
/// ```swift
/// var flow = ResponsibilityFlow(.direct, since: march, until: april)
/// for state in states { flow.add(state) }
/// for pair in flow.pairs { print(pair.from, pair.to, pair.count) }
/// ```
public struct ResponsibilityFlow: Hashable, Sendable {
  /// Which moves are counted; each is counted apart from the others.
  public enum Kind: String, Hashable, Sendable {
    /// Responsibility moved directly between two different named holders.
    case direct
    /// Taken from one holder, and the next holder is another one.
    case indirect
    /// From one named group to another; it keeps the holder.
    case group
  }

  /// How often it moved from one to another.
  public struct Pair: Hashable, Sendable {
    /// Who had it before.
    public let from: String
    /// Who had it after.
    public let to: String
    /// How often.
    public let count: Int
  }

  private struct Ends: Hashable {
    let from: String
    let to: String
  }

  /// Which moves are counted.
  public let kind: Kind
  /// Counts nothing before this instant.
  public let since: Timestamp?
  /// Counts nothing at this instant or later.
  public let until: Timestamp?
  private var counts: [Ends: Int] = [:]

  /// Counts nothing yet.
  public init(_ kind: Kind, since: Timestamp? = nil, until: Timestamp? = nil) {
    self.kind = kind
    self.since = since
    self.until = until
  }

  /// Counts the moves of one ticket.
  public mutating func add(_ state: TicketState) {
    switch kind {
    case .direct: for move in state.handoffs { add(move.from, move.to, at: move.at) }
    case .indirect: for move in state.indirectHandoffs { add(move.from, move.to, at: move.at) }
    case .group:
      for move in state.groupChanges where move.isTransfer {
        if let from = move.from, let to = move.to { add(from, to, at: move.at) }
      }
    }
  }

  private mutating func add(_ from: String, _ to: String, at instant: Timestamp) {
    guard since.map({ $0 <= instant }) ?? true, until.map({ instant < $0 }) ?? true else { return }
    counts[Ends(from: from, to: to), default: 0] += 1
  }

  /// All moves.
  public var total: Int { counts.values.reduce(0, +) }

  /// The pairs, the most frequent first, then by their names.
  public var pairs: [Pair] {
    counts.map { Pair(from: $0.key.from, to: $0.key.to, count: $0.value) }.sorted { left, right in
      if left.count != right.count { return left.count > right.count }
      if left.from != right.from { return left.from.isBefore(right.from) }
      return left.to.isBefore(right.to)
    }
  }
}
