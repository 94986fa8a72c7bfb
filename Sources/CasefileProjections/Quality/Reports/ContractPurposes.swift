public import CasefileModel

/// For what contracts with client companies let data on people and texts be passed on, at an instant.
///
/// A contract that states no purposes says nothing about them: missing data forbids nothing.
public struct ContractPurposes: Sendable {
  /// The types of the events that it is made of.
  public static let types: Set<UInt32> = [
    ContractPublished.type.number, ProjectRegistered.type.number,
  ]

  private var covered: [String: Set<String>] = [:]
  private var companies: [String: String] = [:]

  /// Takes the version of each contract that is in force at the instant: the one that came into force
  /// last, of equal ones the one published last.
  ///
  /// - Parameters:
  ///   - events: of `types`, with what corrects or retracts them, in any order.
  ///   - instant: contracts that begin later or ended by then cover nothing.
  ///   - knownAt: leaves out what was recorded later.
  ///   - schema: the types of events.
  public init(
    events: [StoredEvent], at instant: Timestamp, knownAt: KnownAt? = nil,
    schema: EventSchema = .builtIn
  ) {
    var newest: [String: (from: Timestamp, position: Position, contract: ContractPublished)] = [:]
    for entry in events.inForce(ContractPurposes.types, knownAt: knownAt, schema: schema) {
      guard entry.typeNumber == ContractPublished.type.number else {
        guard let project = try? entry.payload(ProjectRegistered.self) else { continue }
        companies[project.projectId] = project.companyId ?? companies[project.projectId]
        continue
      }
      guard let contract = try? entry.payload(ContractPublished.self) else { continue }
      let from = contract.effectiveFrom ?? entry.occurredAt
      guard from <= instant,
        newest[contract.contractId].map({ ($0.from, $0.position) < (from, entry.position) }) ?? true
      else { continue }
      newest[contract.contractId] = (from, entry.position, contract)
    }
    for (_, _, contract) in newest.values
    where contract.effectiveTo.map({ $0 > instant }) ?? true && !contract.purposes.isEmpty {
      guard let company = contract.companyId else { continue }
      covered[company, default: []].formUnion(contract.purposes)
    }
  }

  /// Whether an agreement passes on no more than the contracts of its company cover.
  ///
  /// - Throws: `ClientAgreementError` `.notInContract` for the first purpose that none of them names.
  public func check(_ agreement: ClientAgreement) throws(ClientAgreementError) {
    let company = agreement.customer ?? agreement.project.flatMap { companies[$0] }
    guard let company, let covered = covered[company] else { return }
    for purpose in ClientPurpose.allCases
    where agreement.purposes.contains(purpose) && !covered.contains(purpose.rawValue) {
      throw ClientAgreementError(
        .notInContract,
        "purposes has “\(purpose.rawValue)”, and the contract in force with the company covers "
          + covered.sorted().map { "“\($0)”" }.joined(separator: ", ")
          + "; leave it out, or publish a version of the contract that names it")
    }
  }
}
