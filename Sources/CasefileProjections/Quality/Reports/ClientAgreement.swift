public import CasefileModel

/// What a client company's report shows, as it was agreed: whatever it does not name is withheld.
///
/// Making one checks it, so that a report is only ever made by an agreement that can be obeyed.
public struct ClientAgreement: Hashable, Sendable {
  /// Its id; versions of one agreement share it.
  public let id: String
  /// Its version.
  public let version: Int64?
  /// The company; nil where it is about a project alone.
  public let customer: String?
  /// The project; nil where it is about all that the company has.
  public let project: String?
  /// The columns, in order.
  public let columns: [ClientColumn]
  /// By what summaries tell apart, in order.
  public let cuts: [MetricCut]
  /// Only what has one of these keys in each of these cuts.
  public let filters: [MetricCut: Set<String>]
  /// What is paid for.
  public let paymentBasis: PaymentBasis?
  /// What may be passed on besides figures, times and codes.
  public let purposes: Set<ClientPurpose>
  /// How often it is made.
  public let period: ClientPeriod?
  /// The zone of its days and times.
  public let timeZone: String?
  /// The language that was agreed.
  public let language: String?
  /// The words above columns, by language.
  private let headings: [ClientColumn: [String: String]]

  /// The cuts that may be agreed. What tells agents apart is none of them, since whose a ticket is
  /// depends on the instant.
  public static let cuts: [MetricCut] = [
    .channel, .topic, .tag, .priority, .project, .closeKind, .client, .day, .week, .month,
  ]
  /// The languages in which reports can be made.
  public static let languages = ["en", "ru"]
  /// The most characters above a column: more would be no heading.
  static let headingMax = 80

  /// The words that were agreed above a column; nil: the program's own.
  ///
  /// - Parameters:
  ///   - column: the column.
  ///   - language: `en` or `ru`.
  public func heading(of column: ClientColumn, in language: String) -> String? {
    headings[column]?[language]
  }

  /// The columns of tickets, in order.
  public var ticketColumns: [ClientColumn] { columns.filter { !$0.isOfCalls } }
  /// The columns of calls, in order.
  public var callColumns: [ClientColumn] { columns.filter(\.isOfCalls) }

  /// Checks what was agreed.
  ///
  /// - Parameter payload: the fields of the event.
  /// - Throws: `ClientAgreementError` for the first that can't be obeyed.
  public init(_ payload: ReportAgreementRecorded) throws(ClientAgreementError) {
    id = payload.reportId
    version = payload.version
    customer = payload.customerId
    project = payload.projectId
    guard customer != nil || project != nil else {
      throw ClientAgreementError(
        .noCustomer, "neither customerId nor projectId is stated; say whose report it is")
    }
    columns = try ClientAgreement.read(
      payload.columns, "columns", ClientColumn.allCases, .unknownColumn)
    guard !columns.isEmpty else {
      throw ClientAgreementError(
        .noColumns, "columns is empty; a report without columns shows nothing")
    }
    cuts = try ClientAgreement.read(payload.cuts, "cuts", ClientAgreement.cuts, .unknownCut)
    purposes = Set(
      try ClientAgreement.read(
        payload.purposes, "purposes", ClientPurpose.allCases, .unknownPurpose))
    filters = try ClientAgreement.filters(payload.filters)
    paymentBasis = payload.paymentBasis
    headings = try ClientAgreement.headings(payload.wording, of: columns)
    period = try payload.period.map { (text) throws(ClientAgreementError) in
      guard let period = ClientPeriod(text) else {
        throw ClientAgreementError(
          .invalidPeriod,
          "period is “\(text)”; give so many days, weeks, months or years, such as P1M")
      }
      return period
    }
    timeZone = payload.timeZone
    language = try payload.language.map { (tag) throws(ClientAgreementError) in
      try ClientAgreement.language(tag, "language")
    }
    try checkPurposes()
    try checkCallLength()
  }

  // MARK: Reading

  private static func read<Value: RawRepresentable<String> & Hashable>(
    _ names: [String], _ field: String, _ known: [Value], _ code: ClientAgreementError.Code
  ) throws(ClientAgreementError) -> [Value] {
    var values: [Value] = []
    for (index, name) in names.enumerated() {
      guard let value = known.first(where: { $0.rawValue == name }) else {
        let words = known.map(\.rawValue)
        let near = NearMatch.best(for: name, in: words).map { "; is it \($0)?" } ?? ";"
        throw ClientAgreementError(
          code, "\(field)[\(index)] is “\(name)”\(near) there are: \(words.joined(separator: ", "))"
        )
      }
      guard !values.contains(value) else {
        throw ClientAgreementError(
          code, "\(field)[\(index)] is “\(name)”, which stands there twice")
      }
      values.append(value)
    }
    return values
  }

