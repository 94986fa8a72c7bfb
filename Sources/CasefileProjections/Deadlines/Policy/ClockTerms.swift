public import CasefileModel

/// What a policy says of one clock, checked.
public struct ClockTerms: Hashable, Sendable {
  /// The longest target: a hundred years.
  public static let targetSecondsMax: Int64 = 100 * 366 * 86_400

  /// The clock.
  public let clock: ClockName
  /// The target in working seconds, where no priority has its own; nil: others have none.
  public let targetSeconds: Int64?
  /// The target for each priority.
  public let targetSecondsByPriority: [String: Int64]
  /// The calendar whose working time counts; nil: around the clock.
  public let calendar: String?
  /// The waits that pause it.
  public let pauseOn: Set<WaitReason>
  /// What starts it.
  public let startOn: Set<ClockEvent>
  /// What stops it.
  public let stopOn: Set<ClockEvent>
  /// The statuses that stop it, ours or a source's labels.
  public let stopStatuses: Set<String>
  /// What a reopening does.
  public let reopen: ReopenMode
  /// Working seconds before the deadline at which to warn, longest first.
  public let warnBeforeSeconds: [Int64]

  /// Takes a clock as it was published.
  ///
  /// - Throws: `PolicyError` for a clock that there is not, targets below zero or none at all, and
  ///   things that can't start, stop or fulfil it.
  init(_ clock: PolicyClock, in policy: String) throws(PolicyError) {
    guard let name = ClockName(rawValue: clock.clock) else {
      let known = ClockName.allCases.map(\.rawValue).joined(separator: ", ")
      throw PolicyError(
        .unknownClock,
        "the policy \(policy) names the clock \(clock.clock.debugDescription); the clocks are \(known)"
      )
    }
    self.clock = name
    let place = "the clock \(name.rawValue) of the policy \(policy)"
    targetSeconds = try ClockTerms.checked(clock.targetSeconds, place)
    for (_, target) in clock.targetSecondsByPriority { _ = try ClockTerms.checked(target, place) }
    targetSecondsByPriority = clock.targetSecondsByPriority
    guard clock.targetSeconds != nil || !clock.targetSecondsByPriority.isEmpty else {
      throw PolicyError(
        .missingTarget, "\(place) has no target; give targetSeconds or targetSecondsByPriority")
    }
    calendar = clock.calendarId
    let isForRequester = name == .requesterWait && clock.pauseOn.isEmpty
    pauseOn = isForRequester ? [.client, .clientConfirmation] : Set(clock.pauseOn)
    startOn = try ClockTerms.events(clock.startOn, name.startsOn, place)
    var stopOn = try ClockTerms.events(clock.stopOn, name.stopsOn, place)
    if !clock.stopStatuses.isEmpty { stopOn.insert(.statusReached) }
    self.stopOn = stopOn
    stopStatuses = Set(clock.stopStatuses)
    reopen = clock.reopen ?? .continue
    warnBeforeSeconds = try ClockTerms.warnings(clock.warnBeforeSeconds, place)
    let desk: Set<PartyRole> = [.agent, .supervisor, .reviewer]
    if let other = clock.fulfilmentAuthors.first(where: { !desk.contains($0) }) {
      throw PolicyError(
        .automaticAuthor,
        "\(place) names \(other.name ?? "role \(other.rawValue)") among those who fulfil it; only a "
          + "person of the desk does: agent, supervisor, reviewer")
    }
  }

  private static func checked(_ target: Int64?, _ place: String) throws(PolicyError) -> Int64? {
    guard let target else { return nil }
    guard target >= 0 else {
      throw PolicyError(
        .negativeTarget, "\(place) has the target \(target); a target is 0 seconds or more")
    }
    guard target <= targetSecondsMax else {
      throw PolicyError(
        .targetTooLarge,
        "\(place) has the target \(target); the most is \(targetSecondsMax) seconds")
    }
    return target
  }

  private static func warnings(
    _ seconds: [Int64], _ place: String
  ) throws(PolicyError) -> [Int64] {
    if let negative = seconds.first(where: { $0 < 0 || $0 > targetSecondsMax }) {
      throw PolicyError(
        .negativeWarning,
        "\(place) warns \(negative) seconds before the deadline; give 0 to \(targetSecondsMax)")
    }
    return Set(seconds).sorted(by: >)
  }

  private static func events(
    _ given: [ClockEvent], _ usual: Set<ClockEvent>, _ place: String
  ) throws(PolicyError) -> Set<ClockEvent> {
    if let unknown = given.first(where: { $0.name == nil }) {
      throw PolicyError(
        .unknownEvent, "\(place) starts or stops on event \(unknown.rawValue), which is not known")
    }
    return given.isEmpty ? usual : Set(given)
  }
}
