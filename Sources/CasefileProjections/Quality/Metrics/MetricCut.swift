public import CasefileCalendars
public import CasefileModel

/// By what values are told apart. Whose a value is, is who acted or held the ticket then.
public enum MetricCut: String, Hashable, Sendable, CaseIterable {
  /// All together.
  case all
  /// By agent.
  case agent
  /// By the group that had the ticket.
  case group
  /// By the channel by which the ticket was opened.
  case channel
  /// By topic.
  case topic
  /// By tag: a value counts once for each of them.
  case tag
  /// By priority.
  case priority
  /// By client.
  case client
  /// By the company of the client.
  case company
  /// By project.
  case project
  /// By what the ticket is by its nature; of contacts outside of tickets call, chat or message.
  case kind
  /// By the page, button or line through which the client came.
  case entryPoint
  /// By the template and its version by which the last human reply before the value was written.
  case template
  /// By how long the agent had been there, in days.
  case tenure
  /// By the group and the beginning of the shift under which the agent was.
  case shift
  /// By the days since the last release.
  case release
  /// By whether it was working time of the calendar by which the ticket's policy counted.
  case hours
  /// By how the ticket was closed.
  case closeKind
  /// By what missed deadlines were put down to: a value counts once for each of them.
  case cause
  /// By day.
  case day
  /// By week, as ISO 8601 numbers them.
  case week
  /// By month.
  case month
  /// By the day of the week, 1 for Monday.
  case weekday
  /// By the hour of the day.
  case hour

  /// Whether it tells times apart, which depends on the zone.
  public var isOfTime: Bool {
    switch self {
    case .day, .week, .month, .weekday, .hour: true
    default: false
    }
  }
}

/// What a value's keys are in each cut.
public struct MetricKeys: Sendable {
  /// The zone of days, weeks, months and hours.
  public let zone: ZoneRules
  /// The companies of clients.
  public let companies: [String: String]
  /// What the desk was like.
  public let desk: MetricDesk
  /// Times follow each other closely, so the day of the last one is mostly the next one's too.
  private var lastDay: (cut: MetricCut, number: Int64, key: String)?

  /// Takes what is not in the values themselves.
  ///
  /// - Parameters:
  ///   - zone: in which days begin.
  ///   - companies: by client.
  ///   - desk: what the desk was like.
  public init(
    zone: ZoneRules = .utc, companies: [String: String] = [:], desk: MetricDesk = MetricDesk()
  ) {
    self.zone = zone
    self.companies = companies
    self.desk = desk
  }

  /// The key of a value in a cut in which it has one at most; nil for nobody's.
  mutating func key(
    of sample: MetricSample, on traits: TicketTraits, by cut: MetricCut
  ) -> String? {
    switch cut {
    case .all, .tag, .cause: nil
    case .agent: sample.agent
    case .group: sample.group
    case .channel: traits.channel
    case .topic: traits.topic
    case .priority: traits.priority
    case .client: traits.client
    case .company: traits.client.flatMap { companies[$0] }
    case .project: traits.project
    case .kind: traits.kind ?? MetricDesk.unknown
    case .entryPoint: traits.entryPoint ?? MetricDesk.unknown
    case .template:
      TicketTraits.period(at: sample.at, in: traits.templates).map { $0.key ?? "none" }
        ?? MetricDesk.unknown
    case .tenure: desk.tenure(of: sample.agent, at: sample.at)
    case .shift: desk.shift(of: sample.agent, at: sample.at, in: zone)
    case .release: desk.release(of: traits.project, at: sample.at)
    case .hours: desk.hours(traits.calendars, at: sample.at)
    case .closeKind: traits.closeKind
    case .day, .week, .month, .weekday, .hour: key(of: sample.at, by: cut)
    }
  }

  /// The keys of a value in a cut: several for tags and causes; one of nil for nobody's.
  ///
  /// - Parameters:
  ///   - sample: the value.
  ///   - traits: those of its ticket.
  ///   - cut: the cut.
  public mutating func keys(
    of sample: MetricSample, on traits: TicketTraits, by cut: MetricCut
  ) -> [String?] {
    switch cut {
    case .tag: traits.tags.isEmpty ? [nil] : traits.tags
    case .cause: traits.causes.isEmpty ? [nil] : traits.causes
    default: [key(of: sample, on: traits, by: cut)]
    }
  }

  private mutating func key(of time: Timestamp, by cut: MetricCut) -> String {
    if cut == .hour { return MetricKeys.hour(of: time, in: zone) }
    let day = MetricKeys.local(time, in: zone).day
    if let last = lastDay, last.number == day, last.cut == cut { return last.key }
    let key = MetricKeys.key(ofDay: day, by: cut)
    lastDay = (cut, day, key)
    return key
  }

  /// A number for the key of a time: that of the hour, else of the day, of which several may have one
  /// key.
  func slot(of time: Timestamp, by cut: MetricCut) -> Int {
    let local = MetricKeys.local(time, in: zone)
    return Int(cut == .hour ? local.second / 3_600 : local.day)
  }

  /// The key of such a number.
  func key(ofSlot slot: Int, by cut: MetricCut) -> String {
    cut == .hour ? MetricKeys.padded(slot, 2) : MetricKeys.key(ofDay: Int64(slot), by: cut)
  }