  private static func filters(
    _ text: JSONText?
  ) throws(ClientAgreementError) -> [MetricCut: Set<String>] {
    guard let text else { return [:] }
    guard case .object(let members)? = try? JSONValue(text) else {
      throw ClientAgreementError(
        .invalidFilter,
        "filters is no object; give cuts with their keys, such as "
          + #"{"channel": ["phone"]}"#)
    }
    let known = cuts.filter { !$0.isOfTime }
    var filters: [MetricCut: Set<String>] = [:]
    for member in members {
      let cut = try read([member.name], "filters", known, .invalidFilter)[0]
      let values: [JSONValue] =
        if case .array(let elements) = member.value { elements } else { [member.value] }
      var keys: Set<String> = []
      for value in values {
        guard case .string(let key) = value else {
          throw ClientAgreementError(
            .invalidFilter,
            "filters.\(cut.rawValue) has \(value.kindName); its keys are texts")
        }
        keys.insert(key)
      }
      guard !keys.isEmpty else {
        throw ClientAgreementError(
          .invalidFilter, "filters.\(cut.rawValue) has no key; leave it out to have all of them")
      }
      filters[cut] = keys
    }
    return filters
  }

  /// The language of a tag, without its region.
  private static func language(
    _ tag: String, _ field: String
  ) throws(ClientAgreementError) -> String {
    let language = tag.prefix { $0 != "-" && $0 != "_" }.lowercased()
    guard languages.contains(language) else {
      throw ClientAgreementError(
        .unknownLanguage,
        "\(field) is “\(tag)”; reports are made in \(languages.joined(separator: " and "))")
    }
    return language
  }

  private static func headings(
    _ wording: [ReportWording], of columns: [ClientColumn]
  ) throws(ClientAgreementError) -> [ClientColumn: [String: String]] {
    var headings: [ClientColumn: [String: String]] = [:]
    for (index, words) in wording.enumerated() {
      let field = "wording[\(index)]"
      guard let column = columns.first(where: { $0.rawValue == words.column }) else {
        throw ClientAgreementError(
          .invalidWording, "\(field) is of “\(words.column)”, which is not among columns")
      }
      let language = try language(words.language, "\(field).language")
      guard words.heading.contains(where: { !$0.isWhitespace }),
        words.heading.count <= headingMax
      else {
        throw ClientAgreementError(
          .invalidWording,
          "\(field).heading has \(words.heading.count) characters; give words, at most "
            + "\(headingMax) characters")
      }
      guard headings[column, default: [:]].updateValue(words.heading, forKey: language) == nil
      else {
        throw ClientAgreementError(
          .invalidWording, "\(field) gives \(words.column) a second heading in \(language)")
      }
    }
    return headings
  }

  // MARK: Rules

  private func checkPurposes() throws(ClientAgreementError) {
    let stated = purposes.isEmpty ? "none is stated" : "there is no such one"
    for (index, column) in columns.enumerated() {
      guard let purpose = column.purpose, !purposes.contains(purpose) else { continue }
      throw ClientAgreementError(
        .notCovered,
        "columns[\(index)] is \(column.rawValue), which needs “\(purpose.rawValue)” among purposes; "
          + stated)
    }
    guard !purposes.contains(.people) else { return }
    if cuts.contains(.client) {
      throw ClientAgreementError(
        .notCovered, "cuts has client, which needs “people” among purposes; " + stated)
    }
    if filters[.client] != nil {
      throw ClientAgreementError(
        .notCovered, "filters has client, which needs “people” among purposes; " + stated)
    }
  }

  private func checkCallLength() throws(ClientAgreementError) {
    let lengths = columns.filter(\.isCallLength)
    switch paymentBasis {
    case .perMinute?:
      // By something else the customer could not check the sum.
      guard columns.contains(.callLength) else {
        throw ClientAgreementError(
          .callLengthMissing,
          "paymentBasis is perMinute and columns has no callLength; the length of each call is shown "
            + "then")
      }
    case .perCall?:
      if let column = lengths.first {
        throw ClientAgreementError(
          .callLengthWithheld,
          "columns has \(column.rawValue) and paymentBasis is perCall; the length of calls is not "
            + "shown then")
      }
    case .flat?: return
    default:
      // What only a newer program knows says as little as nothing.
      if let column = lengths.first {
        throw ClientAgreementError(
          .paymentNotStated,
          "columns has \(column.rawValue), and paymentBasis does not say whether the length of calls "
            + "may be shown; state perMinute or flat")
      }
    }
  }
}

extension TicketTraits {
  /// The keys in a cut that may be agreed: several for tags; one of nil where there is none.
  ///
  /// - Parameter cut: one of `ClientAgreement.cuts` that tells no times apart; others have no key.
  public func keys(by cut: MetricCut) -> [String?] {
    switch cut {
    case .tag: tags.isEmpty ? [nil] : tags
    case .channel: [channel]
    case .topic: [topic]
    case .priority: [priority]
    case .project: [project]
    case .closeKind: [closeKind]
    case .client: [client]
    default: [nil]
    }
  }
}

extension ClientAgreement {
  /// Whether a ticket or a contact belongs to whom the agreement is about, and passes its filters.
  ///
  /// - Parameters:
  ///   - traits: those of the ticket or the contact.
  ///   - companies: by client.
  public func includes(_ traits: TicketTraits, companies: [String: String]) -> Bool {
    if customer != nil, !isOfCustomer(traits.client, companies) { return false }
    if let project, traits.project != project { return false }
    return filters.allSatisfy { cut, wanted in
      traits.keys(by: cut).contains { $0.map(wanted.contains) ?? false }
    }
  }

