import Foundation
import Testing

@testable import Simulation

@Suite("Options of simulate")
struct OptionTests {
  @Test(
    "A wrong word is refused with its name and what it takes",
    arguments: [
      (["--tickets", "many"], "--tickets takes a whole number"),
      (["--tickets", "-1"], "--tickets takes a whole number"),
      (["--agents", "3"], "--agents takes"),
      (["--seed", "x"], "--seed takes"), (["--language", "de"], "--language takes"),
      (["--faults", "late,floods"], "--faults takes"), (["--faults", ""], "--faults takes"),
      (["--start", "yesterday"], "--start takes"), (["--start", "1970-01-01"], "--start takes"),
      (["--tickets"], "--tickets needs a value"), (["--colour", "red"], "no option --colour"),
      (["--shuffle"], "--snapshots"), (["--files", "3"], "--snapshots"),
      (["--record-every", "5"], "--store"),
      (["--files", "0", "--snapshots", "x"], "--files takes"),
    ])
  func refused(words: [String], part: String) {
    let error = #expect(throws: SimulationError.self) { _ = try Options(words) }
    #expect(error?.description.contains(part) ?? false)
    #expect(error?.isUsage ?? false)
  }

  @Test("Faults are all, none or a list")
  func faults() {
    #expect(Faults("all") == .all && Faults("none") == [])
    #expect(Faults("late,clocks") == [.late, .clocks])
    #expect(Faults("late,") == nil)
  }

  @Test("A file that can't be written is named")
  func output() throws {
    let options = try #require(try Options(["--tickets", "1", "--output", "/nowhere/x"]))
    let error = #expect(throws: SimulationError.self) { _ = try SimulationRun(options).run() }
    #expect(error?.description.contains("/nowhere/x") ?? false)
  }
}

@Suite("Chance and calendar of the simulator")
struct ChanceTests {
  @Test("Zones agree with the system's zone data, summer time included")
  func zones() throws {
    for zone in [Zone.moscow, .berlin, .newYork, .vladivostok, .kolkata] {
      let known = try #require(TimeZone(identifier: zone.name))
      // Odd steps, so that hours about the changes are met too.
      var second: Int64 = 1_704_067_200
      while second < 1_893_456_000 {
        let offset = known.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
        #expect(zone.offset(at: second) == Int64(offset), "\(zone.name) \(second)")
        second += 40_013
      }
    }
  }

  @Test("A clock reading becomes the instant that shows it")
  func readings() {
    for zone in [Zone.berlin, .newYork, .kolkata] {
      for day in Int64(20_500)..<20_900 {
        let local = day * 86_400 + 9 * 3600
        let instant = zone.utc(local)
        #expect(instant + zone.offset(at: instant) == local)
      }
    }
  }

  @Test("Times between events have the mean that is asked for")
  func mean() {
    var dice = Dice(1)
    var sum: Int64 = 0
    for _ in 0..<20_000 { sum += dice.about(1000) }
    #expect((950...1050).contains(sum / 20_000))
    var count = 0
    for _ in 0..<5000 { count += dice.count(meanThousandths: 2500) }
    #expect((2400...2600).contains(count / 5))
    count = 0
    for _ in 0..<5000 { count += dice.count(meanThousandths: 90_000) }
    #expect((89_000...91_000).contains(count / 5))
  }

  @Test("The agenda gives what is soonest, then what was planned first")
  func agenda() {
    var agenda = Agenda()
    var dice = Dice(9)
    for place in 0..<500 { agenda.add(.week, at: Int64(dice.below(60)), place: place) }
    var last: (Int64, Int) = (-1, -1)
    var count = 0
    while let item = agenda.next() {
      #expect(last < (item.time, item.place))
      last = (item.time, item.place)
      count += 1
    }
    #expect(count == 500)
  }
}
