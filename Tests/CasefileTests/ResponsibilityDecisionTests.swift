import Casefile
import CasefileTesting
import Testing

@Suite("Deciding who is responsible")
struct ResponsibilityDecisionTests {
  @Test("A ticket is opened once, and before anything else")
  func opening() throws {
    let nothing = PaperDesk(empty: ())
    #expect(nothing.refusal(.take, by: .anna) == .ticketUnknown)
    let desk = try PaperDesk()
    #expect(desk.refusal(.open(TicketOpened()), by: .anna) == .alreadyOpened)
    let opened = try #require(desk.events.first)
    #expect(opened.tags == ["client:c-9"])
    #expect(opened.group == nil)
  }

  @Test("Who takes a free ticket holds it, and nobody else can take it")
  func take() throws {
    var desk = try PaperDesk()
    let events = try desk.act(.take, by: .anna, at: 1)
    #expect(events.map(\.type.name) == ["ticket.assigned"])
    #expect(events[0].tags == ["agent:ag-anna"])
    #expect(try desk.state().assignee == "ag-anna")
    #expect(desk.refusal(.take, by: .boris) == .heldByAnother)
    #expect(desk.refusal(.take, by: .anna) == .alreadyHeld)
    #expect(desk.refusal(.assign(to: "ag-boris"), by: .clara) == .heldByAnother)
    for actor in [Actor(.agent), Actor(.bot, "b-1"), .rule1, Actor(.system)] {
      #expect(try PaperDesk().refusal(.take, by: actor) == .wrongActor)
    }
    #expect(try PaperDesk().refusal(.take, by: .client9) == .wrongActor)
  }

  @Test(
    "An assignment says who made it",
    arguments: [
      (Actor.anna, AssignmentMode.take), (.boris, .manual), (.rule1, .rule),
      (Actor(.system), .auto),
    ])
  func assign(actor: Actor, mode: AssignmentMode) throws {
    var desk = try PaperDesk()
    try desk.act(.assign(to: "ag-anna"), by: actor, at: 1)
    #expect(try desk.state().responsibility.first?.start == .assigned(mode))
  }

  @Test("Taking from a holder is stealing and needs a reason; taking off leaves nobody")
  func stealAndUnassign() throws {
    var desk = try PaperDesk((.take, .anna))
    #expect(desk.refusal(.steal(reason: "  "), by: .boris) == .missingText)
    #expect(desk.refusal(.steal(reason: "mine"), by: .anna) == .alreadyHeld)
    try desk.act(.steal(reason: "urgent"), by: .boris, at: 2)
    #expect(try desk.state().handoffs.map(\.kind) == [.bare])
    #expect(try desk.state().handoffs.map(\.mode) == [.steal])
    try desk.act(.unassign(.returnedToQueue), by: .clara, at: 3)
    #expect(try desk.state().assignee == nil)
    #expect(desk.refusal(.unassign(.returnedToQueue), by: .clara) == .noHolder)
    #expect(desk.refusal(.steal(reason: "x"), by: .anna) == .noHolder)
    #expect(try desk.state().contradictions == [])
  }

  @Test("Only the holder hands off, with a summary, to another, for a time to come")
  func offer() throws {
    var desk = try PaperDesk((.take, .anna))
    #expect(desk.refusal(.handOff(.toBoris()), by: .boris) == .notHolder)
    #expect(desk.refusal(.handOff(.toBoris(until: 50)), by: .anna) == .timePassed)
    var handoff = TicketHandoff.toBoris()
    handoff.summary = " \n"
    #expect(desk.refusal(.handOff(handoff), by: .anna) == .missingText)
    handoff.summary = "x"
    handoff.to = .agent("ag-anna")
    #expect(desk.refusal(.handOff(handoff), by: .anna) == .toOneself)
    handoff.to = .group("g-2")
    handoff.promises = ["p-1"]
    #expect(desk.refusal(.handOff(handoff), by: .anna) == .agreementUnknown)
    try desk.act(.agree(TicketAgreement("An invoice by Friday", id: "p-1")), by: .anna, at: 2)
    try desk.act(.handOff(handoff), by: .anna, at: 3)
    #expect(try desk.state().openOffer?.toGroup == "g-2")
    #expect(try desk.state().assignee == "ag-anna")
    #expect(desk.refusal(.handOff(handoff), by: .anna) == .idUsed)
    #expect(try PaperDesk().refusal(.handOff(.toBoris()), by: .anna) == .noHolder)
  }

