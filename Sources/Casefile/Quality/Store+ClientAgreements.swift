public import CasefileCalendars
public import CasefileLog
public import CasefileModel
public import CasefileProjections

extension Store {
  /// Every agreement on a client company's report, in order of position, those that were retracted
  /// and those that can't be obeyed too. The last one of an id that was not retracted is in force.
  ///
  /// - Parameter knownAt: leaves out what was recorded later.
  /// - Throws: as `read`.
  public func clientAgreements(knownAt: KnownAt? = nil) throws -> [RecordedAgreement] {
    RecordedAgreement.all(
      try reportEvents(of: ReportAgreementRecorded.type.number, knownAt: knownAt), schema: schema)
  }

  /// Every report that was made for a client company, in order of position, those whose record was
  /// retracted too.
  ///
  /// - Throws: as `read`.
  public func generatedReports() throws -> [GeneratedReport] {
    GeneratedReport.all(
      try reportEvents(of: ReportGenerated.type.number, knownAt: nil), schema: schema)
  }

  /// Every time that a report was given to a client company, in order of position, those that were
  /// retracted too.
  ///
  /// - Throws: as `read`.
  public func deliveredReports() throws -> [DeliveredReport] {
    DeliveredReport.all(
      try reportEvents(of: ReportDelivered.type.number, knownAt: nil), schema: schema)
  }

  private func reportEvents(of type: UInt32, knownAt: KnownAt?) throws -> [StoredEvent] {
    var streams: Set<StreamID> = []
    try read(EventReadOptions(query: EventQuery(types: [type]), includesContent: false)) {
      streams.insert($0.envelope.stream)
      return true
    }
    return try amendedEvents(of: streams, types: [type]).filter {
      knownAt?.contains($0.envelope) ?? true
    }
  }

  /// Checks that an agreement passes on no more on people and texts than the contracts in force with
  /// its company cover. A company whose contracts state no purposes forbids none.
  ///
  /// - Parameters:
  ///   - agreement: what was agreed.
  ///   - instant: at which contracts are in force.
  ///   - knownAt: leaves out what was recorded later.
  /// - Throws: `ClientAgreementError` `.notInContract`; as `read`.
  /// - Complexity: the contracts and projects.
  public func checkContract(
    of agreement: ClientAgreement, at instant: Timestamp, knownAt: KnownAt? = nil
  ) throws {
    guard !agreement.purposes.isEmpty else { return }
    try ContractPurposes(
      events: try amendedEvents(of: ContractPurposes.types, knownAt: knownAt), at: instant,
      knownAt: knownAt, schema: schema
    ).check(agreement)
  }

  /// What is wrong with an agreement that is to be recorded, or what would be stored.
  ///
  /// Contracts are those in force now. The version is the next one where the payload says none or zero. Nothing is stored.
  ///
  /// - Parameters:
  ///   - agreement: what is to be recorded.
  ///   - zones: the zone data; they must have its zone.
  /// - Throws: `ClientAgreementError` for what can't be obeyed and for a version that does not follow;
  ///   as `read`.
  public func checked(
    _ agreement: ReportAgreementRecorded, zones: any ZoneDataSource = ZoneDirectory()
  ) throws -> ReportAgreementRecorded {
    try checkContract(of: ClientAgreement(agreement), at: now())
    if let zone = agreement.timeZone, zone != "UTC" {
      do { _ = try zones.rules(of: zone) } catch let error as CalendarError {
        throw ClientAgreementError(.unknownZone, "timeZone: \(error.message)")
      }
    }
    let last = try clientAgreements().filter { $0.payload.reportId == agreement.reportId }
      .compactMap(\.payload.version).max()
    var agreement = agreement
    if agreement.version ?? 0 == 0 { agreement.version = (last ?? 0) + 1 }
    if let last, let version = agreement.version, version <= last {
      throw ClientAgreementError(
        .invalidVersion,
        "version is \(version) and \(agreement.reportId) has version \(last) already; leave it out to "
          + "have the next one")
    }
    return agreement
  }

  /// Records a version of an agreement, on the condition that no other one came between.
  ///
  /// - Parameters:
  ///   - agreement: what was agreed.
  ///   - actor: who records it.
  ///   - zones: the zone data; they must have its zone.
  /// - Throws: as `checked`; `LogError` `.versionConflict` where somebody else recorded meanwhile.
  @discardableResult
  public func record(
    _ agreement: ReportAgreementRecorded, by actor: Actor,
    zones: any ZoneDataSource = ZoneDirectory()
  ) async throws -> Appended {
    let stream = try StreamID(kind: "report", id: agreement.reportId)
    let version = try events(of: stream).last?.envelope.version ?? .none
    let event = Event(try checked(agreement, zones: zones), on: stream, at: now(), by: actor)
    return try await append(
      [event], if: version == .none ? .newStream(stream) : .version(stream, version))[0]
  }
}
