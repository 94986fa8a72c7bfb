package import CasefileModel

/// What the closes of a block's tickets give together: whoever asks for all of a time, and not whose
/// they are, takes this instead of the courses one by one.
package struct CloseTally: Sendable {
  /// What is asked of closes.
  package struct Question: Sendable {
    let now: Timestamp
    /// How many seconds after a close a ticket repeats it.
    let window: Int64
    let span: MetricFilter?
    let isTaken: @Sendable (ClosedRange<Int64>) -> Bool

    /// - Parameters:
    ///   - now: the instant of evaluation.
    ///   - window: how many seconds after a close a ticket repeats it.
    ///   - span: in which time values are wanted, where nobody asks what is no value.
    ///   - isTaken: whether closes of a time are taken together.
    package init(
      at now: Timestamp, within window: Int64, span: MetricFilter?,
      isTaken: @escaping @Sendable (ClosedRange<Int64>) -> Bool
    ) {
      (self.now, self.window, self.span, self.isTaken) = (now, window, span, isTaken)
    }
  }

  /// What there is of one metric.
  struct Counts {
    private(set) var yes = 0
    private(set) var no = 0
    /// When the first of the values is.
    private(set) var earliest = Int64.max
    private var notEnded = 0
    private var void = 0
    private var windowOpen = 0
    private var noReply = 0
    private var possibleRepeat = 0
    private var noClient = 0

    @inline(__always)
    fileprivate mutating func add(_ outcome: CloseOutcome) {
      switch outcome {
      case .share(let value, let closedAt, _):
        if value { yes += 1 } else { no += 1 }
        if closedAt.microseconds < earliest { earliest = closedAt.microseconds }
      case .omitted(.notEnded): notEnded += 1
      case .omitted(.void): void += 1
      case .omitted(.windowOpen): windowOpen += 1
      case .omitted(.noReply): noReply += 1
      case .omitted(.possibleRepeat): possibleRepeat += 1
      case .omitted(.noClient): noClient += 1
      case .omitted: preconditionFailure("A close is left out for no other reason.")
      }
    }

    fileprivate mutating func add(_ other: Counts) {
      yes += other.yes
      no += other.no
      earliest = min(earliest, other.earliest)
      notEnded += other.notEnded
      void += other.void
      windowOpen += other.windowOpen
      noReply += other.noReply
      possibleRepeat += other.possibleRepeat
      noClient += other.noClient
    }

    func addOmissions(to omissions: inout [Metric.Omission: Int]) {
      for (why, count) in [
        (Metric.Omission.notEnded, notEnded), (.void, void), (.windowOpen, windowOpen),
        (.noReply, noReply), (.possibleRepeat, possibleRepeat), (.noClient, noClient),
      ] where count > 0 { omissions[why, default: 0] += count }
    }
  }

  /// Which of the metrics depend on whether the client came again.
  struct Asks: Equatable {
    /// A bit for each of the metrics, and above them what a filter looks at of the hash of the
    /// ticket's id: one number, since millions of tickets have one.
    private var bits: UInt32 = 0

    static let none = Asks()
    fileprivate static let repeatContacts: UInt32 = 1
    fileprivate static let oneReply: UInt32 = 2
    fileprivate static let firstContact: UInt32 = 4
    private static let all: UInt32 = 7

    var isEmpty: Bool { bits & Asks.all == 0 }

    fileprivate func has(_ bit: UInt32) -> Bool { bits & bit != 0 }

    fileprivate mutating func insert(_ bit: UInt32) { bits |= bit }

    /// What is known of the hash of the ticket's id.
    var hash: UInt64 {
      get { UInt64(bits / (Asks.all + 1)) }
      set {
        bits &= Asks.all
        bits |= UInt32(truncatingIfNeeded: newValue) &* (Asks.all + 1)
      }
    }
  }

  /// Between which instants the closes are; nil: there are none.
  private(set) var times: ClosedRange<Int64>?
  private var repeatContacts = Counts()
  private var oneReply = Counts()
  private var firstContact = Counts()

  subscript(metric: Metric) -> Counts? {
    switch metric {
    case .repeatContacts: repeatContacts
    case .oneReply: oneReply
    case .firstContact: firstContact
    default: nil
    }
  }

  /// Notes a ticket.
  ///
  /// - Returns: what is left to be told of it.
  mutating func note(_ course: some ClosedCourse, _ question: Question) -> Asks {
    if let closedAt = course.closedAt {
      if let span = question.span, !span.mayHave(closedAt) { return .none }
      let time = closedAt.microseconds
      times = times.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    }
    var asks = Asks()
    // The compiler makes of each what its metric asks: they are called for every ticket.
    @inline(__always)
    func note(_ metric: Metric, _ counts: inout Counts, _ bit: UInt32) {
      let outcome = CloseOutcome(
        ofTicket: course, metric, at: question.now, within: question.window)
      if let outcome { counts.add(outcome) } else { asks.insert(bit) }
    }
    note(.repeatContacts, &repeatContacts, Asks.repeatContacts)
    note(.oneReply, &oneReply, Asks.oneReply)
    note(.firstContact, &firstContact, Asks.firstContact)
    return asks
  }

  /// Notes what was left of a close.
  mutating func note(_ asks: Asks, closedAt: Timestamp, _ answer: ClientContacts.Answer) {
    if asks.has(Asks.repeatContacts) {
      repeatContacts.add(CloseOutcome(.repeatContacts, closedAt: closedAt, answer))
    }
    if asks.has(Asks.oneReply) {
      oneReply.add(CloseOutcome(.oneReply, closedAt: closedAt, answer))
    }
    if asks.has(Asks.firstContact) {
      firstContact.add(CloseOutcome(.firstContact, closedAt: closedAt, answer))
    }
  }

  /// Adds what was noted elsewhere of the same tickets.
  mutating func add(_ other: CloseTally) {
    repeatContacts.add(other.repeatContacts)
    oneReply.add(other.oneReply)
    firstContact.add(other.firstContact)
  }
}

extension MetricTable {
  /// Whether all closes of a time fall into one cell, or into none.
  package func takesCloses(of times: ClosedRange<Int64>) -> Bool {
    metric.basis == .company && derivesSections && isOfAll && place(of: times) != .several
  }

  /// The same of what a block has of them.
  package func takes(_ closes: CloseTally) -> Bool {
    metric.basis == .company && derivesSections && isOfAll
      && closes.times.map { place(of: $0) != .several } ?? true
  }

  /// Adds what a block's tickets give together, where `takes` says so.
  ///
  /// - Parameter tickets: how many it has.
  package mutating func add(_ closes: CloseTally, of tickets: Int) {
    ticketCount += tickets
    guard let counts = closes[metric] else { return }
    counts.addOmissions(to: &omissions)
    guard counts.yes + counts.no > 0, let times = closes.times,
      case .one(let key) = place(of: times)
    else { return }
    let time = Timestamp(microseconds: counts.earliest)
    if earliest.map({ time < $0 }) ?? true { earliest = time }
    count(shares: counts.no, counts.yes, in: cell(at: key, part: nil))
  }
}