  @Test("Responsibility moves at the accept, which names the summary that was read")
  func accept() throws {
    var desk = try PaperDesk((.take, .anna), (.handOff(.toBoris(until: 30)), .anna))
    #expect(desk.refusal(.accept(), by: .clara, at: 3) == .notAddressee)
    #expect(desk.refusal(.accept(), by: .anna, at: 3) == .toOneself)
    #expect(desk.refusal(.accept(handoff: "h-2"), by: .boris, at: 3) == .offerUnknown)
    let offer = try #require(try StoredEvents.make(desk.events).last)
    let events = try desk.act(.accept(), by: .boris, at: 30)
    let accepted = try #require(
      try StoredEvents.make(events)[0].payload(as: HandoffAccepted.self))
    #expect(accepted.acknowledgedOffer == offer.envelope.id)
    #expect(
      accepted.acknowledgedSummary
        == offer.envelope.commitments.first { $0.path == "7" }?.hash.bytes)
    #expect(accepted.acknowledgedSummary?.count == 32)
    #expect(try desk.state().assignee == "ag-boris")
    #expect(try desk.state().handoffs.map(\.kind) == [.acknowledged])
    #expect(desk.refusal(.accept(), by: .boris) == .noOffer)
    #expect(desk.refusal(.accept(handoff: "h-1"), by: .boris) == .offerAnswered)
  }

  @Test("An offer that was declined, has lapsed or was replaced can't be accepted")
  func closedOffers() throws {
    var desk = try PaperDesk((.take, .anna), (.handOff(.toBoris(until: 30)), .anna))
    #expect(desk.refusal(.accept(), by: .boris, at: 31) == .noOffer)
    #expect(desk.refusal(.accept(handoff: "h-1"), by: .boris, at: 31) == .offerExpired)
    try desk.act(.decline(code: .overload), by: .boris, at: 3)
    #expect(desk.refusal(.accept(handoff: "h-1"), by: .boris, at: 4) == .offerDeclined)
    #expect(desk.refusal(.decline(), by: .boris, at: 4) == .noOffer)
    try desk.act(.handOff(.toBoris("h-2")), by: .anna, at: 5)
    try desk.act(.handOff(.toBoris("h-3")), by: .anna, at: 6)
    #expect(desk.refusal(.accept(handoff: "h-2"), by: .boris) == .offerReplaced)
    #expect(desk.refusal(.accept(handoff: "h-3"), by: .boris) == nil)
    try desk.act(.steal(reason: "absent"), by: .clara, at: 7)
    #expect(desk.refusal(.accept(handoff: "h-3"), by: .boris) == .giverNotHolder)
    #expect(desk.refusal(.accept(), by: .boris) == .noOffer)
  }

  @Test("A lapse is stated once, after the offer's end")
  func expire() throws {
    var desk = try PaperDesk((.take, .anna), (.handOff(.toBoris(until: 30)), .anna))
    let lapse = TicketAction.expireHandoff("h-1", escalatedTo: "ag-clara")
    #expect(desk.refusal(lapse, by: .rule1, at: 30) == .offerOpen)
    #expect(desk.refusal(.expireHandoff("h-2"), by: .rule1) == .offerUnknown)
    try desk.act(lapse, by: .rule1, at: 32)
    #expect(try desk.state().accountable == "ag-clara")
    #expect(try desk.state().assignee == "ag-anna")
    #expect(desk.refusal(lapse, by: .rule1) == .offerExpired)
    let stored = try #require(try StoredEvents.make(desk.events).last)
    #expect(try stored.payload(as: HandoffExpired.self)?.afterSeconds == 30 * 60)
  }

  @Test("A supervisor forces what the holder doesn't hand off")
  func force() throws {
    var desk = try PaperDesk((.take, .anna), (.handOff(.toBoris()), .anna))
    #expect(desk.refusal(.force(to: "ag-boris", code: .other), by: .anna) == .wrongActor)
    #expect(desk.refusal(.force(to: "ag-anna", code: .other), by: .clara) == .alreadyHeld)
    try desk.act(.force(to: "ag-clara", code: .sickLeave), by: .clara, at: 5)
    #expect(try desk.state().assignee == "ag-clara")
    #expect(try desk.state().handoffs.map(\.kind) == [.forced])
    #expect(desk.refusal(.accept(handoff: "h-1"), by: .boris) == .offerReplaced)
    #expect(
      try PaperDesk().refusal(.force(to: "ag-clara", code: .other), by: .clara) == .noHolder)
  }
}
