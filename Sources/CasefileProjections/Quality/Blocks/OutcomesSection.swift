package import CasefileModel

/// What becomes of the instances of a ticket's clocks, one after the other, for who counts them.
protocol OutcomeSink {
  /// - Parameter overdue: when it was overdue, in order.
  mutating func add(_ instance: DeadlineTally.Instance, overdue: [ClockOutcome.Overdue])
  /// The ticket has no more instances.
  mutating func endTicket()
}

extension DeadlineTally: OutcomeSink {}

extension Verdict: RowCodable {}

/// What became of the clocks of those tickets of a block whose verdicts are kept.
struct OutcomesSection {
  /// The texts by place; the first is none.
  private let texts: [String?]
  private var main: RowReader
  private var at: Int64 = 0
  private var last = -1

  init(_ bytes: [UInt8]) throws(RowError) {
    var reader = RowReader(bytes)
    let range = try reader.range()
    texts = try BlockTexts.read(&reader)
    main = RowReader(bytes, in: range)
  }

  /// Counts the tickets of the block.
  ///
  /// - Parameter isMeant: which of them, by their places.
  mutating func count(
    into tally: inout DeadlineTally, at now: Timestamp, where isMeant: (_ place: Int) -> Bool
  ) throws(RowError) {
    while !main.isAtEnd {
      let step = try main.number()
      guard step < UInt64(Int32.max) else { throw RowError() }
      last += 1 + Int(step)
      let first = try time()
      let newest = try time()
      let head = try main.number()
      let isCounted =
        isMeant(last)
        && ClockFacts.mayRun(
          from: first, until: newest, isOver: head & 1 == 1, since: tally.since,
          until: tally.until, at: now)
      let count = try main.checked(count: head >> 1)
      for _ in 0..<count {
        let (instance, overdue) = try instance()
        if isCounted { tally.add(instance, overdue: overdue) }
      }
      if isCounted, count > 0 { tally.endTicket() }
    }
  }

  private mutating func time() throws(RowError) -> Timestamp {
    at &+= try Int64(from: &main)
    return Timestamp(microseconds: at)
  }

  private mutating func instance() throws(RowError) -> (
    DeadlineTally.Instance, [ClockOutcome.Overdue]
  ) {
    let clock = try main.number()
    guard clock < UInt64(OutcomesSection.clocks.count) else { throw RowError() }
    let verdict = try Verdict(from: &main)
    let priority = texts[try main.place(in: texts)]
    let group = texts[try main.place(in: texts)]
    let holder = texts[try main.place(in: texts)]
    let startedAt = try time()
    let head = try main.number()
    let decidedAt = head & 1 == 1 ? try time() : nil
    var overdue: [ClockOutcome.Overdue] = []
    let count = try main.checked(count: head >> 1)
    for _ in 0..<count {
      let from = try time()
      let until = try main.number() == 0 ? nil : try time()
      overdue.append(ClockOutcome.Overdue(from: from, until: until))
    }
    return (
      DeadlineTally.Instance(
        clock: OutcomesSection.clocks[Int(clock)], verdict: verdict, startedAt: startedAt,
        decidedAt: decidedAt, priority: priority, group: group, holder: holder), overdue
    )
  }

  private static let clocks = ClockName.allCases

  /// Writes what became of the clocks of tickets.
  struct Writer: OutcomeSink {
    private var texts = BlockTexts()
    private var main = RowWriter()
    private var at: Int64 = 0
    private var last = -1
    private var instances: [(DeadlineTally.Instance, [ClockOutcome.Overdue])] = []

    mutating func add(_ instance: DeadlineTally.Instance, overdue: [ClockOutcome.Overdue]) {
      instances.append((instance, overdue))
    }

    mutating func endTicket() {}

    /// Writes what was added since the last ticket.
    mutating func end(_ facts: ClockFacts, ticket: Int) {
      defer { instances.removeAll(keepingCapacity: true) }
      guard let first = facts.signals.first, let newest = facts.signals.last else { return }
      main.put(number: UInt64(ticket - last - 1))
      last = ticket
      put(first.at)
      put(newest.at)
      main.put(number: UInt64(instances.count) << 1 | (facts.isOver ? 1 : 0))
      for (instance, overdue) in instances { put(instance, overdue) }
    }

    private mutating func put(_ time: Timestamp) {
      main.put(time.microseconds &- at)
      at = time.microseconds
    }

    private mutating func put(
      _ instance: DeadlineTally.Instance, _ overdue: [ClockOutcome.Overdue]
    ) {
      main.put(number: UInt64(instance.clock.place))
      main.put(instance.verdict)
      for text in [instance.priority, instance.group, instance.holder] {
        main.put(number: texts.place(text))
      }
      put(instance.startedAt)
      main.put(number: UInt64(overdue.count) << 1 | (instance.decidedAt == nil ? 0 : 1))
      if let decided = instance.decidedAt { put(decided) }
      for time in overdue {
        put(time.from)
        main.put(number: time.until == nil ? 0 : 1)
        if let until = time.until { put(until) }
      }
    }

    /// The section; no bytes where no ticket is kept.
    var bytes: [UInt8] {
      guard last >= 0 else { return [] }
      var writer = RowWriter()
      writer.put(blob: main.bytes)
      texts.write(to: &writer)
      return writer.bytes
    }
  }
}

extension DeadlineTally {
  /// Adds what a block keeps of tickets that were over at an instant.
  ///
  /// - Parameters:
  ///   - section: what became of their clocks.
  ///   - now: the instant of evaluation.
  ///   - isMeant: which of the block's tickets, by their places.
  package mutating func add(
    _ section: [UInt8], at now: Timestamp, where isMeant: (_ place: Int) -> Bool
  ) throws(RowError) {
    guard !section.isEmpty else { return }
    var section = try OutcomesSection(section)
    try section.count(into: &self, at: now, where: isMeant)
  }
}
