internal import CasefileLog
internal import Dispatch
internal import Synchronization

/// Brings the views up to the log now and then, beside the appends of a service.
final class ViewUpkeep: Sendable {
  /// A read applies the events after a view's position in memory: so many take about 0.1 s.
  private static let dueAfter = 4096
  /// What closing does besides what was appended here: about half a second.
  private static let closingLag: UInt64 = 16_384

  let queue = DispatchQueue(label: "casefile-views", qos: .utility)
  private let due = Atomic<Int>(0)
  private let appended = Atomic<UInt64>(0)
  private let views: ViewSet

  init(_ views: ViewSet) { self.views = views }

  func noteAppended(_ count: Int, isBackground: Bool) {
    appended.add(UInt64(count), ordering: .relaxed)
    guard isBackground else { return }
    let total = due.add(count, ordering: .relaxed)
    guard total.newValue >= ViewUpkeep.dueAfter, total.oldValue < ViewUpkeep.dueAfter else {
      return
    }
    queue.async {
      // What fails here fails again, and is told, when the view is asked for.
      try? self.views.advance()
      self.due.store(0, ordering: .relaxed)
    }
  }

  /// Finishes what runs, and brings the views up to what this store appended, so that the next
  /// process finds it done. A view that was far behind before is left to those who ask for it.
  func close(updates: Bool) {
    queue.sync {
      defer { views.close() }
      guard updates, !views.isReadOnly, let statuses = try? views.statuses() else { return }
      let lags = statuses.filter {
        $0.name != "index" && ($0.condition == .ready || $0.condition == .missing)
      }.compactMap(\.lag)
      let bearable = ViewUpkeep.closingLag + appended.load(ordering: .relaxed)
      if let most = lags.max(), most > 0, most <= bearable { try? views.advance() }
    }
  }
}
