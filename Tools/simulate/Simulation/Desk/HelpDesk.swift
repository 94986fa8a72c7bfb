package import CasefileModel

/// A help desk whose history is made event by event, in order of recording.
///
/// What is to happen lies in an agenda; whatever happens may put more into it. Only tickets that
/// are not yet done with are kept, so memory does not grow with the history. The same settings give
/// the same events on every machine: all is drawn from one source of numbers, in integers, and nothing
/// depends on the order of a hash table.
package final class HelpDesk {
  let settings: Settings
  // One thread, and no access within another: to check each of these at run time took a tenth of
  // the time that a history takes to make.
  @exclusivity(unchecked) var dice: Dice
  @exclusivity(unchecked) var agenda = Agenda()
  /// Seconds since 1970.
  @exclusivity(unchecked) package internal(set) var now: Int64
  var agents: [Agent] = []
  /// The agents of each group, by place.
  var groupAgents: [[Agent]]
  let russianTexts = Texts.all(isRussian: true)
  let englishTexts = Texts.all(isRussian: false)

  var tickets: [Ticket?] = []
  var freePlaces: [Int] = []
  var liveCount = 0
  var openedCount = 0
  var stampCount: UInt64 = 0
  /// Tickets that nobody holds, by group; from `queueHeads` on.
  var queues: [[Ticket]]
  var queueHeads: [Int]
  /// Repeat contacts that were planned: client and ticket before.
  var repeats: [Int: Repeat] = [:]
  var knownClients: [Bool]
  var contactCount = 0
  var ticketNumber = 0
  /// Calls that are going on, by number.
  var calls: [Int: LiveCall] = [:]
  var callCount = 0

  // What is recorded.
  @exclusivity(unchecked) var outbox: [Event] = []
  /// Where in `outbox` the action at hand begins: it is written there at once, since copies of
  /// events cost more than making them.
  var actionStart = 0
  var actor = Actor(.system)
  var lateRecords: [Int: LateRecord] = [:]
  var lateCount = 0
  /// Who else wants to know of each action and each finished ticket.
  var observers: [any DeskObserver] = []

  // What changes in the course of years.
  var policyVersions: [Int64]
  var calendarVersions: [Int64] = [1, 1, 1]
  var referenceStep = 0
  var isPeakDay = false
  var outageUntil: [Int64]
  var templateVersion: Int64 = 1
  var monthCount = 0
  var lastArrival: Int64 = .max

  struct Repeat {
    let client: Client
    let topicPlace: Int
    let channel: Channel
    let previous: String
    let closedAt: Int64
    let twin: Ticket?
  }

  struct LateRecord {
    let event: Event
    let ticket: Ticket
  }

  static let supervisor = Actor(.agent, "ag-sofia")
  static let supervisorTags = ["agent:ag-sofia"]
  static let system = Actor(.system)

  package init(_ settings: Settings) {
    self.settings = settings
    dice = Dice(settings.seed)
    now = settings.start
    groupAgents = Array(repeating: [], count: Group.all.count)
    queues = Array(repeating: [], count: Group.all.count)
    queueHeads = Array(repeating: 0, count: Group.all.count)
    knownClients = Array(repeating: false, count: settings.clients + 1)
    policyVersions = Array(repeating: 1, count: Policy.all.count)
    outageUntil = Array(repeating: 0, count: Entry.all.count)
    hire()
    publishAll()
    for agent in agents { agenda.add(.week, at: now - 43_200, place: agent.place) }
    agenda.add(.hour, at: now)
    agenda.add(.month, at: now + 25 * 86_400)
    planOutages()
    let days = Int64(settings.expectedDays)
    agenda.add(.reference, at: now + max(1, days / 3) * 86_400 + 36_000)
  }

  /// Goes on until at least so many events came about, or, if there are some, so much time has
  /// passed; none at the end. An action group is never divided.
  package func next(atLeast count: Int, orAfter seconds: Int64 = .max) -> [Event] {
    var since = now
    while outbox.count < count {
      if !outbox.isEmpty, let time = agenda.nextTime, time - since >= seconds { break }
      guard let item = nextItem() else { break }
      now = item.time
      if outbox.isEmpty { since = now }
      handle(item)
    }
    var events: [Event] = []
    events.reserveCapacity(count + 64)
    swap(&events, &outbox)
    actionStart = 0
    return events
  }

  private func nextItem() -> Agenda.Item? {
    // Nothing more can happen to tickets, or the last ones hang for good.
    let isOver =
      openedCount >= settings.tickets && ticketNumber == openedCount && calls.isEmpty
      && lateRecords.isEmpty
    if isOver, liveCount == 0 || now > lastArrival + 60 * 86_400 {
      finishAll()
      return nil
    }
    return agenda.next()
  }

  private func finishAll() {
    for ticket in tickets {
      guard let ticket else { continue }
      for observer in observers { observer.finished(ticket) }
    }
    tickets = []
    liveCount = 0
  }

  private func handle(_ item: Agenda.Item) {
    switch item.kind {
    case .hour: drawHour()
    case .contact: contact(item.place)
    case .ticket:
      guard let ticket = tickets[item.place], ticket.stamp == item.stamp else { return }
      goOn(ticket)
    case .side:
      guard let ticket = tickets[item.place], UInt64(ticket.number) == item.stamp else { return }
      ticket.sideCount -= 1
      if let note = Side(rawValue: item.note) { handle(note, ticket) }
      release(ticket)
    case .week: planWeek(agents[item.place])
    case .shiftStart: startShift(agents[item.place], number: item.stamp)
    case .shiftEnd: item.note == 0 ? wrapUp(agents[item.place]) : endShift(agents[item.place])
    case .absenceStart: startAbsence(agents[item.place], kind: item.note)
    case .absenceEnd: endAbsence(agents[item.place])
    case .outageStart: startOutage(item.place)
    case .outageEnd: endOutage(item.place, since: Int64(item.stamp))
    case .late: recordLate(item.place)
    case .call: goOn(call: item.place)
    case .month: endMonth()
    case .reference: changeReference()
    }
  }

  // MARK: Plans

  /// Plans when a ticket goes on; older plans of its course are void.
  func plan(_ ticket: Ticket, at time: Int64) {
    stampCount += 1
    ticket.stamp = stampCount
    agenda.add(.ticket, at: time, place: ticket.place, stamp: stampCount)
  }

  /// Makes the plans of its course void.
  func pause(_ ticket: Ticket) {
    stampCount += 1
    ticket.stamp = stampCount
  }

  /// Plans something beside a ticket's course.
  func plan(_ note: Side, _ ticket: Ticket, after seconds: Int64) {
    ticket.sideCount += 1
    agenda.add(
      .side, at: now + max(1, seconds), place: ticket.place, stamp: UInt64(ticket.number),
      note: note.rawValue)
  }

  func texts(_ ticket: Ticket) -> Texts {
    ticket.isRussian ? russianTexts[ticket.topicPlace] : englishTexts[ticket.topicPlace]
  }

  // MARK: The tickets at hand

  func keep(_ ticket: Ticket) {
    liveCount += 1
    if let place = freePlaces.popLast() {
      ticket.place = place
      tickets[place] = ticket
    } else {
      ticket.place = tickets.count
      tickets.append(ticket)
    }
  }

  /// Forgets a ticket to which nothing more will happen.
  func release(_ ticket: Ticket) {
    guard ticket.isDone, ticket.sideCount == 0, tickets[ticket.place] === ticket else { return }
    for observer in observers { observer.finished(ticket) }
    ticket.twin = nil
    tickets[ticket.place] = nil
    freePlaces.append(ticket.place)
    liveCount -= 1
  }
}

/// What happens beside a ticket's course.
enum Side: UInt8 {
  case reminder = 1
  case breach, breachExplained, offerAnswer, forced, rating, review, reviewAnswer
  case correction, stale, delivery, ratingChanged, agreementDue, calibrated
}

/// Wants to know of what happens at the desk, for exports and known answers.
protocol DeskObserver: AnyObject {
  /// An action is complete; the ticket is as it left it.
  func acted(_ desk: HelpDesk, on ticket: Ticket, events: ArraySlice<Event>)
  /// Nothing more happens to a ticket.
  func finished(_ ticket: Ticket)
}
