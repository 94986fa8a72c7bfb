public import CasefileCalendars
public import CasefileLog
public import CasefileModel
internal import CasefileProjections

extension Store {
  /// What is wrong with a policy that is to be published, or what would be stored.
  ///
  /// The version is the next one where the payload says zero. Nothing is stored.
  /// - Throws: `PolicyError` for a version that does not follow, an effective date that goes back, a
  ///   calendar that is not published, and all that makes a policy unusable; as `read`.
  public func checked(_ policy: PolicyPublished, at now: Timestamp) throws -> PolicyPublished {
    let book = try deadlineBook()
    let last = book.policies.filter { $0.id == policy.policyId }.max { $0.version < $1.version }
    var policy = policy
    if policy.version == 0 { policy.version = (last?.version ?? 0) + 1 }
    let checked = try DeadlinePolicy(policy, publishedAt: now, position: nil)
    try checked.check(after: last)
    try checked.check(calendars: Set(book.calendars.keys))
    return policy
  }

  /// What is wrong with a calendar that is to be published, or what would be stored.
  ///
  /// - Parameters:
  ///   - calendar: what is to be published.
  ///   - zones: the zone data; they must have its zone.
  /// - Throws: `CalendarError`; as `read`.
  public func checked(
    _ calendar: CalendarPublished, zones: any ZoneDataSource = ZoneDirectory()
  ) throws -> CalendarPublished {
    let book = try deadlineBook(zones: zones)
    let last = book.calendars[calendar.calendarId]?.versions.max { $0.version < $1.version }
    var calendar = calendar
    if calendar.version == 0 { calendar.version = (last?.version ?? 0) + 1 }
    let checked = try WorkingCalendar(calendar, position: nil)
    try checked.check(after: last)
    _ = try zones.rules(of: calendar.timeZone)
    return calendar
  }

  /// Publishes a version of a policy, or of a calendar, on the condition that no other one came
  /// between.
  ///
  /// - Throws: as `checked`; `LogError` `.versionConflict` where somebody else published meanwhile.
  @discardableResult
  public func publish(_ policy: PolicyPublished, by actor: Actor) async throws -> Appended {
    let now = now()
    let stream = try StreamID(kind: "policy", id: policy.policyId)
    let version = try events(of: stream).last?.envelope.version ?? .none
    return try await append(
      Event(try checked(policy, at: now), on: stream, at: now, by: actor), stream, version)
  }

  /// Publishes a version of a calendar.
  ///
  /// - Throws: as `publish` of a policy.
  @discardableResult
  public func publish(
    _ calendar: CalendarPublished, by actor: Actor, zones: any ZoneDataSource = ZoneDirectory()
  ) async throws -> Appended {
    let now = now()
    let stream = try StreamID(kind: "calendar", id: calendar.calendarId)
    let version = try events(of: stream).last?.envelope.version ?? .none
    return try await append(
      Event(try checked(calendar, zones: zones), on: stream, at: now, by: actor), stream, version)
  }

  private func append(
    _ event: Event, _ stream: StreamID, _ version: StreamVersion
  ) async throws -> Appended {
    let condition: AppendCondition =
      version == .none ? .newStream(stream) : .version(stream, version)
    return try await append([event], if: condition)[0]
  }
}
