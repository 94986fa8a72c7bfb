import Testing

@testable import CasefileLog

@Suite("Waiting for callers who come back")
struct GatheringTests {
  /// After a commit of so many requests of an event each, while others came.
  static func after(_ requests: Int, others: Int) -> Gathering {
    var gathering = Gathering()
    gathering.note(requests: requests, events: requests, others: others, nanoseconds: 400)
    return gathering
  }

  @Test("Nobody is waited for at first, and a caller who is alone never")
  func alone() {
    var gathering = Gathering()
    #expect(gathering.wait(requests: 1, events: 1) == nil)
    gathering = GatheringTests.after(1, others: 0)
    #expect(gathering.wait(requests: 1, events: 1) == nil)
  }

  @Test("Two groups become one, which is waited for half a commit's time", arguments: [2, 8, 64])
  func groups(callers: Int) {
    var gathering = GatheringTests.after(callers / 2, others: callers / 2)
    let wait = Gathering.Wait(requestCount: callers, nanoseconds: 200)
    #expect(gathering.wait(requests: callers / 2, events: callers / 2) == wait)
    gathering.noteWaited(requests: callers)
    // Those who are back already are of the group.
    gathering.note(requests: callers, events: callers, others: 0, nanoseconds: 400)
    #expect(gathering.wait(requests: 1, events: 1) == wait)
    #expect(gathering.wait(requests: callers, events: callers) == nil)
  }

  @Test("Large batches are not waited for")
  func large() {
    var gathering = Gathering()
    gathering.note(requests: 2, events: 200, others: 0, nanoseconds: 400)
    #expect(gathering.wait(requests: 1, events: 57) == nil)
    #expect(gathering.wait(requests: 1, events: 56) != nil)
  }

  @Test("Waits in vain become rarer and rarer, and one that pays brings them back")
  func inVain() {
    var gathering = GatheringTests.after(10, others: 2)
    var pauses: [Int] = []
    for _ in 0..<12 {
      #expect(gathering.wait(requests: 3, events: 3) != nil)
      // Two others, and four of ten.
      gathering.noteWaited(requests: 6)
      var pause = 0
      while gathering.wait(requests: 3, events: 3) == nil { pause += 1 }
      pauses.append(pause)
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256, 256])
    gathering.noteWaited(requests: 7)
    #expect(gathering.wait(requests: 3, events: 3) != nil)
  }
}
