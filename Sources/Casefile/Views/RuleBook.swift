internal import CasefileLog
internal import CasefileModel
internal import CasefileProjections
internal import Synchronization

/// The policies and calendars as a view knows them, made of the events whose positions it keeps.
final class RuleBook: Sendable {
  private struct Known {
    let positions: [Position]
    let book: DeadlineBook
  }

  private let known = Mutex<Known?>(nil)
  private let ahead = Mutex<Edition?>(nil)
  private let schema: EventSchema

  init(_ schema: EventSchema) { self.schema = schema }

  /// A book, with how many events the log had of which it is made.
  struct Edition: Sendable {
    let book: DeadlineBook
    let count: UInt64
  }

  /// Whether an event may act on one of which books are made.
  static func isAmendment(_ event: StoredEvent, _ log: LogPrefix) throws -> Bool {
    if event.envelope.typeNumber == ImportBatchRetracted.type.number { return true }
    var target = event.amendedEvent
    for _ in 0..<Limits.nestingDepth {
      guard let id = target else { return false }
      // What is not there yet may be a rule.
      guard let amended = try log.event(id: id),
        !DeadlineBook.types.contains(amended.envelope.typeNumber)
      else { return true }
      target = amended.amendedEvent
    }
    return false
  }

  /// The book of the rules in a view's rows; nil where the zone data can't be read: then nothing is
  /// kept that follows from it.
  ///
  /// - Parameter count: up to where of the log the rows know rules.
  func book(_ rows: ViewRows, _ log: LogPrefix, count: UInt64) throws -> Edition? {
    var positions = try QualityIndex(rows: rows).rules(of: DeadlineBook.types)
    try rows.scan([QualityView.Kind.ruleAmendment.rawValue]) { key, _ in
      positions.append(TicketsView.position(in: key))
      return true
    }
    if let known = known.withLock({ $0 }), known.positions == positions {
      return Edition(book: known.book, count: count)
    }
    let events = try positions.map { try log.event(at: $0) }
    guard let book = try? DeadlineBook(events: events, schema: schema, zones: ZoneDirectory())
    else { return nil }
    known.withLock { $0 = Known(positions: positions, book: book) }
    return Edition(book: book, count: count)
  }

  /// The book of a whole log, for a replay whose steps look ahead: what it keeps follows from rules
  /// that come later too, and is worked out once. Nil as for the other one.
  ///
  /// - Complexity: once for a log of so many events: its rules, and the envelopes of all corrections and
  ///   retractions; these once more where one of them acts on a rule, for what acts on that one.
  func book(ahead log: LogPrefix) throws -> Edition? {
    if let known = ahead.withLock({ $0 }), known.count == log.count { return known }
    var events: [StoredEvent] = []
    try log.read(types: DeadlineBook.types.union([ImportBatchRetracted.type.number])) {
      events.append($0)
    }
    var wanted = Set(events.map(\.envelope.id))
    var positions: Set<Position> = []
    for _ in 0..<Limits.nestingDepth where !wanted.isEmpty {
      var found: Set<EventID> = []
      try log.read(types: AmendmentIndex.types, includesContent: false) { event in
        if let target = event.amendedEvent, wanted.contains(target),
          positions.insert(event.position).inserted
        {
          found.insert(event.envelope.id)
        }
      }
      wanted = found
    }
    // Retractions of imports were read as rules are.
    positions.subtract(events.map(\.position))
    events += try positions.sorted().map { try log.event(at: $0) }
    guard let book = try? DeadlineBook(events: events, schema: schema, zones: ZoneDirectory())
    else { return nil }
    let edition = Edition(book: book, count: log.count)
    ahead.withLock { $0 = edition }
    return edition
  }
}
