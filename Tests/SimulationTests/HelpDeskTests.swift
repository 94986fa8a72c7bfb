import Casefile
import CasefileModel
import Foundation
import Testing

@testable import Simulation

@Suite("The simulated help desk")
struct HelpDeskTests {
  @Test("The same seed gives the same bytes, another seed another history")
  func repeats() throws {
    let first = try Histories.lines(Histories.settings(tickets: 40))
    #expect(try Histories.lines(Histories.settings(tickets: 40)) == first)
    #expect(try Histories.lines(Histories.settings(tickets: 40, seed: 8)) != first)
  }

  @Test("How many events are asked for at once changes nothing")
  func portions() throws {
    func ids(_ count: Int) -> [EventID?] {
      let desk = HelpDesk(Histories.settings(tickets: 30))
      var ids: [EventID?] = []
      while true {
        let events = desk.next(atLeast: count)
        if events.isEmpty { return ids }
        ids += events.map(\.id)
      }
    }
    #expect(ids(1) == ids(700))
  }

  @Test("Python's jsonschema takes every line", .enabled(if: HelpDeskTests.python != nil))
  func schema() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/events.ndjson"
    try Data(try Histories.lines(Histories.settings(tickets: 40))).write(
      to: URL(filePath: file))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      try #require(HelpDeskTests.python),
      HelpDeskTests.root.appending(path: "Tools/check-lines").path, file,
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "Tools/check-lines names the lines")
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A Python that has jsonschema.
  private static let python: String? = {
    let named = ProcessInfo.processInfo.environment["CASEFILE_PYTHON"]
    for path in [named ?? "python3", "/usr/bin/python3"] {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [path, "-c", "import jsonschema"]
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { continue }
      process.waitUntilExit()
      if process.terminationStatus == 0 { return path }
    }
    return nil
  }()

  @Test("The store's own check takes every event")
  func form() throws {
    let folder = try TemporaryFolder()
    let store = try folder.makeStore("store")
    for event in Histories.events(Histories.settings(tickets: 80, seed: 3)) {
      try store.check(event)
    }
  }

  @Test("Everything that findings look for happens")
  func situations() throws {
    var settings = Histories.settings(tickets: 1500, seed: 5)
    settings.days = 70
    var counts: [String: Int] = [:]
    for event in Histories.events(settings) { counts[event.type.name, default: 0] += 1 }
    let wanted = [
      "handoff.offered", "handoff.accepted", "handoff.declined", "handoff.expired",
      "handoff.forced", "handoff.clientRetoldDetected", "continuity.ruleTriggered",
      "escalation.raised", "escalation.resolved", "ticket.unassigned", "ticket.groupChanged",
      "ticket.clientReminder", "ticket.delayNoticeSent", "ticket.dueDateSet", "ticket.merged",
      "ticket.absorbed", "ticket.split", "ticket.splitFrom", "ticket.staleDetected",
      "ticket.agreementRecorded", "ticket.agreementFulfilled", "ticket.agreementBroken",
      "ticket.followUpLinked", "ticket.reopened", "ticket.diagnosticStep", "ticket.timeLogged",
      "ticket.priorityChanged", "ticket.classified", "ticket.sentimentFlagged",
      "channel.untrackedContactReported", "channel.outage", "channel.restored", "call.abandoned",
      "call.recordingAttached", "call.recordingMissing", "call.transcribed", "close.rejected",
      "close.confirmed", "close.confirmationRequested", "survey.offered", "rating.received",
      "rating.disputed", "review.submitted", "review.agentResponded", "review.disputed",
      "review.resolved", "review.calibrated", "training.assigned", "shift.scheduled",
      "shift.started", "shift.ended", "shift.cancelled", "absence.started", "absence.ended",
      "agent.deactivated", "event.corrected", "event.retracted", "policy.published",
      "calendar.published", "sla.policyApplied", "sla.breachObserved", "sla.breachExplained",
      "message.deliveryUpdated", "order.fact", "contact.linkedToTicket", "client.merged",
      "release.published", "template.published", "chat.abandoned",
    ]
    #expect(wanted.filter { counts[$0] == nil } == [])
  }

  @Test("Without faults nothing is late, corrected, merged or out of order")
  func faultless() {
    var settings = Histories.settings(tickets: 300, seed: 2)
    settings.faults = []
    var last = Timestamp.earliest
    for event in Histories.events(settings) {
      #expect(event.occurredAt >= last, "\(event.type)")
      last = max(last, event.occurredAt)
      #expect(event.type != EventCorrected.type && event.type != EventRetracted.type)
      #expect(event.type != TicketMerged.type && event.type != TicketSplit.type)
      #expect(event.type != ChannelOutage.type && event.type != CallRecordingMissing.type)
    }
  }

  @Test("A language is kept to")
  func language() throws {
    var settings = Histories.settings(tickets: 40)
    settings.language = .english
    let text = String(decoding: try Histories.lines(settings), as: UTF8.self)
    #expect(!text.contains("Здравствуйте"))
    settings.language = .russian
    #expect(try !String(decoding: Histories.lines(settings), as: UTF8.self).contains("Good day."))
  }

  @Test("Only tickets that are not done with are kept")
  func memory() {
    let desk = HelpDesk(Histories.settings(tickets: 4000))
    var most = 0
    while !desk.next(atLeast: 2000).isEmpty { most = max(most, desk.tickets.count) }
    #expect(desk.ticketNumber == 4000)
    #expect(most < 1500)
  }
}
