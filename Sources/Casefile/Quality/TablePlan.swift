internal import CasefileModel
internal import CasefileProjections

/// Tables of metrics, each portion of the tickets for itself.
struct TablePlan: PortionPlan {
  typealias Answer = [MetricTable]

  /// The questions, without answers.
  let tables: [MetricTable]
  let now: Timestamp
  let knownAt: KnownAt?
  let context: MetricContext
  var filter: MetricFilter?
  /// In which time values are wanted, where nobody asks what is no value.
  var span: MetricFilter?
  var moment: FoldedTickets?

  var sections: Set<QualitySection>? {
    tables.reduce(into: []) { $0.formUnion($1.sections) }
  }
  var readsTotals: Bool { true }

  func sections(
    beside totals: TotalsSection, of blockEnd: Position, isKept: Bool
  ) -> Set<QualitySection> {
    let closes = context.contacts.closes(of: blockEnd)
    return tables.reduce(into: []) {
      if !$1.takes(totals, isKept: isKept), !(closes.map($1.takes) ?? false) {
        $0.formUnion($1.sections)
      }
    }
  }

  var needsClocks: Bool {
    tables.contains { $0.needsCalendars || $0.metric.basis.needsClocks }
  }
  var needsContacts: Bool { tables.contains { $0.metric.isOfContacts } }
  var readsBlocksByTime: Bool { true }
  var keptBook: DeadlineBook? {
    let isKept = tables.allSatisfy {
      $0.readsKept || !($0.needsCalendars || $0.metric.basis.needsClocks)
    }
    return isKept ? context.book : nil
  }

  func read(_ portion: TicketPortion) throws -> [[MetricTable]?] {
    let isContact = portion.last.isContact
    let wanted = tables.indices.filter { !isContact || tables[$0].metric.isOfContacts }
    func isQuick(_ table: MetricTable) -> Bool {
      table.readsSections || table.derivesSections || (portion.isKept && table.readsKept)
    }
    var filled = tables
    var rest = wanted
    if let totals = portion.totals, let heads = portion.heads {
      let count = try BlockHeads.count(heads)
      let closes = context.contacts.closes(of: portion.last.first)
      rest = []
      try QualityView.reading { () throws(RowError) in
        for index in wanted {
          if tables[index].takes(totals, isKept: portion.isKept) {
            try filled[index].add(totals, of: count)
          } else if let closes, tables[index].takes(closes) {
            filled[index].add(closes, of: count)
          } else {
            rest.append(index)
          }
        }
      }
    }
    let hasSections = portion.heads != nil
    let quick = rest.filter { hasSections && isQuick(tables[$0]) }
    let slow = rest.filter { !hasSections || !isQuick(tables[$0]) }
    if !quick.isEmpty {
      let tickets = try portion.sectionTickets(
        withIDs: quick.contains { tables[$0].needsIDs(context) })
      try QualityView.reading { () throws(RowError) in
        for index in quick where !tables[index].derivesSections {
          try filled[index].add(portion.sections, tickets, isContact: isContact)
        }
        try MetricTable.add(
          derived: portion.sections, to: &filled, at: quick.filter { tables[$0].derivesSections },
          tickets, at: now, context, span: span)
      }
    }
    try add(slow, &filled) { each in try portion.forEachSettled { try each($1) } }
    // Once for all tables: some are folded from the log. Of deadlines what clocks depend on tells all,
    // but for how many tickets were there, which nobody asks together with a time.
    let byClocks =
      span != nil
      && wanted.allSatisfy { tables[$0].metric.basis == .policies && !tables[$0].needsTraits }
      && !wanted.contains { tables[$0].needsCalendars }
    try add(wanted, &filled) {
      try portion.forEachSingle(knownAt: knownAt, byClocks: byClocks, $0)
    }
    return [filled]
  }

  /// Adds tickets one after the other to some of the tables.
  private func add(
    _ wanted: [Int], _ filled: inout [MetricTable],
    _ forEach: ((QualityTicket) throws -> Void) throws -> Void
  ) throws {
    guard !wanted.isEmpty else { return }
    var metrics: [Metric] = []
    var places: [Int] = []
    for index in wanted {
      let metric = tables[index].metric
      if let known = metrics.firstIndex(of: metric) {
        places.append(known)
      } else {
        places.append(metrics.count)
        metrics.append(metric)
      }
    }
    let reader = MetricPlan(
      metrics: metrics, withTraits: wanted.contains { tables[$0].needsTraits },
      withCalendars: wanted.contains { tables[$0].needsCalendars }, now: now, knownAt: knownAt,
      context: context, span: span
    ).makeReader()
    try forEach { ticket in
      guard let found = try reader(ticket) else { return }
      for (index, place) in zip(wanted, places) { filled[index].add(found[place]) }
    }
  }
}
