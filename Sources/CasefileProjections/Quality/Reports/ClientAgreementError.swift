/// Why an agreement on a client company's report can't be obeyed: what is wrong, with the value, and
/// what to do.
public struct ClientAgreementError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name for each kind of mistake.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case noCustomer, noColumns, unknownColumn, unknownCut, unknownPurpose, notCovered
      case paymentNotStated, callLengthWithheld, callLengthMissing, invalidWording, invalidFilter
      case invalidPeriod, unknownLanguage, unknownZone, invalidVersion, notKnown, notInContract
    }
    private let kind: Kind
    private init(_ kind: Kind) { self.kind = kind }

    /// The word that machines read.
    public var description: String { kind.rawValue }

    /// It names neither a customer nor a project: it would tell of all.
    public static let noCustomer = Code(.noCustomer)
    /// It names no column.
    public static let noColumns = Code(.noColumns)
    /// It names a column that there is not, or one twice.
    public static let unknownColumn = Code(.unknownColumn)
    /// It names a cut that there is not, or one twice.
    public static let unknownCut = Code(.unknownCut)
    /// It names a purpose that there is not.
    public static let unknownPurpose = Code(.unknownPurpose)
    /// A column, a cut or a filter asks for what none of its purposes covers.
    public static let notCovered = Code(.notCovered)
    /// It asks for the length of calls and does not say what is paid for.
    public static let paymentNotStated = Code(.paymentNotStated)
    /// It asks for the length of calls, which are paid for one by one.
    public static let callLengthWithheld = Code(.callLengthWithheld)
    /// It leaves out the length of calls, which are paid for by the minute.
    public static let callLengthMissing = Code(.callLengthMissing)
    /// A heading is of no column, or there are no words in it.
    public static let invalidWording = Code(.invalidWording)
    /// A filter is no list of keys of a cut.
    public static let invalidFilter = Code(.invalidFilter)
    /// How often it is made is no duration.
    public static let invalidPeriod = Code(.invalidPeriod)
    /// Reports can't be made in its language.
    public static let unknownLanguage = Code(.unknownLanguage)
    /// Its zone is not known.
    public static let unknownZone = Code(.unknownZone)
    /// Its version does not follow the one before it.
    public static let invalidVersion = Code(.invalidVersion)
    /// A field was erased, or was corrected to be unknown.
    public static let notKnown = Code(.notKnown)
    /// It passes on more than the contract with the company covers.
    public static let notInContract = Code(.notInContract)
  }

  /// What kind of mistake it is.
  public let code: Code
  /// What is wrong, with the value, and what to do.
  public let message: String

  /// Makes an error of a kind, with its sentence.
  ///
  /// - Parameters:
  ///   - code: the kind.
  ///   - message: the sentence.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The sentence, then the code.
  public var description: String { "\(message) [\(code)]" }

  /// Compares codes only, so that a sentence may be bettered.
  public static func == (left: ClientAgreementError, right: ClientAgreementError) -> Bool {
    left.code == right.code
  }
}
