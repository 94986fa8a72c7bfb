import CasefileModel

/// Outages of channels and gaps of the recorder, read once for many cases.
struct OutageTimes: Sendable {
  private struct Item {
    let gap: CaseGap
    /// The place among the events.
    let place: Int
  }

  /// By their beginnings; those without one first.
  private let items: [Item]
  /// For each place the latest end of all up to it.
  private let latestEnds: [Timestamp]

  var isEmpty: Bool { items.isEmpty }

  /// - Parameter events: `channel.outage`, `channel.restored` and `system.recorderGap` in order of
  ///   position.
  init(_ events: [StoredEvent]) {
    var gaps: [CaseGap] = []
    var ends: [String: Timestamp] = [:]
    for event in events {
      if let payload = try? event.payload(as: ChannelRestored.self), let id = payload.outageId {
        ends[id] = payload.to ?? event.envelope.occurredAt
      }
    }
    for event in events {
      if let payload = try? event.payload(as: ChannelOutage.self) {
        gaps.append(
          CaseGap(
            kind: .outage, position: event.position,
            from: payload.from ?? event.envelope.occurredAt,
            until: payload.to ?? payload.outageId.flatMap { ends[$0] },
            channel: payload.channel?.word))
      } else if let payload = try? event.payload(as: SystemRecorderGap.self) {
        gaps.append(
          CaseGap(
            kind: .recorderGap, position: event.position, from: payload.from, until: payload.to,
            channel: nil))
      }
    }
    items = gaps.enumerated().map { Item(gap: $1, place: $0) }.sorted {
      ($0.gap.from ?? .earliest, $0.place) < ($1.gap.from ?? .earliest, $1.place)
    }
    var latest = Timestamp.earliest
    latestEnds = items.map { item in
      latest = max(latest, item.gap.until ?? .latest)
      return latest
    }
  }

  /// Those that fall into a case's time, in order of the events.
  ///
  /// - Parameter channels: those that the case uses; an outage of another one is no gap of it.
  func gaps(from: Timestamp, until: Timestamp, channels: [String]) -> [CaseGap] {
    var found: [Item] = []
    // What is open at one end lasts to the end of the case, or from its beginning.
    let end = max(from, until)
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle].gap.from ?? .earliest <= end { low = middle + 1 } else { high = middle }
    }
    while low > 0, latestEnds[low - 1] >= from {
      low -= 1
      let gap = items[low].gap
      guard (gap.from ?? from) <= until, (gap.until ?? until) >= from,
        gap.channel.map({ channels.contains($0) }) ?? true
      else { continue }
      found.append(items[low])
    }
    return found.sorted { $0.place < $1.place }.map(\.gap)
  }
}