  /// Whether a client is of the company, or is the company itself; of an agreement about a project
  /// alone everybody is.
  ///
  /// - Parameters:
  ///   - client: the client.
  ///   - companies: by client.
  public func isOfCustomer(_ client: String?, _ companies: [String: String]) -> Bool {
    guard let customer else { return true }
    return client == customer || client.flatMap { companies[$0] } == customer
  }
}

/// An agreement as it stands in the log, whether or not it can be obeyed.
public struct RecordedAgreement: Sendable {
  /// What was agreed, corrections applied.
  public let payload: ReportAgreementRecorded
  /// The event.
  public let event: EventID
  /// Its position.
  public let position: Position
  /// The retraction that makes it not count.
  public let retractedBy: Position?
  /// What is wrong with the event itself.
  private let problem: ClientAgreementError?

  /// The agreements among events, in order of position; those that can't be read are none.
  ///
  /// - Parameters:
  ///   - events: agreements with what corrects or retracts them, in any order.
  ///   - schema: knows the fields.
  public static func all(
    _ events: [StoredEvent], schema: EventSchema = .builtIn
  ) -> [RecordedAgreement] {
    let amendments = Amendments(events, schema: schema)
    return events.filter { $0.envelope.typeNumber == ReportAgreementRecorded.type.number }
      .sorted { $0.position < $1.position }
      .compactMap { event in
        let entry = amendments.entry(of: event)
        guard let payload = try? entry.payload(ReportAgreementRecorded.self) else { return nil }
        return RecordedAgreement(payload, entry)
      }
  }

  private init(_ payload: ReportAgreementRecorded, _ entry: TicketEntry) {
    self.payload = payload
    event = entry.event.envelope.id
    position = entry.position
    retractedBy = entry.retractedBy
    problem = RecordedAgreement.problem(payload, entry)
  }

  /// What limits a report must not vanish without a word: it would show more then.
  private static func problem(
    _ payload: ReportAgreementRecorded, _ entry: TicketEntry
  ) -> ClientAgreementError? {
    let hadFilters = entry.event.envelope.commitments.contains { $0.path == "4" }
    if hadFilters, payload.filters == nil {
      return ClientAgreementError(
        .notKnown, "filters was erased, or corrected to be unknown; record the agreement anew")
    }
    let limits = ["customerId", "projectId", "filters"]
    for correction in entry.corrections
    where correction.isApplied && correction.after == .null && limits.contains(correction.field) {
      return ClientAgreementError(
        .notKnown,
        "\(correction.field) was corrected to be unknown at position \(correction.position); record "
          + "the agreement anew")
    }
    return nil
  }

  /// What was agreed, checked.
  ///
  /// - Throws: `ClientAgreementError` for what can't be obeyed.
  public func checked() throws(ClientAgreementError) -> ClientAgreement {
    if let problem { throw problem }
    return try ClientAgreement(payload)
  }
}
