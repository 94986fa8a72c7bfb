import Casefile
import CasefileModel
import Foundation
import Testing

@Suite("Views that are killed")
struct ViewKillTests {
  /// Several messages on each of many tickets, so that bringing the views up takes a while.
  private static func events(_ round: Int) throws -> [Event] {
    try (0..<500).map { number in
      let ticket = try StreamID.ticket("T-\(number % 60)")
      let time = Timestamp(seconds: 1_772_445_600 + Int64(round * 500 + number))
      let message = MessageSent(
        messageId: "m-\(round)-\(number)", channel: .email, agentId: "a-\(number % 7)")
      return Event(message, on: ticket, at: time, by: Actor(.agent, "a-\(number % 7)"))
    }
  }

  @Test(
    "Twenty kills in the midst of updates and replays leave views that equal their replay",
    .timeLimit(.minutes(10)))
  func kills() throws {
    let tool = try CommandLineTool()
    try tool.run("init")
    let line = try tool.write(
      "one.ndjson",
      Lines.line("ticket.noteAdded", "10:00", "agent a-1", #"{"noteId": "n-1", "text": "b"}"#))
    var random = SystemRandomNumberGenerator()
    var inUpdate = 0
    for round in 0..<20 {
      var configuration = Store.Configuration()
      configuration.viewUpdates = .never
      let writer = try Store.open(at: tool.store, configuration: configuration)
      _ = try writer.appendBlocking(ViewKillTests.events(round))
      let head = try #require(try writer.head).rawValue + 1
      writer.close()
      // An append brings the views up at its end; a replay makes them anew beside the old ones.
      let isReplay = round.isMultiple(of: 4)
      let running = try tool.start(
        isReplay ? ["replay", "--view", "tickets"] : ["append", line, "--format", "json"])
      usleep(UInt32.random(in: 40_000..<600_000, using: &random))
      let wasRunning = running.process.isRunning
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.wait()

      let store = try Store.open(at: tool.store, configuration: configuration)
      defer { store.close() }
      let status = try #require(try store.viewStatuses().first { $0.name == "tickets" })
      #expect([.ready, .missing].contains(status.condition))
      if wasRunning, status.lag ?? 0 > 0 { inUpdate += 1 }
      if status.condition == .ready {
        #expect(try store.compareView(named: "tickets").isEqual)
      }
      #expect(try store.head.map { $0.rawValue + 1 >= head } ?? false)
      if round == 19 {
        try store.updateViews()
        #expect(try store.compareView(named: "tickets").isEqual)
        #expect(try store.verify().isSound)
      }
    }
    #expect(inUpdate > 3, "only \(inUpdate) of 20 kills came before the view was up to the log")
    // What the killed replays left beside the views does no harm; the next one leaves nothing.
    #expect(try tool.run("replay", "--compare").status == 0)
    print("killed 20 times, \(inUpdate) times before the view was up to the log")
  }
}
