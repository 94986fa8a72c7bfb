internal import CasefileLog
internal import Dispatch
internal import Synchronization

/// Brings the views up to the log now and then, beside the appends of a service.
final class ViewUpkeep: Sendable {
  /// A read applies the events after a view's position in memory: so many take about 0.1 s.
  private static let dueAfter = 4096
  /// What closing may still do: about half a second. More is left to the next one who writes.
  private static let closingLag: UInt64 = 16_384

  let queue = DispatchQueue(label: "casefile-views", qos: .utility)
  private let appended = Atomic<Int>(0)
  private let views: ViewSet

  init(_ views: ViewSet) { self.views = views }

  func noteAppended(_ count: Int) {
    let total = appended.add(count, ordering: .relaxed)
    guard total.newValue >= ViewUpkeep.dueAfter, total.oldValue < ViewUpkeep.dueAfter else {
      return
    }
    queue.async {
      // What fails here fails again, and is told, when the view is asked for.
      try? self.views.advance()
      self.appended.store(0, ordering: .relaxed)
    }
  }

  /// Finishes what runs; a short rest is done too, so that the next process finds it done.
  func close(updates: Bool) {
    queue.sync {
      defer { views.close() }
      guard updates, !views.isReadOnly, let statuses = try? views.statuses() else { return }
      let lags = statuses.filter {
        $0.name != "index" && ($0.condition == .ready || $0.condition == .missing)
      }.compactMap(\.lag)
      if let most = lags.max(), most > 0, most <= ViewUpkeep.closingLag { try? views.advance() }
    }
  }
}
