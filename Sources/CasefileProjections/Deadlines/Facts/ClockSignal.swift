package import CasefileModel

/// Something that clocks hear, at its place in time.
///
/// Made of a ticket's events alone, whatever the policies and calendars: so it can be kept, and judged
/// under any of them. What most clocks don't ask about stands in the texts of its `ClockFacts`: every
/// ticket has some dozens of signals, and to make their texts anew took most of the time of judging.
struct ClockSignal: Hashable, Sendable {
  enum Kind: UInt8, Sendable {
    /// What policies ask of the ticket has changed: the place of `TicketAttributes`.
    case attributes
    /// Somebody put it under a policy: the place of a `PolicyApplication`.
    case policyApplied
    /// No policy governs it any more.
    case policyDetached
    /// It was opened: `Opening`.
    case opened
    /// It came into a group, or out of every one: the place of its id.
    case group
    /// The client wrote something that needs a reply.
    case clientTurn
    /// The first human touch.
    case reaction
    /// A human reply, or an answered call.
    case reply
    case proposed
    case confirmed
    /// `Closing`.
    case closed
    case reopened
    case merged
    case deleted
    case restored
    /// The statuses in which it is from now on, our word and the source's label: their place.
    case status
    /// What it waits for from now on: the place of the reasons.
    case waiting

    /// Whether it says more than that it happened.
    var hasValue: Bool {
      switch self {
      case .attributes, .policyApplied, .opened, .group, .closed, .status, .waiting: true
      default: false
      }
    }
  }

  /// A set of kinds.
  struct Kinds: OptionSet, Sendable {
    let rawValue: UInt32

    static let opened = Kinds(.opened)
    static let group = Kinds(.group)
    static let clientTurn = Kinds(.clientTurn)
    static let reaction = Kinds(.reaction)
    static let reply = Kinds(.reply)
    static let proposed = Kinds(.proposed)
    static let confirmed = Kinds(.confirmed)
    static let closed = Kinds(.closed)
    static let reopened = Kinds(.reopened)
    static let merged = Kinds(.merged)
    static let deleted = Kinds(.deleted)
    static let restored = Kinds(.restored)
    static let status = Kinds(.status)
    static let waiting = Kinds(.waiting)

    init(rawValue: UInt32) { self.rawValue = rawValue }
    init(_ kind: Kind) { rawValue = 1 << UInt32(kind.rawValue) }

    @inline(__always)
    func contains(_ kind: Kind) -> Bool { rawValue & 1 << UInt32(kind.rawValue) != 0 }
  }

  /// What an opening says.
  enum Opening {
    static let needsReply: UInt32 = 1
    /// By a call that was answered.
    static let isAnswered: UInt32 = 2
  }

  /// What kind of an end a close is to clocks.
  enum Closing {
    static let work: UInt32 = 0
    static let merged: UInt32 = 1
    /// A duplicate or spam: nothing was done.
    static let void: UInt32 = 2
  }

  let at: Timestamp
  /// The event; for what time alone does, the one that said so.
  let position: Position
  let kind: Kind
  /// What it says, by its kind.
  var value: UInt32 = 0
}

/// A policy that an event names.
struct PolicyApplication: Hashable, Sendable {
  let id: String
  let version: Int64?
  let mode: PolicyMode?
}

/// The reasons of waits, as bits of their numbers.
///
/// Numbers that only a newer program knows share the last bit; who finds it asks for the reasons.
struct WaitMask: Hashable, Sendable {
  private(set) var bits: UInt64 = 0
  private(set) var count = 0

  static let others: UInt64 = 1 << 63

  init(_ reasons: some Sequence<WaitReason> = []) {
    for reason in reasons { insert(reason.rawValue) }
  }

  mutating func insert(_ number: UInt32) {
    bits |= number < 63 ? 1 << UInt64(number) : WaitMask.others
    count += 1
  }
}

/// Who held a ticket from when to when.
struct HolderSpan: Hashable, Sendable {
  let holder: String
  let from: Timestamp
  let until: Timestamp?
  let position: Position
}

/// An offer, for as long as it waited for an answer.
struct OfferSpan: Hashable, Sendable {
  let handoff: String
  let toAgent: String?
  let toGroup: String?
  let from: Timestamp
  let until: Timestamp?
  let position: Position
}

