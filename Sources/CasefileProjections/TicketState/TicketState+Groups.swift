extension TicketState {
  /// The named groups through which the ticket went, in order; times without a group are left out,
  /// and a group that follows itself stands once.
  public var groupSequence: [String] {
    guard !groupChanges.isEmpty else { return group.map { [$0] } ?? [] }
    var sequence: [String] = []
    for case let name? in groupChanges.flatMap({ [$0.from, $0.to] }) where name != sequence.last {
      sequence.append(name)
    }
    return sequence
  }

  /// Whether the ticket came back at once to the group that it had just left: its group sequence
  /// holds A, B, A in a row. Ways around over a third group (A, B, C, A) are none.
  public var isGroupPingPong: Bool {
    let sequence = groupSequence
    return sequence.indices.dropFirst(2).contains { sequence[$0] == sequence[$0 - 2] }
  }
}
