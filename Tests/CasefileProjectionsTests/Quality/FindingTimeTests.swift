import CasefileModel
import CasefileProjections
import Testing

/// Hours of a calendar, contradictions, missing deadlines and closes at the end of a month.
@Suite("Findings by calendars and across tickets")
struct FindingTimeTests {
  /// The start is a Monday, 10:00.
  private static let day = 1_440.0

  @Test(
    "Nobody responsible counts in the working time of the policy's calendar, else around the clock",
    arguments: [
      // From Friday 17:58 to Monday 9:05 it is seven working minutes, to 9:58 an hour.
      ("cal", 10_025.0, 0, nil), ("cal", 10_078.0, 0, nil), ("cal", 10_079.0, 1, "cal"),
      (nil, 10_025.0, 1, nil),
    ] as [(String?, Double, Int, String?)])
  func noResponsible(calendar: String?, takenAt: Double, count: Int, by: String?) throws {
    // Monday 10:00 of the start is minute 0, so Friday 17:58 is minute 6,238.
    var desk = FindingDesk(empty: ())
    desk.keepHours()
    desk.govern(calendar: calendar)
    desk.add(TicketOpened(clientId: "c-9"), at: 6_238, by: .client)
    desk.add(TicketAssigned(agentId: "a-1", mode: .take), at: takenAt)
    let found = try desk.found(.noResponsible)
    #expect(found.count == count)
    if let one = found.first {
      #expect(one.details.calendar == by && one.details.limitSeconds == 3_600)
    }
  }

  @Test(
    "A ticket hangs after so many working days, as long as the calendar's day is",
    arguments: [
      // Ten days of nine hours from Monday 10:00: the eleventh working day, at 10:00.
      ("cal", 14 * 1_440.0, 0), ("cal", 14 * 1_440.0 + 1, 1), (nil, 10 * 1_440.0, 0),
      (nil, 10 * 1_440.0 + 1, 1),
    ] as [(String?, Double, Int)])
  func hung(calendar: String?, until: Double, count: Int) throws {
    var desk = FindingDesk()
    desk.keepHours()
    desk.govern(calendar: calendar)
    let found = try desk.found(.hung, at: until)
    #expect(found.count == count)
    #expect(found.allSatisfy { $0.details.calendar == calendar })
    if calendar != nil { #expect(found.allSatisfy { $0.details.limitSeconds == 324_000 }) }
    // A wait that covers the end of the limit, by the calendar, excuses it as long as it lasts.
    var waiting = desk
    waiting.add(
      WaitingStarted(waitId: "w", reason: .vendor, until: TicketCase.at(until + 500)), at: 0,
      by: .rule)
    #expect(try waiting.found(.hung, at: until + 499) == [])
    #expect(try waiting.found(.hung, at: until + 500).count == 1)
  }
}
