import Casefile
import CasefileTesting
import Foundation
import Testing

@Suite("What killed replays leave")
struct StaleReplayTests {
  private static func makeReplay(_ path: String, daysOld: Int = 0) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data("rows".utf8).write(to: URL(filePath: path + "/data.mdb"))
    try FileManager.default.setAttributes(
      [.modificationDate: Date().addingTimeInterval(Double(-daysOld) * 86_400)],
      ofItemAtPath: path)
  }

  @Test(
    "The next replay takes it away, and nothing that is worked on", arguments: ["tickets", "index"])
  func stale(view: String) throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    var random = SeededRandom(1)
    _ = try store.appendBlocking(RandomDesk(tickets: 3, using: &random).events)
    try store.updateViews()
    let views = temporary.directory + "/views"
    let before = try Set(FileManager.default.contentsOfDirectory(atPath: views))
    // Of a process that is gone: its lock is free.
    try StaleReplayTests.makeReplay(views + "/.casefile-tickets-v1.dead")
    try Data().write(to: URL(filePath: views + "/.casefile-tickets-v1.dead.lock"))
    // Of one that was killed before it made anything.
    try Data().write(to: URL(filePath: views + "/.casefile-search-v1.early.lock"))
    // Of one that works.
    try StaleReplayTests.makeReplay(views + "/.casefile-tickets-v1.live")
    let live = views + "/.casefile-tickets-v1.live.lock"
    let descriptor = open(live, O_RDWR | O_CREAT, 0o644)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
    defer { close(descriptor) }
    // Of older programs.
    try StaleReplayTests.makeReplay(views + "/.casefile-tickets-v1.old", daysOld: 2)
    try StaleReplayTests.makeReplay(views + "/.casefile-tickets-v1.new")

    _ = try store.replay(ReplayOptions(views: [view]))
    let left = try Set(FileManager.default.contentsOfDirectory(atPath: views)).subtracting(before)
    #expect(
      left.subtracting(["index-v2"]) == [
        ".casefile-tickets-v1.live", ".casefile-tickets-v1.live.lock", ".casefile-tickets-v1.new",
      ])
    #expect(try store.compareView(named: "tickets").isEqual)
  }
}
