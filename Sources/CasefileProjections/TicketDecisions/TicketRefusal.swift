/// Why an action on a ticket is refused: what the ticket says against it, and what to do instead.
///
/// A refusal is an answer, not a failure: nothing was stored, and the same action may be right later.
public struct TicketRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name for each kind of refusal.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case ticketUnknown, alreadyOpened, ticketDeleted, ticketMerged, ticketClosed, outOfOrder
      case wrongActor, missingText, noChange, notPresent, toOneself
      case heldByAnother, alreadyHeld, noHolder, notHolder
      case noOffer, offerUnknown, offerDeclined, offerExpired, offerReplaced, offerAnswered
      case offerOpen, giverNotHolder, notAddressee
      case agreementUnknown, agreementSettled, waitUnknown, waitEnded, waitUnclear, timePassed
      case notResolved, notConfirmed, notAuthorised, evidenceMissing, alreadyClosed, notClosed
      case kindMissing, idUsed
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The word that machines read.
    public var description: String { kind.rawValue }

    /// The ticket has no event.
    public static let ticketUnknown = Code(.ticketUnknown)
    /// The ticket was opened before.
    public static let alreadyOpened = Code(.alreadyOpened)
    /// A tombstone stands on the ticket.
    public static let ticketDeleted = Code(.ticketDeleted)
    /// The ticket was merged into another.
    public static let ticketMerged = Code(.ticketMerged)
    /// The ticket is closed.
    public static let ticketClosed = Code(.ticketClosed)
    /// The action is of an earlier time than the ticket's newest event.
    public static let outOfOrder = Code(.outOfOrder)
    /// The action is not for an actor of this kind, or for one without id.
    public static let wrongActor = Code(.wrongActor)
    /// A text that others depend on is empty.
    public static let missingText = Code(.missingText)
    /// The ticket is so already.
    public static let noChange = Code(.noChange)
    /// What is to be taken away is not there.
    public static let notPresent = Code(.notPresent)
    /// An agent hands a ticket to itself, or a ticket is linked to itself.
    public static let toOneself = Code(.toOneself)
    /// Another agent holds the ticket.
    public static let heldByAnother = Code(.heldByAnother)
    /// The agent holds the ticket already.
    public static let alreadyHeld = Code(.alreadyHeld)
    /// Nobody holds the ticket.
    public static let noHolder = Code(.noHolder)
    /// The actor does not hold the ticket.
    public static let notHolder = Code(.notHolder)
    /// No offer waits for an answer.
    public static let noOffer = Code(.noOffer)
    /// The ticket has no offer with this id.
    public static let offerUnknown = Code(.offerUnknown)
    /// The offer was declined.
    public static let offerDeclined = Code(.offerDeclined)
    /// The offer lapsed.
    public static let offerExpired = Code(.offerExpired)
    /// A newer offer or an order replaced the offer.
    public static let offerReplaced = Code(.offerReplaced)
    /// The offer was accepted before.
    public static let offerAnswered = Code(.offerAnswered)
    /// The offer still waits for an answer.
    public static let offerOpen = Code(.offerOpen)
    /// The giver of the offer no longer holds the ticket.
    public static let giverNotHolder = Code(.giverNotHolder)
    /// The offer is for somebody else.
    public static let notAddressee = Code(.notAddressee)
    /// The ticket has no agreement with this id.
    public static let agreementUnknown = Code(.agreementUnknown)
    /// What came of the agreement is stated already.
    public static let agreementSettled = Code(.agreementSettled)
    /// The ticket has no wait with this id, or none at all.
    public static let waitUnknown = Code(.waitUnknown)
    /// The wait ended before.
    public static let waitEnded = Code(.waitEnded)
    /// Several waits are open, and none is named.
    public static let waitUnclear = Code(.waitUnclear)
    /// An end that is to come lies in the past.
    public static let timePassed = Code(.timePassed)
    /// No proposal stands that could be confirmed or rejected.
    public static let notResolved = Code(.notResolved)
    /// The ticket is to be closed as confirmed, and no confirmation stands.
    public static let notConfirmed = Code(.notConfirmed)
    /// The person may not confirm.
    public static let notAuthorised = Code(.notAuthorised)
    /// A confirmation has neither message, call nor clause.
    public static let evidenceMissing = Code(.evidenceMissing)
    /// The ticket is closed already.
    public static let alreadyClosed = Code(.alreadyClosed)
    /// The ticket is neither closed nor resolved.
    public static let notClosed = Code(.notClosed)
    /// A close has no kind.
    public static let kindMissing = Code(.kindMissing)
    /// The ticket has a thing with this id already.
    public static let idUsed = Code(.idUsed)
  }

  /// What kind of refusal it is.
  public let code: Code
  /// What the ticket says, with ids and times, and what to do instead; never ticket text.
  public let message: String

  /// Makes a refusal; decisions of one's own use it too.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The sentence, then the code.
  public var description: String { "\(message) [\(code)]" }

  /// Compares codes only, so that a sentence may be bettered.
  public static func == (left: TicketRefusal, right: TicketRefusal) -> Bool {
    left.code == right.code
  }
}