  /// The hour of the day in two digits.
  static func hour(of time: Timestamp, in zone: ZoneRules) -> String {
    padded(Int(local(time, in: zone).second / 3_600), 2)
  }

  /// The day since 1 January 1970 and the second of the day.
  private static func local(
    _ time: Timestamp, in zone: ZoneRules
  ) -> (day: Int64, second: Int64) {
    let local = time.seconds + zone.offsetSeconds(at: time.seconds)
    let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    return (day, local - day * 86_400)
  }

  /// - Parameter day: since 1 January 1970, which was a Thursday.
  private static func key(ofDay day: Int64, by cut: MetricCut) -> String {
    let weekday = ((day + 3) % 7 + 7) % 7
    let civil = CivilTime(secondsSince1970: day * 86_400)
    switch cut {
    case .weekday: return "\(weekday + 1)"
    case .week:
      // A week belongs to the year of its Thursday.
      let thursday = day - weekday + 3
      let year = CivilTime(secondsSince1970: thursday * 86_400).year
      let first =
        CivilTime(year: year, month: 1, day: 1, hour: 0, minute: 0, second: 0)?
        .secondsSince1970 ?? 0
      return "\(padded(year, 4))-W\(padded(Int((thursday - first / 86_400) / 7) + 1, 2))"
    case .month: return "\(padded(civil.year, 4))-\(padded(civil.month, 2))"
    default:
      return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
    }
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Which values are meant.
public struct MetricFilter: Sendable {
  /// From this instant on; nil: from the beginning.
  public var since: Timestamp?
  /// Up to this instant, not included; nil: to the end.
  public var until: Timestamp?
  /// Only what is this agent's.
  public var agent: String?
  /// Only while this group had the ticket.
  public var group: String?
  /// Only of this part: a criterion, a scale or a kind.
  public var part: String?
  /// Only where the key in a cut is this one; `unknown` is also what is nobody's.
  public var keys: [MetricCut: String]

  /// Makes a filter; what is left out is not asked for.
  ///
  /// - Parameters:
  ///   - since: the first instant.
  ///   - until: the instant after the last.
  ///   - agent: whose values.
  ///   - group: the group that had the ticket.
  ///   - part: the part.
  ///   - keys: the keys in cuts.
  public init(
    since: Timestamp? = nil, until: Timestamp? = nil, agent: String? = nil, group: String? = nil,
    part: String? = nil, keys: [MetricCut: String] = [:]
  ) {
    self.since = since
    self.until = until
    self.agent = agent
    self.group = group
    self.part = part
    self.keys = keys
  }

  /// Whether it asks for less than all.
  public var isAny: Bool {
    since != nil || until != nil || agent != nil || group != nil || part != nil || !keys.isEmpty
  }

  /// Whether it asks for what a ticket is about.
  public var needsTraits: Bool { keys.keys.contains { $0.needsTraits } }

  /// Whether it asks by which calendars tickets' policies count.
  public var needsCalendars: Bool { keys[.hours] != nil }

  /// The time in which any of some filters has values.
  package init(spanOf filters: [MetricFilter]) {
    let (begins, ends) = (filters.compactMap(\.since), filters.compactMap(\.until))
    self.init(
      since: begins.count == filters.count ? begins.min() : nil,
      until: ends.count == filters.count ? ends.max() : nil)
  }

  /// Whether values of an instant may be meant.
  package func mayHave(_ instant: Timestamp) -> Bool {
    since.map { $0 <= instant } ?? true && until.map { instant < $0 } ?? true
  }

  /// Whether a value is meant.
  ///
  /// - Parameters:
  ///   - sample: the value.
  ///   - traits: those of its ticket.
  ///   - reader: reads the keys of cuts.
  public func matches(
    _ sample: MetricSample, on traits: TicketTraits, _ reader: inout MetricKeys
  ) -> Bool {
    if let since, sample.at < since { return false }
    if let until, sample.at >= until { return false }
    if let agent, sample.agent != agent { return false }
    if let group, sample.group != group { return false }
    if let part, sample.part != part { return false }
    for (cut, key) in keys where cut != .all {
      let found = reader.keys(of: sample, on: traits, by: cut)
      guard found.contains(key) || key == MetricDesk.unknown && found.contains(nil) else {
        return false
      }
    }
    return true
  }
}

extension MetricCut {
  /// Whether it asks what a ticket is about.
  public var needsTraits: Bool {
    switch self {
    case .all, .agent, .group, .tenure, .shift, .day, .week, .month, .weekday, .hour: false
    default: true
    }
  }

  /// Whether it tells values apart by what the desk was like at that instant.
  public var needsDesk: Bool {
    switch self {
    case .tenure, .shift, .release, .hours: true
    default: false
    }
  }

  /// Whether what is not known has the key `unknown` in it; in the others it has none.
  public var hasUnknown: Bool {
    needsDesk || self == .kind || self == .entryPoint || self == .template
  }

  /// Where a key stands among those of a cut: bands of days by their beginning, before words.
  func rank(of key: String) -> Int {
    guard self == .tenure || self == .release else { return 0 }
    return Int(key.prefix { $0.isNumber }) ?? .max
  }
}
