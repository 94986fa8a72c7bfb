public import CasefileModel

/// The limits by which findings are made: a version of a published rule set, or the built-in ones.
///
/// A rule set's shared thresholds hold for all codes; those of the rule whose id is a code hold for
/// that code. What it does not name is built in.
public struct FindingRules: Hashable, Sendable {
  /// A limit, named with its unit.
  public enum Threshold: String, Hashable, Sendable, CaseIterable {
    /// So long a ticket may be without a holder.
    case noHolderMinutes
    /// So long an open ticket may lie untouched.
    case staleDays
    /// So long a client may wait for an answer; around the clock.
    case unansweredHours
    /// So long a caller may wait.
    case callWaitSeconds
    /// So often the phone may ring.
    case callRings
    /// After so many questions of a client another agent breaks continuity.
    case continuityQuestions
    /// Within so many days after a close another ticket or contact is a repeat.
    case followUpDays
    /// Marks of satisfaction up to this share of their scale are bad.
    case badMarkPermille
    /// A pause for the client wants a question at most so long before it.
    case pauseQuestionMinutes
    /// From this share of a target on a change that makes it grow is late.
    case lateChangePermille
    /// Work by the same agent so soon after a solution continues it.
    case continuedMinutes
    /// What is written down more than so long after it happened is late.
    case lateRecordMinutes
    /// So many closes by one agent within `bulkMinutes` are closes in bulk.
    case bulkCloses
    /// Within so many minutes closes count together.
    case bulkMinutes
    /// So many hours are the end of a month.
    case bulkEndHours

    /// The code for which it is a limit.
    public var code: FindingCode {
      switch self {
      case .noHolderMinutes: .noResponsible
      case .staleDays: .hung
      case .unansweredHours: .unanswered
      case .callWaitSeconds, .callRings: .callAnsweredLate
      case .continuityQuestions: .continuityBroken
      case .followUpDays: .repeatContact
      case .badMarkPermille: .templateDisliked
      case .pauseQuestionMinutes: .pauseWithoutQuestion
      case .lateChangePermille: .lateRetarget
      case .continuedMinutes: .resolvedAndContinued
      case .lateRecordMinutes: .recordedLate
      case .bulkCloses, .bulkMinutes, .bulkEndHours: .bulkClose
      }
    }

    /// What holds where no rule set says anything.
    public var builtIn: Int64 {
      switch self {
      case .noHolderMinutes: 60
      case .staleDays: 10
      case .unansweredHours: 72
      case .callWaitSeconds: 24
      case .callRings: 4
      case .continuityQuestions: 3
      case .followUpDays: 7
      case .badMarkPermille: 250
      case .pauseQuestionMinutes: 60
      case .lateChangePermille: 800
      case .continuedMinutes: 60
      case .lateRecordMinutes: 15
      case .bulkCloses: 20
      case .bulkMinutes: 10
      case .bulkEndHours: 24
      }
    }
  }

  /// The types of events of which rules are made.
  public static let types: Set<UInt32> = [RuleSetPublished.type.number]

  /// The rule set; nil for the built-in rules.
  public let ruleSet: String?
  /// Its version; 0 for the built-in rules.
  public let version: Int64
  /// The event that published it.
  public let position: Position?
  private let shared: [Threshold: Int64]
  private let own: [FindingCode: [Threshold: Int64]]
  private let off: Set<FindingCode>
  /// What the rule set names and nothing here knows, or gives a value below nought, sorted.
  public let unused: [String]
  /// Events that publish again, as something else, a version of a rule set that was published before:
  /// versions never change, so they are of no account.
  public private(set) var republished: [Position] = []

  /// The rules that hold without a rule set.
  public static let builtIn = FindingRules()

  /// By these everything is found that any rules may find.
  static let lowest = FindingRules(
    shared: [
      .noHolderMinutes: -1, .staleDays: -1, .unansweredHours: -1, .callWaitSeconds: -1,
      .callRings: -1, .continuityQuestions: -1, .followUpDays: .max, .badMarkPermille: 1_000,
    ])

  private init(shared: [Threshold: Int64] = [:]) {
    ruleSet = nil
    version = 0
    position = nil
    self.shared = shared
    own = [:]
    off = []
    unused = []
  }

