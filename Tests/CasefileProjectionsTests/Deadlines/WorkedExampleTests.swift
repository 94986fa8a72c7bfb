import CasefileModel
import CasefileProjections
import Testing

@Suite("Worked deadline examples")
struct WorkedExampleTests {
  @Test("Every worked example is met exactly")
  func examples() throws {
    guard let examples = try WorkedExamples.load() else {
      print("skipped: ../shared/data/deadlines/examples.json is not here")
      return
    }
    #expect(examples.scenarios.count == 10)
    for scenario in examples.scenarios {
      let (desk, positions) = try scenario.desk()
      for expected in scenario.expected {
        let now = try #require(Timestamp(expected.asOf.now))
        let known = expected.asOf.uptoSeq.flatMap { positions[$0] }.map(KnownAt.position)
        let found = try desk.deadlines(at: now, knownAt: known)
        let place = "\(scenario.id) at \(now)"
        #expect(found.clocks.count == expected.clocks.count, "\(place)")
        for (clock, right) in zip(found.clocks, expected.clocks) {
          try check(clock, right, "\(place): \(right.clock) \(right.instance)")
        }
      }
    }
  }

  private func check(
    _ clock: ClockVerdict, _ right: WorkedExamples.ExpectedClock, _ place: String
  ) throws {
    #expect(clock.clock.rawValue == right.clock, "\(place)")
    #expect(clock.instance == right.instance, "\(place)")
    #expect(clock.policy == right.policy, "\(place)")
    #expect(clock.state.name == right.state, "\(place)")
    #expect(clock.verdict.name == right.verdict, "\(place)")
    #expect(clock.startedAt == Timestamp(right.startedAt), "\(place)")
    #expect(clock.dueAt == right.dueAt.flatMap(Timestamp.init), "\(place)")
    #expect(clock.stoppedAt == right.stoppedAt.flatMap(Timestamp.init), "\(place)")
    #expect(clock.elapsedSeconds == right.elapsedSec, "\(place)")
    #expect(clock.targetSeconds == right.targetSec, "\(place)")
    #expect(clock.verdictUnderCurrentPolicy?.name == right.verdictUnderCurrentPolicy, "\(place)")
    #expect(clock.cancelReason?.rawValue == right.cancelReason, "\(place)")
    #expect(clock.breaches.count == right.breaches.count, "\(place)")
    for (breach, right) in zip(clock.breaches, right.breaches) {
      #expect(breach.at == Timestamp(right.at), "\(place)")
      #expect(breach.policy == right.policy, "\(place)")
      #expect(breach.cause.name == right.cause, "\(place)")
      #expect(breach.holder == right.holder, "\(place)")
      #expect(breach.overrunBusinessSeconds == right.overrunBusinessSec, "\(place)")
      #expect(breach.overrunWallSeconds == right.overrunWallSec, "\(place)")
    }
    // The seconds of the spans are those of the clock.
    #expect(clock.spans.reduce(0) { $0 + $1.businessSeconds } == clock.elapsedSeconds, "\(place)")
    if let seconds = right.elapsedByHolderSec {
      let found = clock.secondsByHolder.map { ($0.holder ?? "unassigned", $0.seconds) }
      #expect(Dictionary(uniqueKeysWithValues: found) == seconds, "\(place)")
    }
  }
}