/// What a monitor or an import wrote down of a ticket's deadlines.
struct RecordedSignal: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable { case warning, breach, explanation }
  let kind: Kind
  let clock: String
  let instance: Int64?
  let policy: String?
  let policyVersion: Int64?
  let dueAt: Timestamp?
  /// Of a warning: the working seconds that were left.
  let remaining: Int64?
  let code: String?
  let at: Timestamp
  let position: Position
}

/// All of a ticket that its clocks depend on, by what is known; what comes after an instant can be
/// cut off.
package struct ClockFacts: Hashable, Sendable {
  /// The ticket's id.
  package var ticket = ""
  var signals: [ClockSignal] = []
  /// What signals say, each in the form of a row at its place.
  var texts: [UInt8] = []
  var holders: [HolderSpan] = []
  var offers: [OfferSpan] = []
  var recorded: [RecordedSignal] = []
  /// The imports that brought all of it, where no message and no call is among it: what they record
  /// at all says whether a reply is missing. One without an id is the empty text.
  var silentImports: [String] = []
  /// The newest event in domain order.
  package var lastAt: Timestamp?

  package init() {}

  /// Whether a clock may run, be decided or be overdue within a time, as far as is seen without
  /// judging: not where the ticket came later, and not where it was closed for good before.
  ///
  /// - Parameters:
  ///   - since: the first instant of the time; nil: from the beginning.
  ///   - until: the first instant after it; nil: to the instant of evaluation.
  ///   - now: the instant of evaluation.
  package func mayRun(since: Timestamp?, until: Timestamp?, at now: Timestamp) -> Bool {
    guard let first = signals.first, let last = signals.last else { return false }
    return ClockFacts.mayRun(
      from: first.at, until: last.at, isOver: isOver, since: since, until: until, at: now)
  }

  /// The same of a ticket by the times of its first and its last signal.
  static func mayRun(
    from first: Timestamp, until last: Timestamp, isOver: @autoclosure () -> Bool,
    since: Timestamp?, until: Timestamp?, at now: Timestamp
  ) -> Bool {
    if let until, first >= until { return false }
    guard let since, last < since, last <= now else { return true }
    return !isOver()
  }

  /// Whether it was closed for good: no clock runs any more.
  var isOver: Bool {
    let phases: ClockSignal.Kinds = [.opened, .closed, .reopened, .merged, .deleted, .restored]
    switch signals.last(where: { phases.contains($0.kind) })?.kind {
    case .closed?, .merged?, .deleted?: return true
    default: return false
    }
  }

  /// Writes down what a signal says, and gives its place.
  mutating func place(_ value: some RowCodable) -> UInt32 {
    let place = UInt32(truncatingIfNeeded: texts.count)
    texts += RowWriter.encode(value)
    return place
  }

  /// What a signal says; nil where nothing such stands at its place.
  func text<Value: RowCodable>(_ type: Value.Type, of signal: ClockSignal) -> Value? {
    var reader = RowReader(texts, at: Int(signal.value))
    return try? Value(from: &reader)
  }

  /// What a ticket is from a signal on; nil where nothing such stands at its place.
  ///
  /// - Parameter withLists: whether its tags and own fields are read too.
  func attributes(of signal: ClockSignal, withLists: Bool) -> TicketAttributes? {
    var reader = RowReader(texts, at: Int(signal.value))
    return withLists
      ? try? TicketAttributes(from: &reader) : try? TicketAttributes(withoutLists: &reader)
  }

  /// The reasons of a signal, without making a list of them.
  func waits(of signal: ClockSignal) -> WaitMask {
    var mask = WaitMask()
    let place = Int(signal.value)
    // Almost always none or one, of a small number: two bytes.
    if place + 1 < texts.count, texts[place] < 2, texts[place + 1] < 0x80 || texts[place] == 0 {
      if texts[place] == 1 { mask.insert(UInt32(texts[place + 1])) }
      return mask
    }
    var reader = RowReader(texts, at: Int(signal.value))
    guard let count = try? reader.count() else { return mask }
    for _ in 0..<count {
      guard let number = try? reader.number() else { return mask }
      mask.insert(UInt32(truncatingIfNeeded: number))
    }
    return mask
  }
}
