import Casefile
import CasefileModel
import CasefileProjections

/// A client company's report as it is asked for: all that the same bytes need to be made again.
struct ClientReportRequest {
  let agreement: String
  var period = Period()
  /// The instant for which it is true; nil: as other reports have it.
  var asOf: Timestamp?
  /// By what was known at this position; nil: all.
  var position: Position?
  var zone = Zone.utc
  var language = Language.en
  var form = ReportForm.text
  /// Only this table.
  var table: String?

  /// A report that was made.
  struct Made {
    let bytes: [UInt8]
    let agreement: ClientAgreement
    let agreementEvent: EventID
    let stamp: ReportStamp
    /// How many tickets and calls it lists.
    let rowCount: Int

    var hash: Digest {
      var hash = RunningHash()
      hash.add(bytes)
      return hash.digest
    }
  }

  /// Makes the report.
  ///
  /// - Throws: a failure that says why there is none.
  func make(in store: Store) throws -> Made {
    let known = position.map { KnownAt.position($0) }
    try TicketLookup(store).refuseUnknownMoment(known)
    let (event, agreed, place) = try ClientReportRequest.agreement(
      agreement, knownAt: known, in: store)
    var asked = TicketQuestion()
    asked.asOf = asOf
    asked.knownAt = known
    let reader = Reader(zone: zone, language: language)
    var report = try ReportQuestion.answer(asked, period, reader, in: store) { question in
      do {
        try store.checkContract(of: agreed, at: question.now, knownAt: question.knownAt)
      } catch let error as ClientAgreementError {
        throw ClientReportRequest.disobeyed(agreed.id, agreed.version, at: place, error)
      }
      return try ClientReport(agreed, question, language).report(event)
    }
    if let table {
      guard let one = report.keeping(table) else {
        throw CommandFailure.usage(
          "the report by agreement \(agreement) has no table \(table); there are: "
            + report.tables.map(\.name.rawValue).joined(separator: ", "))
      }
      report = one
    }
    let lists = report.tables.filter { [.tickets, .calls].contains($0.name) }
    return Made(
      bytes: form.bytes(of: report, language, zone: zone), agreement: agreed,
      agreementEvent: event, stamp: report.stamp,
      rowCount: lists.reduce(0) { $0 + $1.rows.count })
  }

  private static func disobeyed(
    _ id: String, _ version: Int64?, at position: Position, _ error: ClientAgreementError
  ) -> CommandFailure {
    let version = version.map { ", version \($0)," } ?? ""
    return CommandFailure(
      error.code.description,
      "agreement \(id)\(version) at position \(position) can't be obeyed: \(error.message)", .no,
      position: position)
  }

  /// The agreement that is in force: the last one of the id that is known and was not retracted.
  ///
  /// - Throws: a failure `notFound` where there is none; one that names what can't be obeyed.
  static func agreement(
    _ id: String, knownAt: KnownAt?, in store: Store
  ) throws -> (event: EventID, agreed: ClientAgreement, position: Position) {
    let versions = try store.clientAgreements(knownAt: knownAt).filter { $0.payload.reportId == id }
    if let last = versions.last(where: { $0.retractedBy == nil }) {
      do {
        return (last.event, try last.checked(), last.position)
      } catch {
        throw disobeyed(id, last.payload.version, at: last.position, error)
      }
    }
    if let last = versions.last, let retraction = last.retractedBy {
      throw CommandFailure.notFound(
        "agreement \(id) was retracted at position \(retraction); record it anew by report agree")
    }
    let all = try store.clientAgreements()
    if case .position(let known)? = knownAt,
      let first = all.first(where: { $0.payload.reportId == id })
    {
      throw CommandFailure.notFound(
        "agreement \(id) was recorded at position \(first.position), after position \(known): nothing "
          + "was agreed then")
    }
    let near = NearMatch.best(for: id, in: Set(all.map(\.payload.reportId)).sorted())
    throw CommandFailure.notFound(
      "there is no agreement \(id)"
        + (near.map { "; is it \($0)?" } ?? "; report agreements lists those that are"))
  }
}

extension ClientPeriod {
  /// The first instant after a period that begins at an instant.
  ///
  /// - Throws: a usage failure for a beginning that is no local midnight.
  func end(from since: Timestamp, in zone: Zone) throws -> Timestamp {
    let text = zone.day(since)
    guard zone.startOfDay(text) == since, let first = CivilDay(text[...]) else {
      throw CommandFailure.usage(
        "--since \(since) is no beginning of a day in \(zone.name), so where the agreed period ends is "
          + "not clear; give --until")
    }
    let day =
      switch unit {
      case .day: ClientPeriod.day(text, after: count)
      case .week: ClientPeriod.day(text, after: count * 7)
      case .month: ClientPeriod.day(first, months: count)
      case .year: ClientPeriod.day(first, months: count * 12)
      }
    guard let day, let end = zone.startOfDay(day) else {
      throw CommandFailure.usage("the agreed period from \(since) has no end; give --until")
    }
    return end
  }

  private static func day(_ text: String, after days: Int) -> String? {
    Timestamp(text + "T00:00:00Z").map {
      Zone.utc.day(Timestamp(seconds: $0.seconds + Int64(days) * 86_400))
    }
  }

  /// The same day of a later month, or the last one of it.
  private static func day(_ first: CivilDay, months: Int) -> String? {
    let month = first.year * 12 + first.month - 1 + months
    func pad(_ number: Int, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
    }
    let name = "\(pad(month / 12, 4))-\(pad(month % 12 + 1, 2))-"
    for day in stride(from: first.day, through: 28, by: -1) where first.day > 28 {
      if Timestamp(name + pad(day, 2) + "T00:00:00Z") != nil { return name + pad(day, 2) }
    }
    return name + pad(min(first.day, 28), 2)
  }
}
