import CasefileModel
import CasefileProjections
import Testing

@Suite("Deadline scenarios")
struct DeadlineScenarioTests {
  static let every =
    DeadlineScenario.all + DeadlineScenario.contact + DeadlineScenario.resolution
    + DeadlineScenario.policy

  @Test("Each scenario is judged as it was by hand", arguments: every)
  func judged(_ scenario: DeadlineScenario) throws {
    #expect(try scenario.found() == scenario.expected)
  }

  @Test("Verdicts without a derivation are the same", arguments: every)
  func short(_ scenario: DeadlineScenario) throws {
    let expected = scenario.expected.map { line in
      line.split(separator: " ").filter { !$0.hasPrefix("by=") && !$0.hasPrefix("unattended=") }
        .joined(separator: " ")
    }
    var found = scenario
    found.holders = false
    #expect(try found.found(detail: .verdicts) == expected)
  }

  @Test("There are sixty at least, and they show every rule on every clock")
  func coverage() {
    #expect(DeadlineScenarioTests.every.count >= 60)
    for clock in ClockName.allCases {
      for rule in 1...13 {
        let isShown = DeadlineScenarioTests.every.contains {
          $0.rules.contains(rule) && $0.clocks.contains(clock.rawValue)
        }
        #expect(isShown, "rule \(rule) on \(clock.rawValue)")
      }
    }
  }
}
