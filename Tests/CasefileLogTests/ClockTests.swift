import Casefile
import CasefileLog
import CasefileModel
import CasefileTesting
import Testing

/// The wall clock beside one that never steps.
@Suite("The store's clock")
struct ClockTests {
  /// A store whose two clocks are moved by hand, an hour after it was opened.
  private struct Setting {
    let wall = ManualClock()
    let steady = ManualClock()
    let store: Store

    init(_ directory: borrowing TemporaryDirectory) throws {
      store = try Store.create(
        at: directory.store,
        configuration: .init(
          clock: { [wall] in wall.now() },
          elapsed: { [steady] in .microseconds(steady.now().microseconds) }))
      pass(seconds: 3_600)
    }

    /// Lets time pass for both clocks.
    func pass(seconds: Int64) {
      wall.advance(seconds: seconds)
      steady.advance(seconds: seconds)
    }

    func append(_ number: Int) throws -> Appended {
      try store.appendBlocking([try Fixture.event(number)])[0]
    }
  }

  @Test("A clock that goes on as time does, or steps a little, is not worth an event")
  func smallStep() throws {
    let directory = try TemporaryDirectory()
    let setting = try Setting(directory)
    #expect(try setting.append(0).position.rawValue == 0)
    setting.pass(seconds: 90 * 86_400)
    #expect(try setting.append(1).position.rawValue == 1)
    setting.wall.advance(seconds: 299)
    #expect(try setting.append(2).position.rawValue == 2)
    setting.wall.advance(seconds: -299)
    #expect(try setting.append(3).position.rawValue == 3)
  }

  @Test(
    "A step of six minutes is told once, ahead of the append", arguments: [360, -360] as [Int64])
  func step(seconds: Int64) throws {
    let directory = try TemporaryDirectory()
    let setting = try Setting(directory)
    let before = try setting.append(0)
    setting.wall.advance(seconds: seconds)
    let after = try setting.append(1)
    let later = try setting.append(2)
    #expect(after.position.rawValue == 2)
    #expect(later.position.rawValue == 3)
    #expect(before.recordedAt < after.recordedAt)
    #expect(after.recordedAt < later.recordedAt)
    let told = try setting.store.event(at: Position(1))
    #expect(told?.envelope.stream.description == "system/clock")
    #expect(told?.envelope.recordedAt == after.recordedAt)
    #expect(try setting.store.events(of: StreamID(kind: "system", id: "clock")).count == 1)
    #expect(try setting.store.verify().isSound)
  }

  @Test("A refused append leaves the step to the next one")
  func refused() throws {
    let directory = try TemporaryDirectory()
    let setting = try Setting(directory)
    _ = try setting.append(0)
    setting.wall.advance(seconds: 1_000)
    #expect(throws: LogError(.versionConflict, "")) {
      try setting.store.appendBlocking(
        [try Fixture.event(1)], if: .newStream(try Fixture.ticket(0)))
    }
    // A repeated request stores nothing either.
    #expect(try setting.append(0).isDuplicate)
    #expect(try setting.append(1).position.rawValue == 2)
  }

  @Test("A jump forward of more than a day is refused until it is accepted or put right")
  func jump() throws {
    let directory = try TemporaryDirectory()
    let setting = try Setting(directory)
    _ = try setting.append(0)
    setting.wall.advance(seconds: 25 * 3_600)
    #expect(throws: LogError(.clockJumped, "")) { try setting.append(1) }
    #expect(try setting.store.head?.rawValue == 0)
    setting.wall.advance(seconds: -25 * 3_600)
    #expect(try setting.append(1).position.rawValue == 1)
    // An acceptance is of what the clock shows, not of what it may show later.
    try setting.store.acceptClock(by: "a-1")
    setting.wall.advance(seconds: 25 * 3_600)
    #expect(throws: LogError(.clockJumped, "")) { try setting.append(2) }
    try setting.store.acceptClock(by: "a-1")
    setting.pass(seconds: 60)
    #expect(try setting.append(2).position.rawValue == 3)
    #expect(try setting.append(3).position.rawValue == 4)
    #expect(throws: ModelError.self) { try setting.store.acceptClock(by: "a@b.example") }
  }

  @Test("A store that lay closed for a month opens as any other")
  func closed() throws {
    let directory = try TemporaryDirectory()
    let clock = ManualClock()
    for number in 0..<2 {
      // A new process begins its steady clock anew.
      let store = try Store.open(directory, number, clock)
      #expect(try store.appendBlocking([try Fixture.event(number)])[0].position.rawValue == number)
      store.close()
      clock.advance(seconds: 31 * 86_400)
    }
  }
}

extension Store {
  fileprivate static func open(
    _ directory: borrowing TemporaryDirectory, _ number: Int, _ clock: ManualClock
  ) throws -> Store {
    let configuration = Store.Configuration(
      clock: { clock.now() }, elapsed: { .seconds(0) })
    return number == 0
      ? try create(at: directory.store, configuration: configuration)
      : try open(at: directory.store, configuration: configuration)
  }
}
