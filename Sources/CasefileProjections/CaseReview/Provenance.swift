public import CasefileModel

/// From when on this store itself proves a case, and what was taken over from another system.
public struct Provenance: Hashable, Sendable {
  /// What one import brought.
  public struct Import: Hashable, Sendable {
    /// The id of the source system.
    public let system: String?
    /// The import's id.
    public let batch: String?
    /// How many entries it brought.
    public internal(set) var count: Int
    /// When this store recorded the first of them.
    public internal(set) var since: Timestamp
  }

  /// The imports, in order of their first entry.
  public private(set) var imports: [Import] = []
  /// How many entries were written as they happened.
  public private(set) var liveCount = 0
  /// How many were written afterwards by hand.
  public private(set) var enteredLaterCount = 0
  /// How many imported entries do not say when their source wrote them.
  public private(set) var withoutSourceTimeCount = 0

  /// Sums up where a ticket's entries came from.
  public init(entries: [TicketEntry]) {
    for entry in entries {
      let envelope = entry.event.envelope
      guard let origin = envelope.origin, origin.basis != .live else {
        liveCount += 1
        continue
      }
      guard origin.basis == .imported else {
        enteredLaterCount += 1
        continue
      }
      if origin.sourceRecordedAt == nil { withoutSourceTimeCount += 1 }
      if let index = imports.firstIndex(where: {
        $0.system == origin.system && $0.batch == origin.importBatch
      }) {
        imports[index].count += 1
        imports[index].since = min(imports[index].since, envelope.recordedAt)
      } else {
        imports.append(
          Import(
            system: origin.system, batch: origin.importBatch, count: 1,
            since: envelope.recordedAt))
      }
    }
  }

  /// Whether everything came from another system.
  public var isImportedOnly: Bool {
    !imports.isEmpty && liveCount == 0 && enteredLaterCount == 0
  }
}

/// What can be judged of a case: what its sources record at all.
///
/// Where a source does not record something, its absence from the history proves nothing.
public struct Assessability: Hashable, Sendable {
  /// Whether something can be judged.
  public enum Answer: Hashable, Sendable {
    /// It would be there if it had happened.
    case assessable
    /// The source states that it doesn't record it.
    case notRecorded
    /// Imported, and the source doesn't state what it records.
    case notStated
  }

  /// What a case's head answers by.
  public enum Subject: String, Hashable, Sendable, CaseIterable {
    case messages, calls, agreements, handoffs, confirmations, marks, deadlines

    fileprivate var types: [String] {
      switch self {
      case .messages: ["message.received", "message.sent"]
      case .calls: ["call.offered", "call.answered", "call.ended"]
      case .agreements: ["ticket.agreementRecorded"]
      case .handoffs: ["handoff.offered", "handoff.accepted"]
      case .confirmations: ["close.confirmed"]
      case .marks: ["rating.received"]
      case .deadlines: ["sla.policyApplied", "sla.evaluated", "sla.breachObserved"]
      }
    }
  }

  private let typeNames: Set<String>
  private let isImportedOnly: Bool
  private let statements: [[String]]
  /// The imports that brought it; one without an id is the empty text.
  let batchIDs: [String]

  /// Takes a case's entries and the beginnings of the imports that brought them.
  public init(entries: [TicketEntry], batches: [ImportBatchStarted]) {
    typeNames = Set(entries.filter { $0.retractedBy == nil }.map(\.typeName))
    let provenance = Provenance(entries: entries)
    isImportedOnly = provenance.isImportedOnly
    let records = Dictionary(
      batches.map { ($0.batchId, $0.records) }, uniquingKeysWith: { first, _ in first })
    statements = provenance.imports.map { $0.batch.flatMap { records[$0] } ?? [] }
    batchIDs = provenance.imports.map { $0.batch ?? "" }
  }

  /// Takes what a view keeps of a case of which imports brought everything.
  ///
  /// - Parameters:
  ///   - importedTypes: those of its types that are asked about.
  ///   - statements: what each of the imports says that it records.
  init(importedTypes: Set<String>, statements: [[String]]) {
    typeNames = importedTypes
    isImportedOnly = true
    self.statements = statements
    batchIDs = []
  }

  /// Its types, where imports brought all of it.
  var importedTypes: Set<String>? { isImportedOnly ? typeNames : nil }

  /// Whether it can be judged.
  public func answer(_ subject: Subject) -> Answer { answer(anyOf: subject.types) }

  /// Whether events of one of some types would be there if it had happened.
  func answer(anyOf types: [String]) -> Answer {
    guard isImportedOnly, !types.contains(where: typeNames.contains) else { return .assessable }
    if statements.contains(where: { Assessability.covers(types, $0) }) { return .assessable }
    return statements.contains(where: \.isEmpty) ? .notStated : .notRecorded
  }

  private static func covers(_ types: [String], _ records: [String]) -> Bool {
    records.contains { record in
      types.contains { type in
        record == type || (record.hasSuffix(".*") && type.hasPrefix(record.dropLast()))
      }
    }
  }

  /// What a reply may be seen by.
  static let replyTypes = Subject.messages.types + Subject.calls.types

  /// Why a missing reply proves nothing, by what each import says that it records; nil where it does.
  static func reason(againstMissingReply statements: [[String]]) -> ClockReviews.Reason? {
    if statements.isEmpty || statements.contains(where: { covers(replyTypes, $0) }) { return nil }
    return statements.contains(where: \.isEmpty) ? .repliesNotStated : .repliesNotRecorded
  }
}