  /// Reads a published version.
  public init(_ published: RuleSetPublished, position: Position? = nil) {
    ruleSet = published.ruleSetId
    version = published.version
    self.position = position
    var unused: Set<String> = []
    func thresholds(_ given: [String: Int64], _ prefix: String = "") -> [Threshold: Int64] {
      var known: [Threshold: Int64] = [:]
      for (name, value) in given {
        if let threshold = Threshold(rawValue: name), value >= 0 {
          known[threshold] = value
        } else {
          unused.insert(prefix + name)
        }
      }
      return known
    }
    shared = thresholds(published.thresholds)
    var own: [FindingCode: [Threshold: Int64]] = [:]
    var off: Set<FindingCode> = []
    for rule in published.rules {
      guard let code = FindingCode(rawValue: rule.ruleId) else {
        unused.insert(rule.ruleId)
        continue
      }
      own[code] = thresholds(rule.thresholds, rule.ruleId + ".")
      if rule.isOff == true { off.insert(code) }
    }
    self.own = own
    self.off = off
    self.unused = unused.sorted()
  }

  /// The rules in force at an instant: those with the largest `effectiveFrom` by then, of equal ones
  /// those published last; the built-in ones where there are none. A version stays as it was published
  /// first.
  ///
  /// - Parameters:
  ///   - events: `ruleSet.published` with what corrects or retracts them, in any order.
  ///   - knownAt: leaves out what was recorded later.
  public init(
    events: [StoredEvent], at instant: Timestamp, knownAt: KnownAt? = nil,
    schema: EventSchema = .builtIn
  ) {
    let known = events.filter { knownAt?.contains($0.envelope) ?? true }
    let amendments = Amendments(known, schema: schema)
    var versions: [Version: RuleSetPublished] = [:]
    var again: [Position] = []
    var newest: (from: Timestamp, rules: FindingRules)?
    for event in known.sorted(by: { $0.position < $1.position })
    where FindingRules.types.contains(event.envelope.typeNumber) {
      let entry = amendments.entry(of: event)
      guard entry.retractedBy == nil, let published = try? entry.payload(RuleSetPublished.self)
      else { continue }
      let version = Version(ruleSet: published.ruleSetId, number: published.version)
      if let former = versions[version] {
        if former != published { again.append(event.position) }
        continue
      }
      versions[version] = published
      let from = published.effectiveFrom ?? entry.occurredAt
      guard from <= instant, newest.map({ $0.from <= from }) ?? true else { continue }
      newest = (from, FindingRules(published, position: event.position))
    }
    self = newest?.rules ?? .builtIn
    republished = again
  }

  private struct Version: Hashable {
    let ruleSet: String
    let number: Int64
  }

  /// The limit that holds for a code.
  public func value(_ threshold: Threshold, for code: FindingCode) -> Int64 {
    own[code]?[threshold] ?? shared[threshold] ?? threshold.builtIn
  }

  /// The limit that holds for all codes that have none of their own.
  public func value(_ threshold: Threshold) -> Int64 { shared[threshold] ?? threshold.builtIn }

  /// Whether a code is looked for.
  public func isOn(_ code: FindingCode) -> Bool { !off.contains(code) }

  /// For so many seconds after a close another contact of the client repeats it.
  package var followUpSeconds: Int64 { seconds(.followUpDays, for: .repeatContact) }

  var followUpDays: Int64 { value(.followUpDays, for: .repeatContact) }

  func seconds(_ threshold: Threshold, for code: FindingCode) -> Int64 {
    let unit: Int64 =
      switch threshold {
      case .staleDays, .followUpDays: 86_400
      case .unansweredHours, .bulkEndHours: 3_600
      case .noHolderMinutes, .pauseQuestionMinutes, .continuedMinutes, .lateRecordMinutes,
        .bulkMinutes:
        60
      case .callWaitSeconds, .callRings, .continuityQuestions, .badMarkPermille,
        .lateChangePermille, .bulkCloses:
        1
      }
    let (product, isOver) = value(threshold, for: code).multipliedReportingOverflow(by: unit)
    return isOver ? .max : product
  }
}
