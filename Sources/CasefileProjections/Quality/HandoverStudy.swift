import CasefileModel

/// How long tickets take, and how many are late, by how often they went from one group to another.
///
/// A handoff is a change from one named group to another; no group is none. The time to the
/// resolution is that of the last resolution less that of the opening, both as the source states
/// them, or by the events of a source that states neither. A ticket without them, or that no group
/// ever had, is left out and counted.
public struct HandoverStudy: Hashable, Sendable {
  /// Tickets with so many handoffs.
  public struct Bucket: Hashable, Sendable {
    /// How many handoffs; the last bucket has all that have more, too. Nil: any number.
    public let handoffs: Int?
    /// Only those that a group got back, only the others, or all.
    public let isReturned: Bool?
    /// How many tickets.
    public private(set) var count = 0
    /// Of how many it is known whether they were late.
    public private(set) var assessedCount = 0
    /// How many of those were late.
    public private(set) var breachedCount = 0
    /// How many ended with the group that had them first, whether or not others had them in between.
    public private(set) var firstGroupCount = 0
    /// How many were opened again.
    public private(set) var reopenedCount = 0
    /// All handoffs of them.
    public private(set) var handoffCount = 0
    /// From opening to resolution, in seconds; in no order.
    private var seconds: [Int64] = []

    /// Half of the tickets took at most so many seconds; of an even number the mean of the two in the
    /// middle, rounded down. Nil without tickets.
    public var medianSeconds: Int64? {
      guard !seconds.isEmpty else { return nil }
      let sorted = seconds.sorted()
      let upper = sorted[sorted.count / 2]
      guard sorted.count.isMultiple(of: 2) else { return upper }
      let lower = sorted[sorted.count / 2 - 1]
      return lower + (upper - lower) / 2
    }

    init(handoffs: Int?, isReturned: Bool?) {
      self.handoffs = handoffs
      self.isReturned = isReturned
    }

    mutating func add(_ one: HandoverCase, seconds: Int64) {
      count += 1
      self.seconds.append(seconds)
      firstGroupCount += one.groups.last == one.groups.first ? 1 : 0
      reopenedCount += one.reopenCount > 0 ? 1 : 0
      handoffCount += one.handoffs
      guard let isBreached = one.isBreached else { return }
      assessedCount += 1
      breachedCount += isBreached ? 1 : 0
    }

    mutating func add(_ other: Bucket) {
      count += other.count
      seconds += other.seconds
      firstGroupCount += other.firstGroupCount
      reopenedCount += other.reopenedCount
      handoffCount += other.handoffCount
      assessedCount += other.assessedCount
      breachedCount += other.breachedCount
    }
  }

  /// Handoffs from here on are one bucket.
  public static let handoffsMax = 4

  /// The priority that was asked for; nil for all.
  public let priority: String?
  /// The priorities of the tickets that were taken, sorted.
  public private(set) var priorities: Set<String> = []
  /// Every priority that a ticket has.
  public private(set) var knownPriorities: Set<String> = []
  /// The tickets of the priority, those that are left out among them.
  public private(set) var populationCount = 0
  /// Left out: when they were opened or resolved is not stated.
  public private(set) var withoutResolutionCount = 0
  /// Left out: resolved before they were opened.
  public private(set) var backwardsCount = 0
  /// Left out: no group ever had them.
  public private(set) var withoutGroupCount = 0
  /// By the number of handoffs, from nought.
  public private(set) var all = HandoverStudy.empty(nil)
  /// The same of the tickets that no group got back.
  public private(set) var straight = HandoverStudy.empty(false)
  /// The same of those that a group got back.
  public private(set) var returned = HandoverStudy.empty(true)
  /// Begins a study.
  ///
  /// - Parameter priority: a priority as the source writes it, or what stands before the first
  ///   ` - ` of it, such as `3` of `3 - Moderate`; nil: all.
  public init(priority: String? = nil) { self.priority = priority }

  private static func empty(_ isReturned: Bool?) -> [Bucket] {
    (0...handoffsMax).map { Bucket(handoffs: $0, isReturned: isReturned) }
  }

  /// The tickets that are not left out, whatever their handoffs.
  public var total: Bucket { HandoverStudy.total(all, nil) }
  /// The same in two: those that no group got back, and those that one did.
  public var totalsByReturn: [Bucket] {
    [HandoverStudy.total(straight, false), HandoverStudy.total(returned, true)]
  }

  private static func total(_ buckets: [Bucket], _ isReturned: Bool?) -> Bucket {
    var total = Bucket(handoffs: nil, isReturned: isReturned)
    for bucket in buckets { total.add(bucket) }
    return total
  }

  /// Adds a ticket.
  public mutating func add(_ one: HandoverCase) {
    if let known = one.priority { knownPriorities.insert(known) }
    guard isMeant(one.priority) else { return }
    if let known = one.priority { priorities.insert(known) }
    populationCount += 1
    guard let opened = one.openedAt, let resolved = one.resolvedAt else {
      withoutResolutionCount += 1
      return
    }
    guard resolved >= opened else {
      backwardsCount += 1
      return
    }
    guard !one.groups.isEmpty else {
      withoutGroupCount += 1
      return
    }
    guard let (place, seconds) = self.place(of: one) else { return }
    all[place].add(one, seconds: seconds)
    if one.isReturned {
      returned[place].add(one, seconds: seconds)
    } else {
      straight[place].add(one, seconds: seconds)
    }
  }

  /// In which bucket a ticket counts, and how many seconds it took; nil where it has another priority or
  /// is left out.
  public func place(of one: HandoverCase) -> (handoffs: Int, seconds: Int64)? {
    guard isMeant(one.priority), let opened = one.openedAt, let resolved = one.resolvedAt,
      resolved >= opened, !one.groups.isEmpty
    else { return nil }
    return (
      min(one.handoffs, HandoverStudy.handoffsMax),
      (resolved.microseconds - opened.microseconds) / 1_000_000
    )
  }

  private func isMeant(_ priority: String?) -> Bool {
    guard let wanted = self.priority else { return true }
    guard let priority else { return false }
    return priority == wanted || priority.hasPrefix(wanted + " - ")
  }
}
