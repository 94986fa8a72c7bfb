public import CasefileModel

/// How a ticket was closed: as it is stated, and as the record shows it.
///
/// Confirmed is shown by a `close.confirmed` after the last proposal, not rejected since, by the
/// client or a person authorised on that day, with its message, call or contract clause.
public struct CloseReview: Hashable, Sendable {
  /// Why a confirmation is not shown.
  public enum Doubt: Hashable, Sendable {
    /// Nobody confirmed between the last proposal and the close.
    case noConfirmation
    /// It was rejected after it had been confirmed.
    case rejected(Position)
    /// Somebody confirmed who was neither the client nor authorised on that day.
    case notEntitled(Position)
    /// No message, call or clause of a contract is named with it.
    case withoutEvidence(Position)
  }

  /// The event that closed it.
  public let position: Position
  /// When it was closed.
  public let closedAt: Timestamp
  /// How it was closed, as stated; nil where nothing is.
  public let stated: CloseKind?
  /// How it was closed, as the record shows it; nil where the record can't tell.
  public let evidenced: CloseKind?
  /// The confirmation that shows it.
  public let confirmation: Position?
  /// Why no confirmation is shown; nil where one is.
  public let doubt: Doubt?
  /// Confirmations that came after the close: shown beside the kind, they don't change it.
  public let later: [Position]

  /// Reviews the close that stands; nil while the ticket is open.
  ///
  /// - Parameter entries: a ticket's entries in domain order.
  public init?(entries: [TicketEntry]) {
    var trail = CloseTrail()
    for entry in entries where entry.retractedBy == nil && !entry.isAmendment {
      // What can't be read is named by the state and shows nothing here.
      try? trail.apply(entry)
    }
    guard let close = trail.close else { return nil }
    position = close.position
    closedAt = close.closedAt
    stated = close.stated
    later = trail.later
    let shown = trail.candidates.first { $0.doubt == nil }
    confirmation = shown?.position
    evidenced = shown == nil ? trail.kindWithoutConfirmation : .confirmed
    doubt =
      shown == nil
      ? trail.rejected.map { .rejected($0) } ?? trail.candidates.last?.doubt ?? .noConfirmation
      : nil
  }
}

/// What bears on the close, event by event.
private struct CloseTrail {
  struct Close {
    let position: Position
    let closedAt: Timestamp
    let stated: CloseKind?
    let actor: Actor
    let hasRule: Bool
  }
  struct Candidate {
    let position: Position
    let doubt: CloseReview.Doubt?
  }

  var close: Close?
  var candidates: [Candidate] = []
  var rejected: Position?
  var later: [Position] = []
  private var client: String?
  private var authorised: Set<String> = []
  private var isMerged = false
  private var duplicates: Set<String> = []
  private var isWithdrawn = false

  mutating func apply(_ entry: TicketEntry) throws(CodecError) {
    switch entry.typeNumber {
    case TicketOpened.type.number:
      client = try entry.payload(TicketOpened.self).clientId ?? client
    case TicketClientChanged.type.number:
      client = try entry.payload(TicketClientChanged.self).toClient
    case TicketParticipantAdded.type.number:
      let payload = try entry.payload(TicketParticipantAdded.self)
      if payload.role == .authorisedConfirmer { authorised.insert(payload.personId) }
    case TicketParticipantRemoved.type.number:
      let payload = try entry.payload(TicketParticipantRemoved.self)
      if payload.role == .authorisedConfirmer { authorised.remove(payload.personId) }
    case TicketMerged.type.number: isMerged = true
    case TicketLinked.type.number:
      let payload = try entry.payload(TicketLinked.self)
      if payload.relation == .duplicate { duplicates.insert(payload.otherTicket) }
    case TicketUnlinked.type.number:
      duplicates.remove(try entry.payload(TicketUnlinked.self).otherTicket)
    case ResolutionProposed.type.number:
      // What was confirmed before is another solution.
      if close == nil { begin() }
    case CloseRequested.type.number:
      let payload = try entry.payload(CloseRequested.self)
      isWithdrawn = entry.actor.kind == .client || payload.byRole == .client
    case CloseConfirmed.type.number: confirm(try entry.payload(CloseConfirmed.self), entry)
    case CloseRejected.type.number:
      candidates = []
      later = []
      rejected = entry.position
    case TicketClosed.type.number:
      let payload = try entry.payload(TicketClosed.self)
      guard close == nil else { return }
      close = Close(
        position: entry.position, closedAt: entry.occurredAt, stated: payload.kind,
        actor: payload.by.map { Actor(entry.actor.kind, $0) } ?? entry.actor,
        hasRule: payload.ruleId != nil)
    case TicketReopened.type.number:
      close = nil
      isWithdrawn = false
      begin()
    default: break
    }
  }

  private mutating func begin() {
    candidates = []
    later = []
    rejected = nil
  }

  private mutating func confirm(_ payload: CloseConfirmed, _ entry: TicketEntry) {
    guard close == nil else {
      later.append(entry.position)
      return
    }
    rejected = nil
    candidates.append(Candidate(position: entry.position, doubt: doubt(of: payload, entry)))
  }

  private func doubt(of payload: CloseConfirmed, _ entry: TicketEntry) -> CloseReview.Doubt? {
    let hasClause = payload.contractId != nil || payload.clause != nil
    let person = payload.confirmedBy ?? (entry.actor.kind == .client ? entry.actor.id : nil)
    let isEntitled: Bool
    if payload.authority == .contractClause {
      isEntitled = hasClause
    } else if let person {
      isEntitled = person == client || authorised.contains(person)
    } else {
      isEntitled = entry.actor.kind == .client
    }
    if !isEntitled { return .notEntitled(entry.position) }
    let isProven = payload.messageId != nil || payload.callId != nil || hasClause
    return isProven ? nil : .withoutEvidence(entry.position)
  }

  /// What else the record shows of the close.
  var kindWithoutConfirmation: CloseKind? {
    guard let close else { return nil }
    if isMerged { return .merged }
    if close.stated == .duplicate, !duplicates.isEmpty { return .duplicate }
    if isWithdrawn { return .withdrawnByClient }
    if close.hasRule { return .autoClose }
    switch close.actor.kind {
    case .rule, .system, .bot: return .autoClose
    case .agent: return .agentUnconfirmed
    default: return nil
    }
  }
}
